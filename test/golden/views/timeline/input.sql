-- Contract case 17: a run of four things, and an event before its start.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, status_code, t_run_id, t_workflow_name, t_step_id, t_node_id, t_verdict, t_status, t_run_status)
VALUES
    (1, 51, 1, 1782000060000000000, 'timeline', 2, unhex('00000000000000000000000000000033'), unhex('0000000000000033'), 'spanledger.run.started', 1782000000000000000, 1782000000000000000, 0, 'r', 'test-wf', '', '', '', '', ''),
    (1, 52, 1, 1782000060000000000, 'timeline', 2, unhex('00000000000000000000000000000034'), unhex('0000000000000034'), 'spanledger.step.decided', 1782000001000000000, 1782000001000000000, 0, 'r', '', 's', 'n', 'commit', '', ''),
    (1, 53, 1, 1782000060000000000, 'timeline', 1, unhex('00000000000000000000000000000035'), unhex('0000000000000035'), 'step', 1782000001000000000, 1782000002500000000, 0, 'r', '', 's', 'n', 'commit', 'completed', ''),
    (1, 54, 1, 1782000060000000000, 'timeline', 2, unhex('00000000000000000000000000000036'), unhex('0000000000000036'), 'spanledger.run.ended', 1782000003000000000, 1782000003000000000, 0, 'r', '', '', '', '', '', 'completed');
INSERT INTO run_rows
    (tenant, run_id, version, start_time, end_time, last_received_at, ended_by, ended_status)
VALUES
    ('timeline', 'r', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 'event', 'completed');
