import { OPTION_NAMES, optionsHelp, variableOf } from '../../collector/src/options.ts';
import { code, table } from './markdown.ts';

const BEGIN = '<!-- options: made by `npm run docs` -->';
const END = '<!-- end of options -->';

/** The page with its table of options made anew from the collector's help text. */
export function withOptionsTable(page: string): string {
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the page must hold ${BEGIN} and ${END}`);
  return `${page.slice(0, start + BEGIN.length)}\n${optionsTable()}\n${page.slice(end)}`;
}

function optionsTable(): string {
  const rows = optionsHelp()
    .split('\n')
    .map((line, index) => {
      const [, flag = '', text = '', fallback = ''] = /^\s+(--\S+)\s+(.*?)(?: \[(.*)\])?$/.exec(line) ?? [];
      return [code(flag), code(variableOf(OPTION_NAMES[index] ?? '')), code(fallback), text];
    });
  return table(['flag', 'variable', 'default', 'what it is'], rows);
}
