-- What a recording's runs add up to, and what its counted spans do: the five counts of tokens of the provider's bill.
SELECT
    (SELECT sum(input_tokens) FROM runs WHERE has(service_names, {service: String})) AS run_input,
    (SELECT sum(output_tokens) FROM runs WHERE has(service_names, {service: String})) AS run_output,
    sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cache_read_tokens) AS cache_read,
    sum(cache_write_tokens) AS cache_write, sum(reasoning_tokens) AS reasoning
FROM spans
WHERE service_name = {service: String} AND usage_counted
