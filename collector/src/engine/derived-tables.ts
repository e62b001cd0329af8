/** Tables that are filled from the ledger and read again to settle what was derived. */
export const DERIVED_TABLES: readonly string[] = [
  'span_rows',
  'step_rows',
  'event_rows',
  'event_names',
  'run_rows',
  'run_traces',
  'trace_days',
  'touched',
  'conflict_rows',
];
