-- Every kind of AnyValue: its text and its letter.
SELECT key, value, kind
FROM spans
ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_kinds)) AS kind
WHERE trace_id = 'd20ec6aafa782e406b84349bf593f677'
