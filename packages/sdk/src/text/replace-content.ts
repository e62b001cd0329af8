import type { NodeOutput } from '../contract/node.ts';
import { readText } from './json-text.ts';

/** An output with other content. Its value follows; `undefined` when the new content can not become one. */
export function replaceContent(output: NodeOutput, content: string): NodeOutput | undefined {
  const { structured: _structured, ...rest } = output;
  if (output.value === undefined) return { ...rest, content };
  const changed = readText(content, typeof output.value === 'string');
  return changed === undefined ? undefined : { ...rest, content, value: changed.value };
}
