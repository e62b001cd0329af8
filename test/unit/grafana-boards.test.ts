import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dashboardFiles } from '../../dashboards/grafana/src/files.ts';
import { BOARDS_DIRECTORY, boards, linksOf, queries } from '../e2e/grafana-boards.ts';

const uids = new Map(boards.map(([, board]) => [board.uid, board]));
const variablesOf = (uid: string): string[] => uids.get(uid)?.templating.list.map(({ name }) => name) ?? [];

test('generated boards are current (npm run dashboards)', () => {
  const generated = dashboardFiles();
  expect(boards.map(([file]) => file)).toEqual([...generated.keys()].sort());
  for (const [file, text] of generated) {
    expect(readFileSync(path.join(BOARDS_DIRECTORY, file), 'utf8'), file).toBe(text);
  }
});

test('every link of a board names a board that there is', () => {
  for (const [file, board] of boards) {
    const targets = board.links.map(({ url }) => /^\/d\/([\w-]+)$/.exec(url)?.[1]);
    expect(targets.sort(), file).toEqual([...uids.keys()].filter((uid) => uid !== board.uid).sort());
  }
});

test('every link of a panel names a board and variables of it, and takes values of its own board', () => {
  const links = boards.flatMap(([, board]) =>
    board.panels.flatMap((panel) => linksOf(panel).map(({ url }) => ({ board, panel, url }))),
  );
  expect(links.length).toBeGreaterThan(4);
  for (const { board, panel, url } of links) {
    const [, uid = '', rest = ''] = /^\/d\/([\w-]+)\?(.*)$/.exec(url) ?? [];
    expect([...uids.keys()], `${panel.title}: ${url}`).toContain(uid);
    for (const parameter of rest.split('&')) {
      const own = /^\$\{(\w+):queryparam\}$/.exec(parameter)?.[1];
      const named = /^var-(\w+)=/.exec(parameter)?.[1];
      if (own !== undefined) expect(variablesOf(board.uid), parameter).toContain(own);
      const target = own ?? named;
      if (target === undefined) expect(parameter).toMatch(/^(from|to)=|^\$\{__url_time_range\}$/);
      else expect(variablesOf(uid), `${panel.title}: ${url}`).toContain(target);
    }
  }
});

test('the boards drill from one to the other', () => {
  const drills = boards.flatMap(([file, board]) =>
    board.panels.flatMap((panel) => linksOf(panel).map(({ url }) => `${file} ${/^\/d\/([\w-]+)/.exec(url)?.[1]}`)),
  );
  expect([...new Set(drills)].sort()).toEqual(
    expect.arrayContaining([
      'fleet.json spanledger-run',
      'fleet.json spanledger-sla',
      'run.json spanledger-sla',
      'sla.json spanledger-run',
      'cost.json spanledger-run',
    ]),
  );
});

test.each(queries)('$name is bounded in time or by a run', ({ rawSql, kind }) => {
  expect(rawSql).toMatch(
    /\$__timeFilter(_ms)?\(|\$__fromTime[\s\S]*\$__toTime|\{run:percentencode\}|\{trace:percentencode\}/,
  );
  // Totals are one row; all else says how many at most, or groups by time.
  if (kind !== 'stat' && !/GROUP BY time\b/.test(rawSql)) expect(rawSql).toMatch(/LIMIT \d+$/);
});

test.each(queries)('$name takes values in percent encoding only', ({ rawSql, board }) => {
  for (const [, name = '', format] of rawSql.matchAll(/\$\{(\w+)(?::(\w+))?\}/g)) {
    expect(format).toBe('percentencode');
    expect(variablesOf(board.uid)).toContain(name);
  }
  for (const [, name = ''] of rawSql.matchAll(/, \$(\w+)\)/g)) expect(variablesOf(board.uid)).toContain(name);
});

test('a variable that queries compare with is one value', () => {
  for (const [file, { templating }] of boards) {
    expect(
      templating.list.filter(({ multi }) => multi),
      file,
    ).toEqual([]);
  }
});

test('panels have a number of their own, a title, a description and the plugin’s form of query', () => {
  for (const [file, { panels }] of boards) {
    expect(new Set(panels.map(({ id }) => id)).size, file).toBe(panels.length);
    for (const panel of panels.filter(({ type }) => type !== 'row')) {
      expect(panel.title).not.toBe('');
      expect(panel.description ?? '', panel.title).not.toBe('');
      for (const { queryType, format, editorType } of panel.targets ?? []) {
        expect([editorType, queryType, format]).toEqual([
          'sql',
          queryType,
          { timeSeries: 0, table: 1, traces: 3 }[queryType],
        ]);
      }
    }
  }
});
