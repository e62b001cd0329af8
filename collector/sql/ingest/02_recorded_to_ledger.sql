-- Fills the ledger: one row a record that is not replayed from it.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_ledger TO ledger AS
SELECT
    origin,
    cursor,
    received_time AS received_at,
    tenant,
    CAST(signal AS Enum8('span' = 1, 'log' = 2)) AS signal,
    canonical,
    record_hash
FROM recorded
WHERE NOT replayed;

-- Fills the content table: one row a content value of a record.
CREATE MATERIALIZED VIEW IF NOT EXISTS recorded_to_content TO content AS
SELECT
    tenant,
    content_digest AS digest,
    content_kind AS kind,
    content_text AS text,
    toDate(received_time) AS received_date
FROM recorded
ARRAY JOIN
    `content.digest` AS content_digest,
    `content.kind` AS content_kind,
    `content.text` AS content_text
WHERE NOT replayed;
