-- Evaluations from events and from spans; verdicts of guardrails outside of the checks.
SELECT name, score, label, length(explanation_digest) AS explanation_digits, source, response_id, span_id
FROM evaluations
WHERE run_id = '4a3875f72f8feefd1db5b4528258e431'
ORDER BY name;
SELECT guardrail_name, outcome, action, reason, policy_id, rule_id, target_type, duration_ms, source
FROM guardrails
WHERE run_id = '4a3875f72f8feefd1db5b4528258e431'
ORDER BY guardrail_name, source
