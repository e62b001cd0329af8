import { expect, test } from 'vitest';
import { buildSpanTree, type FlatSpan, type SpanNode } from '../../collector/src/serve/span-tree.ts';

const span = (id: string, parent: string, trace = 't'): FlatSpan => ({
  trace_id: trace,
  span_id: id,
  parent_span_id: parent,
});
const shape = (node: SpanNode<FlatSpan>): unknown => [node.span_id, ...node.children.map(shape)];
const all = (nodes: SpanNode<FlatSpan>[]): string[] => nodes.flatMap((node) => [node.span_id, ...all(node.children)]);

test('a parent of another trace is missing', () => {
  const tree = buildSpanTree([span('a', ''), span('b', 'a', 'other')]);
  expect(tree.map((node) => [node.span_id, node.parent_missing])).toEqual([
    ['a', false],
    ['b', true],
  ]);
});

test('children keep the order given, also when they come before their parent', () => {
  const tree = buildSpanTree([span('c', 'a'), span('b', 'a'), span('a', '')]);
  expect(tree.map(shape)).toEqual([['a', ['c'], ['b']]]);
});

test('a tail on a circle stays on it', () => {
  const tree = buildSpanTree([span('a', 'b'), span('b', 'a'), span('c', 'b')]);
  expect(tree.map(shape)).toEqual([['a', ['b', ['c']]]]);
  expect(tree[0]?.cut).toBe('cycle');
});

test('what lies too deep starts again at the top', () => {
  const chain = Array.from({ length: 7 }, (_, index) => span(String(index), index === 0 ? '' : String(index - 1)));
  const tree = buildSpanTree(chain, 3);
  expect(tree.map((node) => [node.span_id, node.cut])).toEqual([
    ['0', null],
    ['3', 'depth'],
    ['6', 'depth'],
  ]);
});

test('a chain of 10,000 spans is nested whole and can be written as JSON', () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => span(String(index), index === 0 ? '' : String(index - 1)));
  const tree = buildSpanTree(chain.reverse());
  expect(new Set(all(tree)).size).toBe(10_000);
  expect(JSON.stringify(tree).length).toBeGreaterThan(10_000);
});
