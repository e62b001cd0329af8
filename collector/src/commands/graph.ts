import { API_FLAGS, API_FLAGS_HELP, apiPlace } from './api-place.ts';
import { type Command, textFlag, UsageError } from './command.ts';
import { readGraph } from './report-data.ts';

const FORMATS = ['mermaid', 'dot', 'json'] as const;

/** `spanledger graph`: a run's graph as a drawing or as JSON. */
export const GRAPH: Command = {
  help: `Usage: spanledger graph [OPTIONS] RUN

Writes a run's graph: its nodes with their state and cost, and the edges between them. "spanledger report" lists the latest runs.

  --format NAME   mermaid, dot (for Graphviz) or json, with the field names of the API [mermaid]
${API_FLAGS_HELP}

spanledger graph RUN --format dot | dot -Tsvg > run.svg
`,
  flags: { ...API_FLAGS, format: { type: 'string' } },
  mostPositionals: 1,
  run: async (given, context) => {
    const [runId = ''] = given.positionals;
    if (runId === '') throw new UsageError('say which run, as "spanledger report" lists them');
    const asked = textFlag(given, 'format') ?? 'mermaid';
    const format = FORMATS.find((one) => one === asked);
    if (format === undefined) throw new UsageError(`--format ${asked} is none of ${FORMATS.join(', ')}`);
    const text = await readGraph(apiPlace(given, context), runId, format);
    context.stdout.write(format === 'json' ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : text);
    return 0;
  },
};
