-- Conventions 1.27 and before: no operation, so that the model makes it a chat; prompt and completion tokens; indexed prompts are content.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, usage_counted, attribute_kinds, attributes['gen_ai.prompt.name'] AS prompt_name
FROM spans
WHERE trace_id = 'd1016d892d0bb211975fe575f0b57b49'
