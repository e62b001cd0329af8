-- Settings that views read: one row a setting; the newest row counts. Written by the collector from its configuration.
CREATE TABLE IF NOT EXISTS settings
(
    name LowCardinality(String) COMMENT 'Name of the setting',
    value String COMMENT 'Value as text',
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was written'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY name;
