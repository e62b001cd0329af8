-- Models without a price: one row a tenant, provider and model that was called in the period with tokens for which neither a cost was
-- stated nor a price is known; the most called first. Counts are of all time.
-- Parameters: from and to. A model is listed when its first such call was before `to` and its last one at `from` or later; UTC.
-- The command line:   spanledger report unpriced-models --from 2026-11-01 --to 2026-12-01
-- clickhouse-client:  clickhouse-client --user reader --database spanledger --param_from='2026-11-01 00:00:00' \
--                       --param_to='2026-12-01 00:00:00' --queries-file unpriced_models.sql --format PrettyCompact
-- HTTP:               curl --data-binary @unpriced_models.sql \
--                       'http://reader@127.0.0.1:8123/?database=spanledger&param_from=2026-11-01+00:00:00&param_to=2026-12-01+00:00:00'
SELECT tenant, provider, model, calls, input_tokens, output_tokens, first_seen, last_seen, priced_by
FROM unpriced_models
WHERE first_seen < {to:DateTime64(3, 'UTC')}
    AND last_seen >= {from:DateTime64(3, 'UTC')}
ORDER BY calls DESC, tenant, provider, model
