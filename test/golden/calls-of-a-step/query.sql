-- Model and tool calls below a governed step are its calls, no steps, stamped or not, whichever comes first; their usage is the step's.
SELECT step_id, attempt, node_id, node_kind, operation, source, governed, verdict, status, executed, tokens_used, cost_usd, call_count
FROM steps
WHERE run_id = 'golden-calls-of-a-step'
ORDER BY start_time, attempt;
SELECT name, step_id, operation, usage_counted, cost_counted
FROM spans
WHERE trace_id = '2d10e7b4b373e29c2a582a475cd65e31'
ORDER BY start_time;
SELECT status, end_inferred, step_count, node_count, total_tokens, total_cost_usd, blocked_steps, failed_steps, violation_count, duration_ms
FROM workflow_summary
WHERE run_id = 'golden-calls-of-a-step'
