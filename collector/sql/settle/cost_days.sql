-- Rolls up a day of span_rows.
INSERT INTO cost_days
SELECT {version:UInt64} AS version, *
FROM computed_cost
WHERE day = {day:Date}
