-- Events of spans and log records land in one view; the same event id counts once.
SELECT source, if(event_id IN ('e-1') OR source = 'span_event', event_id, '(by content)') AS event_id, name, time, trace_id, span_id, node_id, severity_number, severity_text, body_kind, attributes, dropped_attributes_count
FROM events
WHERE run_id = 'golden-events'
ORDER BY time
