-- A model call by today's conventions: every figure in its column, messages by digest, the call one ungoverned step.
SELECT name, kind, status_code, operation, node_id, model, provider, response_id, input_tokens, output_tokens, cache_read_tokens, reasoning_tokens, usage_counted, attribute_kinds
FROM spans
WHERE trace_id = '16863ccfb2b80a4026988b9afe454f2d';
SELECT length(attributes['gen_ai.input.messages']) AS digest_digits, input_digest = attributes['gen_ai.input.messages'] AS is_input, output_digest = attributes['gen_ai.output.messages'] AS is_output
FROM steps
INNER JOIN spans USING (trace_id, span_id)
WHERE trace_id = '16863ccfb2b80a4026988b9afe454f2d';
SELECT kind, text
FROM content
WHERE lower(hex(digest)) IN (SELECT arrayJoin(mapValues(attributes)) FROM spans WHERE trace_id = '16863ccfb2b80a4026988b9afe454f2d')
ORDER BY text;
SELECT node_id, node_kind, governed, verdict, status, tokens_used, conversation_id
FROM steps
WHERE run_id = '16863ccfb2b80a4026988b9afe454f2d'
