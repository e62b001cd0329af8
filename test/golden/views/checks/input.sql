-- Arrays as long as the names, arrays without the passed and skipped checks, arrays that are broken.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, status_code, t_run_id, t_step_id, t_node_id, t_verdict, t_status, t_checks_name, t_checks_outcome, t_checks_reason, t_checks_duration_us)
VALUES
    (1, 46, 1, 1782000060000000000, 'checks', 1, unhex('0000000000000000000000000000002e'), unhex('000000000000002e'), 'step', 1782000000000000000, 1782000000000000000, 0, 'r', 'full', 'n', 'commit', 'completed', '["identity","policy"]', '["pass","deny"]', '["ok","denied"]', '[1.5,2]'),
    (1, 47, 1, 1782000060000000000, 'checks', 1, unhex('0000000000000000000000000000002f'), unhex('000000000000002f'), 'step', 1782000000000000000, 1782000000000000000, 0, 'r', 'left-out', 'n', 'commit', 'completed', '["identity","policy","risk","taint"]', '["pass","warn","skip","deny"]', '["near","tainted"]', '[3,4]'),
    (1, 48, 1, 1782000060000000000, 'checks', 1, unhex('00000000000000000000000000000030'), unhex('0000000000000030'), 'step', 1782000000000000000, 1782000000000000000, 0, 'r', 'short', 'n', 'commit', 'completed', '["identity","policy"]', '["deny"]', '[]', ''),
    (1, 49, 1, 1782000060000000000, 'checks', 1, unhex('00000000000000000000000000000031'), unhex('0000000000000031'), 'step', 1782000000000000000, 1782000000000000000, 0, 'r', 'broken', 'n', 'commit', 'completed', '["identity"', '{}', '1', '["x"]'),
    (1, 50, 1, 1782000060000000000, 'checks', 1, unhex('00000000000000000000000000000032'), unhex('0000000000000032'), 'step', 1782000000000000000, 1782000000000000000, 0, 'r', 'odd', 'n', 'commit', 'completed', '[1,null,{"a":2}]', '["pass"]', '', '[null,-1,1e400]');
