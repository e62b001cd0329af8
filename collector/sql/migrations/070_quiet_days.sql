-- Days on which nothing arrived for two hours are merged to one part each: FINAL then has nothing to merge when they are read, and reads
-- the columns that are asked for alone.
ALTER TABLE span_rows
    MODIFY SETTING min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE step_rows
    MODIFY SETTING min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE event_rows
    MODIFY SETTING min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1;
