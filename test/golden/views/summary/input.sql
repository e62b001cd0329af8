-- Contract case 20: two nodes of 500 tokens at 0.01 and 300 at 0.005, five seconds.
INSERT INTO run_rows
    (tenant, run_id, version, start_time, end_time, last_received_at, workflow_name, ended_by, ended_status, step_count, node_count, input_tokens, output_tokens, total_cost_usd, total_carbon_gco2e, mean_confidence, blocked_steps)
VALUES
    ('summary', 'r', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 'test-wf', 'event', 'completed', 2, 2, 600, 200, 0.015, 0.25, 0.875, 0),
    ('summary', 'failed', 1, '2026-06-21 00:00:00.000', '2026-06-21 00:00:05.000', now64(9), 'test-wf', 'event', 'failed', 3, 1, 0, 0, 12345678901234567890.123456789, 0, NULL, 2);
