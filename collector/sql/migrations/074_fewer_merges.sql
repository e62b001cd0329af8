-- Merges took a third of the engine's time under load, on parts that were to be merged again soon. The higher the base, the more equal
-- parts wait for one merge and the fewer times a row is written again. The ledger and look-ups are read without FINAL: more parts cost
-- their reading little.
ALTER TABLE ledger MODIFY SETTING merge_selector_base = 20;
ALTER TABLE event_names MODIFY SETTING merge_selector_base = 20;
ALTER TABLE touched MODIFY SETTING merge_selector_base = 20;
ALTER TABLE span_rows MODIFY SETTING merge_selector_base = 10;
ALTER TABLE step_rows MODIFY SETTING merge_selector_base = 10;
ALTER TABLE event_rows MODIFY SETTING merge_selector_base = 10;
ALTER TABLE run_rows MODIFY SETTING merge_selector_base = 10;
