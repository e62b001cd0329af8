import { environmentEntry } from '../keys/environment-keys.ts';
import type { KeyRecord } from '../keys/key-records.ts';
import { addKey, listKeys, revokeKey } from '../keys/manage-keys.ts';
import { SCOPES, type Scope } from '../keys/scope.ts';
import { CONFIG_FLAG, readCollectorOptions } from './collector-flags.ts';
import { type Command, type CommandArguments, type CommandContext, textFlag, UsageError } from './command.ts';
import { formatTime, NOTHING } from './format.ts';
import { painterOf, renderTable } from './table.ts';

const WIDTH = 160;

/** `spanledger keys`: makes, lists and revokes the keys of a collector. */
export const KEYS: Command = {
  help: `Usage: spanledger keys add --scope SCOPE[+SCOPE] [--tenant T] [--name TEXT] [--expires TIME]
       spanledger keys list [--environment]
       spanledger keys revoke ID

add      makes a key and prints it once: only its hash is kept
list     shows all keys, without their secrets; --environment as entries for SPANLEDGER_KEYS
revoke   refuses a key from now on

A running collector takes a change within a second. As soon as there is a key, each request needs one, also on loopback.

  --scope SCOPES      what the key may do, joined by +: ingest (send telemetry), read (runs, steps, totals), audit (content),
                      admin (settings, metrics, status); none implies another
  --tenant T          tenant that it writes and reads [the option tenant]
  --name TEXT         what it is for
  --expires TIME      last moment, for example 2027-01-31 or 2027-01-31T12:00:00Z [never]
  --environment       prints entries for SPANLEDGER_KEYS
  --keys-file FILE    where keys are kept [keys.json in the data directory]
  --data-dir DIR      the collector's data directory [.spanledger]
  --config FILE       the collector's configuration file
`,
  flags: {
    ...CONFIG_FLAG,
    scope: { type: 'string' },
    tenant: { type: 'string' },
    name: { type: 'string' },
    expires: { type: 'string' },
    environment: { type: 'boolean' },
    'keys-file': { type: 'string' },
    'data-dir': { type: 'string' },
  },
  mostPositionals: 2,
  run: async (given, context) => {
    const options = readCollectorOptions(given, context);
    const [action, id] = given.positionals;
    if (action !== 'revoke' && id !== undefined) throw new UsageError(`unexpected argument ${id}`);
    switch (action) {
      case 'add':
        return add(options.keys_file, options.tenant, given, context);
      case 'list':
        return list([...(await listKeys(options.keys_file)), ...options.keys], given, context);
      case 'revoke':
        if (id === undefined) throw new UsageError('say which key: spanledger keys revoke ID');
        await revokeKey(options.keys_file, id);
        context.stdout.write(`Key ${id} is revoked.\n`);
        return 0;
      default:
        throw new UsageError('say what to do: add, list or revoke');
    }
  },
};

async function add(
  file: string,
  tenant: string,
  given: CommandArguments,
  { stdout, stderr }: CommandContext,
): Promise<number> {
  const scopes = scopesOf(textFlag(given, 'scope'));
  const expires = expiryOf(textFlag(given, 'expires'));
  const { text, record } = await addKey(file, { tenant, scopes, expires, name: textFlag(given, 'name') ?? '' });
  stderr.write(
    `Key ${record.id} of tenant ${tenant} may ${scopes.join(', ')}. Keep it now, it is not shown again; its hash is in ${file}.\n`,
  );
  // Alone on stdout, so that a script can take it.
  stdout.write(`${text}\n`);
  return 0;
}

function list(keys: readonly KeyRecord[], given: CommandArguments, { stdout }: CommandContext): number {
  if (given.flags['environment'] === true) {
    const inForce = keys.filter(({ revoked }) => revoked === null);
    stdout.write(inForce.map((key) => `${environmentEntry(key)}\n`).join(''));
    return 0;
  }
  if (keys.length === 0) {
    stdout.write('There are no keys: the collector listens on loopback only, for everybody there.\n');
    return 0;
  }
  const titles = ['id', 'tenant', 'scopes', 'state', 'expires', 'created', 'name'].map((title) => ({ title }));
  const rows = keys.map((key) => [
    key.id,
    key.tenant,
    key.scopes.join('+'),
    stateOf(key),
    timeOf(key.expires),
    timeOf(key.created),
    key.name,
  ]);
  stdout.write(renderTable(titles, rows, WIDTH, painterOf(stdout)));
  return 0;
}

function stateOf({ revoked, expires }: KeyRecord): string {
  if (revoked !== null) return 'revoked';
  return expires !== null && Date.parse(expires) <= Date.now() ? 'expired' : 'in force';
}

function timeOf(time: string | null): string {
  return time === null ? NOTHING : formatTime(time);
}

function scopesOf(text: string | undefined): Scope[] {
  const words = (text ?? '').split(/[+,]/).filter((word) => word !== '');
  const unknown = words.find((word) => !(SCOPES as readonly string[]).includes(word));
  if (words.length === 0 || unknown !== undefined) {
    throw new UsageError(
      `--scope takes ${SCOPES.join(', ')}, joined by +${unknown === undefined ? '' : `, not ${unknown}`}`,
    );
  }
  return SCOPES.filter((scope) => words.includes(scope));
}

function expiryOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError('--expires takes a date, or a time with its offset: 2027-01-31T12:00:00Z');
  if (time <= Date.now()) throw new UsageError('--expires is past');
  return new Date(time).toISOString();
}
