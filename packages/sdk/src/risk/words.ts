import type { RiskTier } from '../contract/step-facts.ts';

/** Words that say what an action does, by tier; the forms of a verb count as the verb. */
export const RISK_WORDS: Readonly<Record<2 | 3 | 4, readonly string[]>> = {
  4: [
    'delete',
    'drop',
    'destroy',
    'purge',
    'wipe',
    'deploy',
    'publish',
    'truncate',
    'deactivate',
    'terminate',
    'revoke',
    'erase',
    'pay',
    'refund',
    'transfer',
    'rm',
    'remove',
  ],
  3: [
    'write',
    'update',
    'create',
    'insert',
    'patch',
    'post',
    'put',
    'upload',
    'send',
    'email',
    'notify',
    'request',
    'execute',
    'modify',
  ],
  2: ['compute', 'transform', 'aggregate', 'cache', 'store', 'save', 'convert', 'calculate', 'index'],
};

/** Pairs of words that are of a tier only together. */
export const RISK_PAIRS: readonly (readonly [string, string, RiskTier])[] = [
  ['send', 'payment', 4],
  ['make', 'payment', 4],
  ['format', 'disk', 4],
  ['format', 'drive', 4],
  ['format', 'volume', 4],
  ['format', 'partition', 4],
  ['close', 'account', 4],
];

/** Words in the names of arguments that hold secrets. */
export const SECRET_WORDS: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'secret',
  'token',
  'credential',
  'credentials',
  'ssn',
  'apikey',
  'privatekey',
  'creditcard',
  'auth',
  'authorization',
]);
