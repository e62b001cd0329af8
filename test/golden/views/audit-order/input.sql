-- Steps that arrive out of order, and two that start together.
INSERT INTO ingest
    (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, name, start_time_unix_nano, end_time_unix_nano, status_code, t_run_id, t_step_id, t_node_id, t_verdict, t_status, t_block_reason, t_block_check, t_operation, t_request_model, t_input_tokens, t_output_tokens, t_cost_usd, t_tool_name)
VALUES
    (1, 40, 1, 1782000060000000000, 'audit-order', 1, unhex('00000000000000000000000000000028'), unhex('0000000000000028'), 'step', 1782000000030000000, 1782000000040000000, 0, 'r', 'third', 'n', 'commit', 'completed', '', '', '', '', '', '', '', ''),
    (1, 41, 1, 1782000060000000000, 'audit-order', 1, unhex('00000000000000000000000000000029'), unhex('0000000000000029'), 'step', 1782000000010000000, 1782000000090000000, 0, 'r', 'first', 'n', 'reject', 'blocked', 'no', 'policy', '', '', '', '', '', ''),
    (1, 42, 1, 1782000060000000000, 'audit-order', 1, unhex('0000000000000000000000000000002a'), unhex('000000000000002a'), 'step', 1782000000020000000, 1782000000025000000, 0, 'r', 'second-a', 'n', 'commit', 'completed', '', '', '', '', '', '', '', ''),
    (1, 43, 1, 1782000060000000000, 'audit-order', 1, unhex('0000000000000000000000000000002b'), unhex('000000000000002b'), 'step', 1782000000020000000, 1782000000022000000, 0, 'r', 'second-b', 'n', 'commit', 'completed', '', '', '', '', '', '', '', ''),
    (1, 9000, 1, 1782000060000000000, 'audit-order', 1, unhex('0000000000000000000000000000002c'), unhex('000000000000002c'), 'chat m', 1782000000050000000, 1782000000060000000, 0, 'r', '', '', '', '', '', '', 'chat', 'm', '12', '3', '0.000000001', ''),
    (1, 9001, 1, 1782000060000000000, 'audit-order', 1, unhex('0000000000000000000000000000002d'), unhex('000000000000002d'), 'execute_tool', 1782000000070000000, 1782000000080000000, 0, 'r', '', '', '', '', '', '', 'execute_tool', '', '', '', '', 'search');
