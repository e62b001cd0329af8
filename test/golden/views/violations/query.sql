SELECT step_id, check_name, rule_name, reason, blocked, position
FROM policy_violations
WHERE tenant = 'violations'
ORDER BY start_time, cursor, position
