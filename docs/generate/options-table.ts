import { OPTION_NAMES, optionsHelp, variableOf } from '../../collector/src/options.ts';
import { code, table } from './markdown.ts';
import { withPart } from './part.ts';

/** The page with its table of options made anew from the collector's help text. */
export function withOptionsTable(page: string): string {
  return withPart(page, 'options', optionsTable());
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
