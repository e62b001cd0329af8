-- Gives a record its shared meanings, and its content's hash. Nothing here throws on data: what can't be read is null or empty.
CREATE MATERIALIZED VIEW IF NOT EXISTS ingest_to_recorded TO recorded AS
WITH
    9223372036854775807 AS last_nanosecond,
    fromUnixTimestamp64Nano(toInt64(least(start_time_unix_nano, last_nanosecond)), 'UTC') AS first_time,
    fromUnixTimestamp64Nano(toInt64(least(end_time_unix_nano, last_nanosecond)), 'UTC') AS last_time,
    if(start_time_unix_nano = 0, if(end_time_unix_nano = 0, received_time, last_time), first_time) AS known_time,
    -- A name is a key of many tables and is compared as text: one that is no UTF-8 is named by its hash.
    name -> if(isValidUTF8(name), name, concat('sha256:', lower(hex(SHA256(name))))) AS as_name,
    -- More than a million million tokens is no count, and sums and prices of such would not fit.
    count -> arrayElementOrNull(arrayFilter(one -> one <= 1000000000000, [count]), 1) AS as_count,
    text -> as_count(toUInt64OrNull(text)) AS as_tokens,
    -- Names of dialects, of packages/semconv/src/dialects/names.ts.
    [
        'llm', 'generation', 'embedding', 'embedder', 'retriever', 'reranker', 'tool', 'agent', 'chain', 'guardrail',
        'evaluator', 'evaluation', 'prompt', 'workflow', 'task', 'execute_task', 'chat', 'completion', 'embeddings',
        'rerank', 'guard', 'guardrail.run', 'model', 'flow', 'ai.generatetext', 'ai.streamtext', 'ai.generateobject',
        'ai.streamobject', 'ai.generatetext.dogenerate', 'ai.streamtext.dostream', 'ai.generateobject.dogenerate',
        'ai.streamobject.dostream', 'ai.embed', 'ai.embedmany', 'ai.embed.doembed', 'ai.embedmany.doembed',
        'ai.toolcall', 'ai.rerank.dorerank', 'workflow_step', 'model_chunk', 'execute_event_loop_cycle',
        'run_guardrail', 'apply_guardrail', 'vectordb'
    ] AS operation_words,
    [
        'chat', 'chat', 'embeddings', 'embeddings', 'retrieval', 'rerank', 'execute_tool', 'invoke_agent',
        'invoke_workflow', 'guardrail', 'evaluation', 'evaluation', 'prompt', 'invoke_workflow', 'task', 'task',
        'chat', 'text_completion', 'embeddings', 'rerank', 'guardrail', 'guardrail', 'chat', 'invoke_workflow',
        'invoke_agent', 'invoke_agent', 'invoke_agent', 'invoke_agent', 'chat', 'chat', 'chat', 'chat', 'embed',
        'embed', 'embeddings', 'embeddings', 'execute_tool', 'rerank', 'task', '', 'agent_step', 'guardrail',
        'guardrail', 'retrieval'
    ] AS operation_names,
    [
        'bedrock', 'amazon-bedrock', 'aws', 'azure', 'azure-openai', 'az.ai.openai', 'az.ai.inference',
        'azure.ai.inference', 'google.generative-ai', 'gemini', 'google', 'google_genai', 'vertexai', 'vertex_ai',
        'google-vertex', 'mistral', 'mistralai', 'xai', 'watsonx', 'langchain', 'langgraph',
        'strands-agents'
    ] AS provider_words,
    [
        'aws.bedrock', 'aws.bedrock', 'aws.bedrock', 'azure.ai.openai', 'azure.ai.openai', 'azure.ai.openai',
        'azure.ai.inference', 'azure.ai.inference', 'gcp.gemini', 'gcp.gemini', 'gcp.gen_ai', 'gcp.gen_ai',
        'gcp.vertex_ai', 'gcp.vertex_ai', 'gcp.vertex_ai', 'mistral_ai', 'mistral_ai', 'x_ai', 'ibm.watsonx.ai', '', '',
        ''
    ] AS provider_names,
    [
        'api.openai.com', 'api.anthropic.com', 'api.mistral.ai', 'api.cohere.com', 'api.groq.com', 'api.deepseek.com',
        'api.perplexity.ai', 'api.x.ai', 'generativelanguage.googleapis.com'
    ] AS provider_hosts,
    [
        'openai', 'anthropic', 'mistral_ai', 'cohere', 'groq', 'deepseek', 'perplexity', 'x_ai', 'gcp.gemini'
    ] AS host_names,
    lower(substringIndex(t_operation_kind, ' ', 1)) AS kind_word,
    -- A generation of Langfuse's is any call of a model.
    if(
        kind_word = 'generation' AND positionCaseInsensitive(t_request_model, 'embed') > 0,
        'embeddings',
        transform(kind_word, operation_words, operation_names, '')
    ) AS kind_operation,
    lower(t_provider) AS provider_word,
    substringIndex(provider_word, '.', 1) AS provider_head,
    -- Langfuse's counts exclude one another: all that begin with input, and those of the cache, are input; output likewise.
    if(
        t_usage_details = '', [],
        arrayFilter(pair -> pair.2 <= 1000000000000, JSONExtractKeysAndValues(t_usage_details, 'UInt64'))
    ) AS details,
    keys -> arrayElementOrNull(arrayMap(pair -> pair.2, arrayFilter(pair -> has(keys, pair.1), details)), 1) AS detail,
    detail(['input_cached_tokens', 'cache_read_input_tokens', 'input_cache_read']) AS detail_cache_read,
    detail(['cache_creation_input_tokens', 'input_cache_creation']) AS detail_cache_write,
    detail(['output_reasoning_tokens']) AS detail_reasoning,
    arrayFilter(pair -> match(pair.1, '^(input|cache_(read|creation)_input_tokens$)'), details) AS detail_inputs,
    arrayFilter(pair -> startsWith(pair.1, 'output'), details) AS detail_outputs,
    if(empty(detail_inputs), detail(['prompt_tokens']), as_count(arraySum(pair -> pair.2, detail_inputs))) AS detail_input,
    if(empty(detail_outputs), detail(['completion_tokens']), as_count(arraySum(pair -> pair.2, detail_outputs))) AS detail_output,
    -- The AI SDK passes on what a provider says beyond its own counts.
    (provider, name) -> as_count(JSONExtract(t_provider_metadata, provider, name, 'Nullable(UInt64)')) AS metadata,
    if(t_provider_metadata = '', NULL, coalesce(
        metadata('openai', 'cachedPromptTokens'),
        metadata('anthropic', 'cacheReadInputTokens'),
        as_count(JSONExtract(t_provider_metadata, 'bedrock', 'usage', 'cacheReadInputTokens', 'Nullable(UInt64)'))
    )) AS metadata_cache_read,
    if(t_provider_metadata = '', NULL, coalesce(
        metadata('anthropic', 'cacheCreationInputTokens'),
        as_count(JSONExtract(t_provider_metadata, 'bedrock', 'usage', 'cacheWriteInputTokens', 'Nullable(UInt64)'))
    )) AS metadata_cache_write,
    if(t_provider_metadata = '', NULL, metadata('openai', 'reasoningTokens')) AS metadata_reasoning,
    as_tokens(t_input_tokens) AS said_input_tokens,
    ifNull(cache_read_tokens, 0) + ifNull(cache_write_tokens, 0) AS cached_tokens,
    name -> toDecimal64OrNull(JSONExtractRaw(t_cost_details, name), 9) AS cost_detail,
    (part, other) -> if(part IS NULL AND other IS NULL, NULL, ifNull(part, 0) + ifNull(other, 0)) AS sum_of_parts,
    -- A cost in another currency is kept as an attribute and is none in dollars.
    multiIf(
        upper(t_cost_currency) NOT IN ('', 'USD'), NULL,
        t_cost_usd != '', toDecimal64OrNull(t_cost_usd, 9),
        t_cost_details != '',
            coalesce(cost_detail('total'), sum_of_parts(cost_detail('input'), cost_detail('output'))),
        sum_of_parts(toDecimal64OrNull(t_input_cost_usd, 9), toDecimal64OrNull(t_output_cost_usd, 9))
    ) AS stated_cost_usd,
    -- The price list in force when the record arrived; of its rates the first that fits the call's own start and size. In lambdas,
    -- since an expression is planned anew wherever its name stands: by names alone an insert took four times as long.
    arrayMap(
        (offer, started, input, cache_read, cache_write, output, reasoning) -> (
            offer.price_version,
            arrayMap(
                -- Tokens that the list has no price for make the price of the whole unknown. Exact in 38 digits; rounded once.
                rate -> round(
                    (
                        if(
                            rate.input_usd IS NULL AND input = 0, 0,
                            (input - least(cache_read + cache_write, input)) * rate.input_usd
                                + cache_read * rate.cache_read_usd + cache_write * rate.cache_write_usd
                        ) + if(
                            rate.output_usd IS NULL AND output = 0, 0,
                            (output - least(reasoning, output)) * rate.output_usd + least(reasoning, output) * rate.reasoning_usd
                        )
                    ) / 1000000 + rate.request_usd / 1000, 9
                ),
                arrayFilter(
                    (one, second) -> started >= one.starts_at
                        AND ifNull(input, 0) >= one.input_tokens_from
                        AND multiIf(
                            one.daily_from = one.daily_until, true,
                            one.daily_from < one.daily_until, second >= one.daily_from AND second < one.daily_until,
                            second >= one.daily_from OR second < one.daily_until
                        ),
                    offer.rates,
                    arrayMap(one -> modulo(toUnixTimestamp64Second(started), 86400), offer.rates)
                )
            )[1]
        ),
        [arrayLast(
            one -> one.active_from <= received_time,
            joinGet('price_lookup', 'offers', concat(tenant, '\n', provider, '\n', model))
        )],
        [start_time],
        [input_tokens],
        [ifNull(cache_read_tokens, 0)],
        [ifNull(cache_write_tokens, 0)],
        -- Some operations have no output.
        [if(operation IN ('embeddings', 'rerank'), ifNull(output_tokens, 0), output_tokens)],
        [ifNull(reasoning_tokens, 0)]
    )[1] AS list_price
SELECT
    *,
    -- The 19 bytes of the header (version, cursor, origin, arrival) are left out: the same content again has the same hash.
    CAST(substring(SHA256(formatRow('RowBinary',
        tenant, signal, trace_id, span_id, parent_span_id, trace_state,
        flags, name, kind, start_time_unix_nano, end_time_unix_nano, status_code, status_message, body, body_kind,
        attributes, attribute_kinds, dropped_attributes_count, `events.time_unix_nano`, `events.name`,
        `events.attributes`, `events.attribute_kinds`, `events.dropped_attributes_count`, dropped_events_count,
        `links.trace_id`, `links.span_id`, `links.trace_state`, `links.flags`, `links.attributes`,
        `links.attribute_kinds`, `links.dropped_attributes_count`, dropped_links_count, resource_attributes,
        resource_attribute_kinds, resource_dropped_attributes_count, resource_schema_url, scope_name, scope_version,
        scope_attributes, scope_attribute_kinds, scope_dropped_attributes_count, scope_schema_url
    )), 1, 16) AS FixedString(16)) AS content_hash,
    fromUnixTimestamp64Nano(toInt64(received_at), 'UTC') AS received_time,
    known_time AS start_time,
    if(last_time < known_time, known_time, last_time) AS end_time,
    -- A hostile time can't scatter an insert over partitions: days outside the window share one.
    if(
        known_time BETWEEN received_time - INTERVAL 35 DAY AND received_time + INTERVAL 2 DAY,
        toDate(known_time),
        toDate('1970-01-01')
    ) AS event_date,
    arrayFilter(x -> x != '', [
        if(start_time_unix_nano = 0, 'start_time_missing', ''),
        if(signal = 1 AND end_time_unix_nano = 0, 'end_time_missing', ''),
        if(signal = 1 AND end_time_unix_nano > 0 AND end_time_unix_nano < start_time_unix_nano, 'end_before_start', ''),
        if(first_time > received_time + INTERVAL 1 DAY, 'start_in_future', ''),
        if(greatest(start_time_unix_nano, end_time_unix_nano) > last_nanosecond, 'time_out_of_range', '')
    ]) AS anomalies,
    t_run_id != '' AS run_stamped,
    multiIf(t_run_id != '', as_name(t_run_id), trace_id != toFixedString('', 16), lower(hex(trace_id)), '') AS run_id,
    as_name(t_step_id) AS step_id,
    if(t_event_id != '', as_name(t_event_id), lower(hex(content_hash))) AS event_id,
    ifNull(toUInt32OrNull(t_step_attempt), 1) AS attempt,
    multiIf(
        t_operation != '', transform(lower(t_operation), operation_words, operation_names, t_operation),
        signal = 2, '',
        kind_operation != '', kind_operation,
        t_mcp_method != '', if(t_mcp_method = 'tools/call', 'execute_tool', ''),
        t_tool_name != '', 'execute_tool',
        t_request_model != '' OR t_response_model != '', 'chat',
        ''
    ) AS operation,
    multiIf(
        t_response_model != '', t_response_model,
        t_request_model != '' OR operation = '', t_request_model,
        t_other_model
    ) AS model,
    multiIf(
        provider_word = '', if(NOT is_model_call, '', transform(lower(t_server_address), provider_hosts, host_names, '')),
        has(provider_names, provider_word), provider_word,
        startsWith(provider_word, 'google.vertex'), 'gcp.vertex_ai',
        transform(
            provider_word,
            provider_words,
            provider_names,
            transform(provider_head, provider_words, provider_names, provider_head)
        )
    ) AS provider,
    multiIf(
        t_agent_name != '', t_agent_name,
        operation IN ('invoke_agent', 'create_agent') AND t_entity_name != '', t_entity_name,
        t_function_id != '', t_function_id,
        kind_word = 'agent', name,
        ''
    ) AS agent_name,
    multiIf(
        t_workflow_name != '', t_workflow_name,
        operation != 'invoke_workflow', '',
        startsWith(name, 'invoke_workflow '), substring(name, 17),
        t_entity_name != '', t_entity_name,
        kind_word IN ('chain', 'workflow', 'flow'), name,
        ''
    ) AS workflow_name,
    multiIf(
        operation = 'guardrail', '',
        t_tool_name != '', t_tool_name,
        operation != 'execute_tool', '',
        t_entity_name != '', t_entity_name,
        kind_word = 'tool', name,
        ''
    ) AS tool_name,
    multiIf(
        t_node_id != '' OR signal = 2, t_node_id,
        operation = 'invoke_workflow' AND workflow_name != '', workflow_name,
        operation IN ('invoke_agent', 'create_agent') AND agent_name != '', agent_name,
        operation = 'execute_tool' AND tool_name != '', tool_name,
        operation = 'task' AND t_entity_name != '', t_entity_name,
        operation != '' AND model != '', concat(operation, ' ', model),
        operation IN ('retrieval', 'rerank', 'embed', 'guardrail', 'evaluation', 'prompt', 'task'), name,
        tool_name != '', tool_name,
        agent_name != '', agent_name,
        workflow_name != '', workflow_name,
        -- Rounds of a loop are visits of one node.
        operation = 'agent_step', replaceRegexpOne(name, ' [0-9]+$', ''),
        name
    ) AS node_id,
    transform(
        lower(t_verdict),
        ['allow', 'allowed', 'deny', 'denied'],
        ['commit', 'commit', 'reject', 'reject'],
        t_verdict
    ) AS verdict,
    if(startsWith(t_finish_reason, '['), JSONExtractString(t_finish_reason, 1), t_finish_reason) AS finish_reason,
    multiIf(
        t_error_type != '', t_error_type,
        status_code = 2 AND has(`events.name`, 'exception'),
            `events.attributes`[indexOf(`events.name`, 'exception')]['exception.type'],
        failed AND status_code != 2, 'error',
        ''
    ) AS error_type,
    status_code = 2 OR finish_reason = 'error' OR t_error_level = 'ERROR' AS failed,
    if(
        t_first_chunk_seconds != '',
        toFloat64OrNull(t_first_chunk_seconds) * 1000,
        toFloat64OrNull(t_first_chunk_ms)
    ) AS time_to_first_chunk_ms,
    signal = 1 AND t_step_id != '' AND (t_verdict != '' OR t_status != '' OR t_checks_name != '') AS is_outcome,
    signal = 2 AND t_step_id != '' AND (name = 'spanledger.step.decided' OR t_event_name = 'spanledger.step.decided') AS is_decision,
    signal = 1 AND NOT is_outcome AND operation IN (
        'chat', 'text_completion', 'generate_content', 'embeddings', 'completion', 'generate', 'rerank'
    ) AS is_model_call,
    signal = 1 AND NOT is_outcome AND operation IN (
        'invoke_agent', 'create_agent', 'agent_step', 'invoke_workflow', 'plan', 'fetch_response', 'task',
        'model_generation', 'embed'
    ) AS is_rollup,
    coalesce(as_tokens(t_cache_read_tokens), detail_cache_read, metadata_cache_read) AS cache_read_tokens,
    coalesce(as_tokens(t_cache_write_tokens), detail_cache_write, metadata_cache_write) AS cache_write_tokens,
    coalesce(as_tokens(t_reasoning_tokens), detail_reasoning, metadata_reasoning) AS reasoning_tokens,
    -- Input tokens include cached ones; who says fewer than were cached leaves them out.
    multiIf(
        said_input_tokens IS NULL, detail_input,
        cached_tokens > said_input_tokens, said_input_tokens + cached_tokens,
        said_input_tokens
    ) AS input_tokens,
    coalesce(as_tokens(t_output_tokens), detail_output) AS output_tokens,
    -- A Decimal(18, 9) ends at 10^9.
    arrayMap(
        (stated, price, is_call) -> if(
            is_call AND stated IS NULL AND ifNull(abs(price.2), 999999999) < 999999999,
            (toDecimal64(if(abs(price.2) < 999999999, price.2, NULL), 9), 'collector', price.1),
            (stated, multiIf(stated IS NULL, '', t_cost_source != '', as_name(t_cost_source), 'sdk'), '')
        ),
        [stated_cost_usd], [list_price], [is_model_call]
    )[1] AS cost,
    if(isFinite(toFloat64OrNull(t_carbon_gco2e)), toFloat64OrNull(t_carbon_gco2e), NULL) AS carbon_gco2e
FROM ingest;
