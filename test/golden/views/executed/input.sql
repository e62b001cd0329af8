-- Of one node: a decision without outcome, a step blocked before and one blocked after execution, a paused, a skipped, a cancelled,
-- a failed one and one that completed.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, status_code, t_run_id, t_step_id, t_node_id, t_verdict, t_status, t_block_check, t_checks_name, t_checks_outcome)
VALUES
    (1, 12, 1, 1782000060000000000, 'executed', 2, unhex('0000000000000000000000000000000c'), unhex('000000000000000c'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'r', 'decided', 'n', 'commit', '', '', '', ''),
    (1, 13, 1, 1782000060000000000, 'executed', 1, unhex('0000000000000000000000000000000d'), unhex('000000000000000d'), 'step', 1782000000000000000, 1782000000010000000, 0, 'r', 'before', 'n', 'reject', 'blocked', 'policy', '', ''),
    (1, 14, 1, 1782000060000000000, 'executed', 1, unhex('0000000000000000000000000000000e'), unhex('000000000000000e'), 'step', 1782000000000000000, 1782000000020000000, 0, 'r', 'after', 'n', 'reject', 'blocked', 'output_guardrail', '', ''),
    (1, 15, 1, 1782000060000000000, 'executed', 1, unhex('0000000000000000000000000000000f'), unhex('000000000000000f'), 'step', 1782000000000000000, 1782000000030000000, 0, 'r', 'after-by-checks', 'n', 'reject', 'blocked', 'custom', '["execution","custom"]', '["pass","deny"]'),
    (1, 16, 1, 1782000060000000000, 'executed', 1, unhex('00000000000000000000000000000010'), unhex('0000000000000010'), 'step', 1782000000000000000, 1782000000040000000, 0, 'r', 'skipped-execution', 'n', 'reject', 'blocked', 'risk', '["risk","execution"]', '["deny","skip"]'),
    (1, 17, 1, 1782000060000000000, 'executed', 1, unhex('00000000000000000000000000000011'), unhex('0000000000000011'), 'step', 1782000000000000000, 1782000000050000000, 0, 'r', 'paused', 'n', 'escalate', 'paused', '', '', ''),
    (1, 18, 1, 1782000060000000000, 'executed', 1, unhex('00000000000000000000000000000012'), unhex('0000000000000012'), 'step', 1782000000000000000, 1782000000060000000, 0, 'r', 'skipped', 'n', 'commit', 'skipped', '', '', ''),
    (1, 19, 1, 1782000060000000000, 'executed', 1, unhex('00000000000000000000000000000013'), unhex('0000000000000013'), 'step', 1782000000000000000, 1782000000070000000, 0, 'r', 'cancelled', 'n', 'commit', 'cancelled', '', '', ''),
    (1, 20, 1, 1782000060000000000, 'executed', 1, unhex('00000000000000000000000000000014'), unhex('0000000000000014'), 'step', 1782000000000000000, 1782000000080000000, 0, 'r', 'failed', 'n', 'commit', 'failed', '', '', ''),
    (1, 21, 1, 1782000060000000000, 'executed', 1, unhex('00000000000000000000000000000015'), unhex('0000000000000015'), 'step', 1782000000000000000, 1782000000090000000, 0, 'r', 'completed', 'n', 'commit', 'completed', '', '', '');
