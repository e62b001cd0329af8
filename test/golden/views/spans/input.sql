-- Ids as hex, kinds and codes as words, odd times.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, status_code, t_service_name)
VALUES
    (1, 55, 1, 1782000060000000000, 'spans', 1, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000037'), 'plain', 1782000000000000000, 1782000000001500000, 2, 'svc'),
    (1, 56, 1, 1782000060000000000, 'spans', 1, unhex('000102030405060708090a0b0c0d0e0f'), unhex('0000000000000038'), 'backwards', 1782000000010000000, 1782000000005000000, 7, '');
