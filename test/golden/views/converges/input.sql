-- Each step said more than once: the outcome before its decision, a decision twice, an outcome again with other content, which
-- arrived later and so does not count, and a bare span that names the step.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, t_run_id, t_step_id, t_node_id, t_verdict, t_status)
VALUES
    (1, 902, 1, 1782000060000000000, 'converges', 1, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000902'), 'step', 1782000000000000000, 1782000000010000000, 'r', 'late-decision', 'n', 'commit', 'completed'),
    (1, 903, 1, 1782000060000000000, 'converges', 2, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000902'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 'r', 'late-decision', 'n', 'commit', '');
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, t_run_id, t_step_id, t_node_id, t_verdict, t_status)
VALUES
    (1, 905, 1, 1782000060000000000, 'converges', 1, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000905'), 'step', 1782000001000000000, 1782000001020000000, 'r', 'twice', 'n', 'commit', 'completed'),
    (1, 904, 1, 1782000060000000000, 'converges', 2, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000905'), 'spanledger.step.decided', 1782000001000000000, 1782000001000000000, 'r', 'twice', 'n', 'commit', ''),
    (1, 906, 1, 1782000060000000000, 'converges', 2, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000905'), 'spanledger.step.decided', 1782000001000000000, 1782000001000000000, 'r', 'twice', 'n', 'commit', '');
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, t_run_id, t_step_id, t_node_id, t_verdict, t_status)
VALUES
    (1, 907, 1, 1782000060000000000, 'converges', 1, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000905'), 'step', 1782000001000000000, 1782000001990000000, 'r', 'twice', 'n', 'commit', 'failed'),
    (1, 908, 1, 1782000060000000000, 'converges', 1, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000908'), 'child', 1782000001000000000, 1782000001005000000, 'r', 'twice', 'n', '', '');
