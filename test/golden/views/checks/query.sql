SELECT step_id, toJSONString(checks) AS checks
FROM steps
WHERE tenant = 'checks'
ORDER BY cursor
