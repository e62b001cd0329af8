-- NUL and lone surrogates survive, the latter as their escapes; nothing is cut or replaced.
SELECT hex(name) AS name_bytes, length(attributes) AS count FROM spans WHERE trace_id = '57f95dd21274a53f71a0c74d70c2d421';
SELECT hex(key) AS key_bytes, hex(value) AS value_bytes
FROM spans
ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value
WHERE trace_id = '57f95dd21274a53f71a0c74d70c2d421'
