import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './docs-fixture.ts';
import { type BoardQuery, linksOf, queries } from './grafana-boards.ts';
import { type Answer, type GrafanaFixture, HOSTILE, startGrafanaFixture } from './grafana-fixture.ts';
import { fillIn } from './grafana-macros.ts';

let grafana: GrafanaFixture;
beforeAll(async () => {
  grafana = await startGrafanaFixture();
}, 120_000);
afterAll(() => grafana.collector.stop());

const NUMBER = /^(Nullable\()?(U?Int|Float|Decimal)/;
const TEXT = /^(LowCardinality\()?String\)?$/;
const TIME = /^DateTime(64)?\b/;
/** Types that the plugin's server turns into a field; others it shows as JSON, which only traces can use. */
const PLAIN = /^(LowCardinality\()?(Nullable\()?(String|Bool|U?Int\d+|Float\d+|Decimal|Date(Time)?(64)?\b)/;

const typesOf = ({ meta }: Answer): Record<string, string> =>
  Object.fromEntries(meta.map(({ name, type }) => [name, type]));

/** What Grafana needs of each kind of panel, variable and annotation. */
const SHAPES: Readonly<Record<string, (answer: Answer) => void>> = {
  timeseries: ({ meta, data }) => {
    const [time, ...values] = meta;
    expect(time?.name).toBe('time');
    expect(time?.type).toMatch(TIME);
    const texts = values.filter(({ type }) => TEXT.test(type));
    expect(texts.length).toBeLessThanOrEqual(1);
    for (const { name, type } of values.filter((value) => !texts.includes(value))) {
      expect(type).toMatch(NUMBER);
      if (texts.length > 0) expect(name).toBe('Value');
    }
    const times = data.map((row) => String(row['time']));
    expect(times).toEqual([...times].sort());
  },
  stat: ({ data }) => expect(data.length).toBeLessThanOrEqual(1),
  table: ({ meta }) => expect(meta.length).toBeGreaterThan(1),
  'state-timeline': (answer) => {
    expect(typesOf(answer)).toEqual({
      time: expect.stringMatching(TIME),
      end: expect.stringMatching(TIME),
      node: expect.stringMatching(TEXT),
      status: expect.stringMatching(TEXT),
    });
  },
  nodeGraph: (answer) => {
    const types = typesOf(answer);
    const needed = types['source'] === undefined ? ['id', 'title', 'subTitle'] : ['id', 'source', 'target'];
    for (const name of needed) expect(types[name], name).toMatch(TEXT);
    for (const [name, type] of Object.entries(types)) {
      if (name.startsWith('arc__') || name === 'mainStat') expect(type, name).toMatch(NUMBER);
      else expect(name).toMatch(/^(id|title|subTitle|source|target|secondaryStat|detail__\w+)$/);
    }
    const arcs = Object.keys(types).filter((name) => name.startsWith('arc__'));
    for (const row of arcs.length === 0 ? [] : answer.data) {
      expect(arcs.reduce((sum, name) => sum + Number(row[name]), 0)).toBeCloseTo(1);
      for (const name of arcs) expect(Number(row[name])).toBeGreaterThanOrEqual(0);
    }
  },
  traces: (answer) => {
    const text = 'String';
    expect(typesOf(answer)).toMatchObject({
      traceID: text,
      spanID: text,
      parentSpanID: text,
      operationName: expect.stringMatching(TEXT),
      serviceName: expect.stringMatching(TEXT),
      startTime: expect.stringMatching(TIME),
      duration: 'Float64',
      tags: 'Array(Map(String, String))',
      serviceTags: 'Array(Map(String, String))',
    });
  },
  annotation: (answer) => {
    expect(typesOf(answer)).toEqual({
      time: expect.stringMatching(TIME),
      title: 'String',
      text: 'String',
      tags: 'String',
    });
  },
  variable: ({ meta, data }) => {
    expect(['value', 'text'].slice(0, meta.length)).toEqual(meta.map(({ name }) => name));
    for (const { type } of meta) expect(type).toMatch(TEXT);
    expect(data.filter((row) => row['value'] === '')).toEqual([]);
  },
};

const columnsNamed = ({ panel }: BoardQuery): string[] =>
  (panel?.fieldConfig?.overrides ?? []).map(({ matcher }) => matcher.options);

test('the nodes of a run graph hold both ends of every edge', async () => {
  const ofGraph = (refId: string): BoardQuery[] => queries.filter((query) => query.refId === refId);
  const [nodes, edges] = [ofGraph('nodes'), ofGraph('edges')];
  expect([nodes.length, edges.length]).toEqual([1, 1]);
  for (const moment of [grafana.all, grafana.hostile]) {
    const ids = (await grafana.ask(fillIn(nodes[0]?.rawSql ?? '', moment))).data.map(({ id }) => id);
    const { data } = await grafana.ask(fillIn(edges[0]?.rawSql ?? '', moment));
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(data.flatMap(({ source, target }) => [source, target])));
  }
});

test('the data source names tables for Explore that there are', async () => {
  const file = path.join(ROOT, 'dashboards/grafana/provisioning/datasources/spanledger.yaml');
  const { logs, traces } = parse(await readFile(file, 'utf8')).datasources[0].jsonData;
  for (const { defaultDatabase, defaultTable } of [logs, traces]) {
    const { data } = await grafana.ask(`SELECT * FROM ${defaultDatabase}.${defaultTable} LIMIT 1`);
    expect(data).toHaveLength(1);
  }
  // What "View trace" in Explore asks first.
  const asked = `SELECT min(Start) AS start FROM ${traces.defaultTable}_trace_id_ts WHERE TraceId = '${grafana.all.variables['trace']}'`;
  expect((await grafana.ask(asked)).data[0]?.['start']).toMatch(/^20\d\d-/);
});

describe.each(queries)('$name', (query) => {
  const filled = (moment: 'all' | 'one' | 'hostile' | 'nothing'): string => fillIn(query.rawSql, grafana[moment]);

  test('has the columns that the panel needs, and rows', async () => {
    const answer = await grafana.ask(filled('all'));
    SHAPES[query.kind]?.(answer);
    expect(Object.keys(SHAPES)).toContain(query.kind);
    const names = answer.meta.map(({ name }) => name);
    if (query.kind === 'table' || query.kind === 'stat') {
      const hidden = ['link_from', 'link_to'];
      expect(names).toEqual(expect.arrayContaining(columnsNamed(query).filter((name) => !hidden.includes(name))));
    }
    for (const { url } of query.panel === undefined ? [] : linksOf(query.panel)) {
      const fields = [...url.matchAll(/\$\{__data\.fields\.(\w+)/g)].map(([, name]) => name);
      expect(names).toEqual(expect.arrayContaining(fields));
    }
    if (query.kind !== 'traces') for (const { name, type } of answer.meta) expect(type, name).toMatch(PLAIN);
    expect(answer.data.length).toBeGreaterThan(0);
  });

  test('runs with one value in every variable', async () => {
    await grafana.ask(filled('one'));
  });

  test('has rows where every name is hostile, and all are of those names', async () => {
    const { data } = await grafana.ask(filled('hostile'));
    expect(data.length).toBeGreaterThan(0);
    const own = { ...HOSTILE, workflow_name: HOSTILE.workflow };
    if (query.kind === 'table') {
      for (const [column, name] of Object.entries(own)) {
        // Events that are not of a step have no node, and the root step of a run has another.
        const values = data.map((row) => row[column]).filter((value) => value !== undefined && value !== '');
        if (column !== 'node') expect(new Set([...values, name])).toEqual(new Set([name]));
      }
    }
  });

  test('has no rows where nothing fits', async () => {
    const { data } = await grafana.ask(filled('nothing'));
    if (query.kind === 'stat') {
      for (const row of data)
        expect(
          Object.values(row)
            .map(Number)
            .filter((value) => value !== 0),
        ).toEqual([]);
    } else if (!/^\S+ variable tenant$/.test(query.name)) expect(data).toEqual([]);
  });
});
