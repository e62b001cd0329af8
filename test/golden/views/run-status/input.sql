-- Every way in which a run goes on or ends.
INSERT INTO run_rows
    (tenant, run_id, version, start_time, end_time, last_received_at, paused, ended_by, ended_status)
VALUES
    ('run-status', '01 running', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 0, '', ''),
    ('run-status', '02 paused', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), true, '', ''),
    ('run-status', '03 paused, root ended', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), true, 'root', 'completed'),
    ('run-status', '04 paused, event ended', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), true, 'event', 'cancelled'),
    ('run-status', '05 event failed', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 0, 'event', 'failed'),
    ('run-status', '06 event of unknown status', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 0, 'event', 'exploded'),
    ('run-status', '07 root completed', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 0, 'root', 'completed'),
    ('run-status', '08 root failed', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 0, 'root', 'failed'),
    ('run-status', '09 silent', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9) - toIntervalSecond(901), 0, '', ''),
    ('run-status', '10 almost silent', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9) - toIntervalSecond(600), 0, '', ''),
    ('run-status', '11 silent and paused', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9) - toIntervalSecond(901), true, '', '');
