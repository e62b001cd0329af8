-- The size of a rejected record in a column of its own, for readers that may not read its bytes.
ALTER TABLE reject_rows
ADD COLUMN IF NOT EXISTS raw_bytes UInt64 MATERIALIZED length(raw) COMMENT 'Number of bytes of raw';
