-- Rolls up a day of step_rows: its violations.
INSERT INTO violation_days
SELECT {version:UInt64} AS version, *
FROM computed_violations
WHERE event_date = {day:Date}
