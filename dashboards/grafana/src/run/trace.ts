import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from '../board.ts';
import { all, variableText } from '../filters.ts';
import { MOST_ROWS } from '../limits.ts';
import { traces } from '../run-panels.ts';

/** The spans of one of its traces. */
export const trace: Section = {
  title: 'Trace',
  panels: () => [spans()],
};

const spans = (): Builder<Panel> =>
  traces({
    title: 'Trace',
    about: 'All spans of the chosen trace, those of other runs in it too.',
    width: 24,
    height: 18,
    sql: `
      SELECT
          trace_id AS traceID,
          span_id AS spanID,
          parent_span_id AS parentSpanID,
          name AS operationName,
          service_name AS serviceName,
          start_time AS startTime,
          duration_ms AS duration,
          arrayMap(key -> map('key', toString(key), 'value', attributes[key]), mapKeys(attributes)) AS tags,
          arrayMap(key -> map('key', toString(key), 'value', resource_attributes[key]), mapKeys(resource_attributes)) AS serviceTags,
          if(status_code = 'error', 2, 0) AS statusCode,
          status_message AS statusMessage,
          kind
      FROM spans
      WHERE ${all(`trace_key = toFixedString(unhex(${variableText('trace')}), 16)`, `trace_id = ${variableText('trace')}`)}
      ORDER BY start_time
      LIMIT ${MOST_ROWS}`,
  });
