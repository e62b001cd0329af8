import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { type Panel, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { MAPPINGS } from './columns.ts';
import { described, type PanelText } from './panels.ts';
import { query } from './query.ts';

/** Bars from `time` to `end`, a line a `node`, coloured by `status`. */
export function stateTimeline(text: PanelText): Builder<Panel> {
  return described(new StateTimelineBuilder(), text)
    .withTarget(query(text.sql, 'table'))
    .withTransformation({
      id: 'partitionByValues',
      options: { fields: ['node'], keepFields: false, naming: { asLabels: true } },
    })
    .overrideByName('status', [{ id: 'displayName', value: nodeLabel }])
    .mappings(MAPPINGS)
    .showValue(VisibilityMode.Auto)
    .mergeValues(false)
    .rowHeight(0.8)
    .fillOpacity(80)
    .lineWidth(1);
}

const nodeLabel = '${__field.labels.node}';

/** The spans of one trace as a waterfall; the columns' names are those of Grafana's trace frames. */
export function traces(text: PanelText): Builder<Panel> {
  return described(new PanelBuilder(), text).type('traces').withTarget(query(text.sql, 'traces'));
}
