import { parseArgs } from 'node:util';
import { isNoSpace } from '../engine/no-space.ts';
import { ensureError, SpanledgerError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { type Command, type CommandArguments, type CommandContext, UsageError } from './command.ts';

interface Entry {
  readonly summary: string;
  /** Loads the command alone: `report` need not wait for what `start` imports. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  start: { summary: 'run the collector', load: async () => (await import('./start.ts')).START },
  demo: {
    summary: 'run the collector, send it a run of a real multi-agent app, and show the report',
    load: async () => (await import('./demo.ts')).DEMO,
  },
  report: {
    summary: "show a run's report, or list the latest runs",
    load: async () => (await import('./report.ts')).REPORT,
  },
  graph: {
    summary: "write a run's graph as Mermaid, DOT or JSON",
    load: async () => (await import('./graph.ts')).GRAPH,
  },
  sql: { summary: 'run a query on the ledger, read-only', load: async () => (await import('./sql.ts')).SQL },
  keys: { summary: 'make, list and revoke keys', load: async () => (await import('./keys.ts')).KEYS },
  readers: {
    summary: 'make, list and remove read-only SQL users',
    load: async () => (await import('./readers.ts')).READERS,
  },
  prices: {
    summary: 'show the versions of the price list, and the models without a price',
    load: async () => (await import('./prices.ts')).PRICES,
  },
  rebuild: {
    summary: 'make the derived tables again from the ledger',
    load: async () => (await import('./rebuild.ts')).REBUILD,
  },
};

const HELP = `Spanledger ${VERSION}: OpenTelemetry in, an append-only ClickHouse ledger, SQL out.

Usage: spanledger COMMAND [OPTIONS]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}
  help      show this, or the help of a command

Options of a command: spanledger COMMAND --help
`;

/**
 * Runs a command line.
 *
 * @param words what stands after `spanledger`
 * @returns exit code: 0 done, 1 failed (said on stderr), 2 wrong command line
 */
export async function runCommandLine(words: readonly string[], context: CommandContext): Promise<number> {
  // A reader or a terminal that goes away ends the output, not the collector.
  context.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
  try {
    return await dispatch(words, context);
  } catch (thrown) {
    return explain(ensureError(thrown), words, context);
  }
}

async function dispatch([name, ...rest]: readonly string[], context: CommandContext): Promise<number> {
  if (name === '--version' || name === '-v') return print(context, `${VERSION}\n`);
  const isHelp = name === 'help' || name === '--help' || name === '-h';
  if (name === undefined || (isHelp && rest[0] === undefined)) {
    (isHelp ? context.stdout : context.stderr).write(HELP);
    return isHelp ? 0 : 2;
  }
  const wanted = isHelp ? (rest[0] ?? '') : name;
  const entry = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  if (entry === undefined) {
    throw new UsageError(`unknown command ${wanted}; the commands are ${Object.keys(COMMANDS).join(', ')}, help`);
  }
  const command = await entry.load();
  if (isHelp) return print(context, command.help);
  const given = parse(command, rest);
  return given.flags['help'] === true ? print(context, command.help) : command.run(given, context);
}

function parse(command: Command, words: readonly string[]): CommandArguments {
  const options = { ...command.flags, help: { type: 'boolean', short: 'h' } } as const;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (thrown) {
    throw new UsageError(inWords(ensureError(thrown).message));
  }
  const extra = parsed.positionals[command.mostPositionals];
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}`);
  return { flags: parsed.values as CommandArguments['flags'], positionals: parsed.positionals };
}

/** What parseArgs says, without its advice to programmers. */
function inWords(message: string): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) return `unknown option ${unknown}`;
  const needy = /^Option '(?:-\w, )?(--[\w-]+).* argument (?:missing|is ambiguous)/.exec(message)?.[1];
  if (needy !== undefined) return `${needy} needs a value (${needy}=-1 for one that begins with a dash)`;
  return message.split(/\.\s|\n/, 1)[0] ?? message;
}

function print(context: CommandContext, text: string): number {
  context.stdout.write(text);
  return 0;
}

function explain(error: Error, words: readonly string[], { stderr }: CommandContext): number {
  if (error instanceof UsageError) {
    const command = words[0] !== undefined && Object.hasOwn(COMMANDS, words[0]) ? ` ${words[0]}` : '';
    stderr.write(`spanledger${command}: ${error.message}\nSee spanledger${command} --help\n`);
    return 2;
  }
  const known = error instanceof SpanledgerError ? error : isNoSpace(error) ? noSpace(error) : undefined;
  if (known !== undefined) {
    stderr.write(`${known.code}: ${known.message}\nSee docs/errors.md#${known.code.toLowerCase()}\n`);
    return 1;
  }
  stderr.write(`This is a bug in spanledger ${VERSION}; please report it with these lines:\n${error.stack}\n`);
  return 1;
}

function noSpace(error: Error): SpanledgerError {
  return new SpanledgerError('DISK_FULL', `the disk has no room for what this command must write: ${error.message}`);
}
