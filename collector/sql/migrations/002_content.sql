-- Personal content by digest: one row a distinct content, tenant and arrival day. Erasing a row leaves the ledger's proof whole.
CREATE TABLE IF NOT EXISTS content
(
    tenant LowCardinality(String) COMMENT 'Tenant that the content belongs to',
    digest FixedString(32) COMMENT 'HMAC-SHA-256 of kind and text under the tenant''s key' CODEC(NONE),
    kind FixedString(1) COMMENT 'Kind of the value, as in attribute_kinds, lower case',
    text String COMMENT 'The value as text: a string as it is, anything else as JSON' CODEC(ZSTD(3)),
    received_date Date COMMENT 'Day of arrival'
)
ENGINE = ReplacingMergeTree
PARTITION BY received_date
ORDER BY (tenant, digest)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
