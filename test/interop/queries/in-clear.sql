-- Attributes of a recording that hold a user id or text of a prompt, an answer or a tool call: the ledger must keep these by digest.
WITH attributes_of AS (
    SELECT name, arrayJoin(arrayConcat([attributes], `events.attributes`)) AS attributes FROM spans WHERE service_name = {service: String}
    UNION ALL
    SELECT name, attributes FROM events WHERE service_name = {service: String}
)
SELECT DISTINCT name, entry.1 AS attribute
FROM attributes_of
ARRAY JOIN CAST(attributes AS Array(Tuple(String, String))) AS entry
WHERE entry.2 ILIKE '%oslo%' OR entry.2 LIKE '%user-1%'
ORDER BY name, attribute
