-- Errors: error.type, else the exception event of a failed span, else a finish reason that says error.
SELECT name, status_code, finish_reason
FROM spans
WHERE trace_id = '12780b93d12902c156b66021ffbca098'
ORDER BY start_time;
SELECT span_name, status, error_type, error_message
FROM steps
WHERE trace_id = '12780b93d12902c156b66021ffbca098'
ORDER BY start_time
