-- Versions of the price list that were loaded, and from when on each is in force. A record is priced by the version in force when
-- it arrived, so a version says its time before it comes into force and never changes it.
CREATE TABLE IF NOT EXISTS price_versions
(
    price_version LowCardinality(String) COMMENT 'Package and version of the list, for example genai-prices 0.1.8',
    active_from DateTime64(9, 'UTC') COMMENT 'Records that arrive from then on are priced by it; 1970 for the first list of this database',
    loaded_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was loaded'
)
ENGINE = ReplacingMergeTree(loaded_at)
ORDER BY price_version;
