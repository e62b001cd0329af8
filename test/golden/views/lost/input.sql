-- Decisions without outcome in runs that run, paused, ended by event, ended by their root, fell silent; one with its outcome.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, status_code, t_run_id, t_step_id, t_node_id, t_verdict, t_status)
VALUES
    (1, 22, 1, 1782000060000000000, 'lost', 2, unhex('00000000000000000000000000000016'), unhex('0000000000000016'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'running', 's', 'n', 'commit', ''),
    (1, 23, 1, 1782000060000000000, 'lost', 2, unhex('00000000000000000000000000000017'), unhex('0000000000000017'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'paused', 's', 'n', 'commit', ''),
    (1, 24, 1, 1782000060000000000, 'lost', 2, unhex('00000000000000000000000000000018'), unhex('0000000000000018'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'by-event', 's', 'n', 'commit', ''),
    (1, 25, 1, 1782000060000000000, 'lost', 2, unhex('00000000000000000000000000000019'), unhex('0000000000000019'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'by-root', 's', 'n', 'commit', ''),
    (1, 26, 1, 1782000060000000000, 'lost', 2, unhex('0000000000000000000000000000001a'), unhex('000000000000001a'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'silent', 's', 'n', 'commit', ''),
    (1, 27, 1, 1782000060000000000, 'lost', 2, unhex('0000000000000000000000000000001b'), unhex('000000000000001b'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'unsettled', 's', 'n', 'commit', ''),
    (1, 28, 1, 1782000060000000000, 'lost', 2, unhex('0000000000000000000000000000001c'), unhex('000000000000001c'), 'spanledger.step.decided', 1782000000000000000, 1782000000000000000, 0, 'answered', 's', 'n', 'commit', ''),
    (1, 29, 1, 1782000060000000000, 'lost', 1, unhex('0000000000000000000000000000001d'), unhex('000000000000001d'), 'step', 1782000000000000000, 1782000000005000000, 0, 'answered', 's', 'n', 'commit', 'completed');
INSERT INTO run_rows
    (tenant, run_id, version, start_time, end_time, last_received_at, open_steps, paused, ended_by, ended_status)
VALUES
    ('lost', 'running', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 1, 0, '', ''),
    ('lost', 'paused', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 1, true, '', ''),
    ('lost', 'by-event', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 1, 0, 'event', 'failed'),
    ('lost', 'by-root', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 1, 0, 'root', 'completed'),
    ('lost', 'silent', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9) - toIntervalSecond(901), 1, 0, '', ''),
    ('lost', 'answered', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 0, 0, 'root', 'completed');
