import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { type Panel, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ArcOptionBuilder,
  EdgeOptionsBuilder,
  PanelBuilder as NodeGraphBuilder,
  NodeOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/nodegraph';
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

/** A graph: the names of the columns are those of Grafana's frames of nodes and of edges; each node's arcs add up to 1. */
export function nodeGraph(
  text: Omit<PanelText, 'sql'> & {
    readonly nodes: string;
    readonly edges: string;
    readonly mainUnit: string;
    readonly secondaryUnit: string;
    /** Colour by column `arc__...`. */
    readonly arcs: Readonly<Record<string, string>>;
  },
): Builder<Panel> {
  const arcs = Object.entries(text.arcs).map(([field, color]) => new ArcOptionBuilder().field(field).color(color));
  return described(new NodeGraphBuilder(), text)
    .withTarget(query(text.nodes, 'table', 'nodes'))
    .withTarget(query(text.edges, 'table', 'edges'))
    .nodes(new NodeOptionsBuilder().mainStatUnit(text.mainUnit).secondaryStatUnit(text.secondaryUnit).arcs(arcs))
    .edges(new EdgeOptionsBuilder().mainStatUnit('short'));
}

/** The spans of one trace as a waterfall; the columns' names are those of Grafana's trace frames. */
export function traces(text: PanelText): Builder<Panel> {
  return described(new PanelBuilder(), text).type('traces').withTarget(query(text.sql, 'traces'));
}
