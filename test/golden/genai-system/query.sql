-- Conventions 1.28 to 1.36: gen_ai.system names the provider, messages are events whose bodies stand in content.
SELECT name, operation, node_id, model, provider, input_tokens, output_tokens, usage_counted
FROM spans
WHERE trace_id = 'c58e45b5c8e1972f1d92ed2e619f757c';
SELECT name, body_kind, length(body) AS digest_digits, content.text AS body_text
FROM events
INNER JOIN content ON lower(hex(content.digest)) = events.body
WHERE trace_id = 'c58e45b5c8e1972f1d92ed2e619f757c'
ORDER BY time
