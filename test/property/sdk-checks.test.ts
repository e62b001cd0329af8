import { createHmac } from 'node:crypto';
import { type PolicyRule, type RiskTier, replayDecision } from '@spanledger/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Account } from '../../packages/sdk/src/budget/account.ts';
import { periodKey } from '../../packages/sdk/src/budget/period.ts';
import { CircuitBreaker } from '../../packages/sdk/src/execution/circuit-breaker.ts';
import { retryDelayMs } from '../../packages/sdk/src/execution/retry.ts';
import { decideRules } from '../../packages/sdk/src/policy/decide.ts';
import { actionClassifier, wordsOf } from '../../packages/sdk/src/risk/classify.ts';
import { keyedDigest } from '../../packages/sdk/src/runtime/digest.ts';
import { readText, writeText } from '../../packages/sdk/src/text/json-text.ts';
import { echo, testRuntime } from '../sdk-fixture.ts';

const truth = fc.constantFrom(true, false, undefined);
const action = fc.constantFrom<PolicyRule['action']>('allow', 'deny', 'escalate', 'log', 'alert');
const judged = fc.array(fc.record({ action, truth }), { maxLength: 12 }).map((rules) => ({
  rules: rules.map((rule, at): PolicyRule => ({ name: `rule-${at}`, action: rule.action })),
  truths: rules.map((rule) => rule.truth),
}));

test('a policy denies if any rule to deny applies or may apply, in whatever order', () => {
  fc.assert(
    fc.property(judged, fc.constantFrom('allow' as const, 'deny' as const), ({ rules, truths }, otherwise) => {
      const may = (kind: string) => rules.some((rule, at) => rule.action === kind && truths[at] !== false);
      const surely = (kind: string) => rules.some((rule, at) => rule.action === kind && truths[at] === true);
      const expected = may('deny') ? 'deny' : may('escalate') ? 'escalate' : surely('allow') ? 'allow' : otherwise;
      expect(decideRules(rules, truths, otherwise, '').action).toBe(expected);
      expect(decideRules(rules.toReversed(), truths.toReversed(), otherwise, '').action).toBe(expected);
    }),
  );
});

test('a decision is made again from what was recorded of it', () => {
  fc.assert(
    fc.property(judged, ({ rules, truths }) => {
      const letters = truths.map((one) => (one === undefined ? 'U' : one ? 'T' : 'F')).join('');
      const request = JSON.stringify({ fields: {}, rules: letters });
      const policy = { id: 'p', version: '1', rules };
      expect(replayDecision(policy, request)).toEqual(decideRules(rules, truths, 'allow', request));
    }),
  );
});

test('an account never lets reservations and spending together go over its limit', () => {
  const amount = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(fc.array(fc.tuple(amount, fc.nat({ max: 3 })), { maxLength: 60 }), (steps) => {
      const account = new Account(1);
      const open: number[] = [];
      for (const [estimate, settled] of steps) {
        if (account.firstOver([estimate], [200]) === -1) {
          account.reserve([estimate]);
          open.push(estimate);
        }
        // Some of those that run are over, and used no more than they said.
        for (const reserved of open.splice(0, settled)) account.settle([reserved], [reserved]);
        expect((account.spent[0] ?? 0) + (account.reserved[0] ?? 0)).toBeLessThanOrEqual(200);
        expect(account.reserved[0]).toBe(open.reduce((sum, one) => sum + one, 0));
      }
    }),
  );
});

test('steps side by side, of any cost and end, spend no more than the budget', async () => {
  const step = fc.record({ estimate: fc.integer({ min: 0, max: 40 }), fails: fc.boolean(), waits: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { runtime } = testRuntime({ budget: { limits: [{ per: 'run', tokens: 100 }] } });
      const outcomes = await Promise.all(
        steps.map(({ estimate, fails, waits }) =>
          runtime.run({
            task: 'x',
            runId: 'r',
            estimate: { tokens: estimate },
            node: echo({
              run: async () => {
                if (waits) await new Promise((resolve) => setImmediate(resolve));
                if (fails) throw new Error('no');
                return { content: 'x', tokensUsed: estimate };
              },
            }),
          }),
        ),
      );
      const used = outcomes.reduce((sum, { record }) => sum + (record.tokensUsed ?? 0), 0);
      expect(used).toBeLessThanOrEqual(100);
      // Nothing stays put aside: what is left can be spent.
      const rest = await runtime.run({ task: 'x', runId: 'r', estimate: { tokens: 100 - used }, node: echo() });
      expect(rest.ok || used === 100).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a circuit that is open lets one step through at a time', () => {
  const event = fc.record({ wait: fc.nat({ max: 40 }), succeeds: fc.boolean(), ends: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      let now = 0;
      const breaker = new CircuitBreaker({ failures: 2, windowMs: 50, openMs: 30 }, () => now);
      let trials = 0;
      for (const { wait, succeeds, ends } of events) {
        now += wait;
        const admission = breaker.admit('n');
        if (admission === 'trial') trials += 1;
        expect(trials).toBeLessThanOrEqual(1);
        if (admission === undefined) {
          if (ends && trials > 0) {
            breaker.note('n', 'trial', succeeds);
            trials = 0;
          }
        } else if (admission === 'normal' || ends) {
          breaker.note('n', admission, succeeds);
          if (admission === 'trial') trials = 0;
        }
      }
    }),
  );
});

test('waits grow, within their bounds', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), share, share, (attempt, jitter, random) => {
      const delay = retryDelayMs({ attempts: 9, delayMs: 10, factor: 3, maxDelayMs: 1000, jitter }, attempt, random);
      const whole = Math.min(10 * 3 ** (attempt - 1), 1000);
      expect(delay).toBeLessThanOrEqual(whole);
      expect(delay).toBeGreaterThanOrEqual(whole * (1 - jitter) - 1e-9);
    }),
  );
});

test('the digest is HMAC-SHA-256, of texts and keys of any length', () => {
  const text = fc.string({ unit: 'binary', maxLength: 5000 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), text, (key, given) => {
      expect(keyedDigest(key)(given)).toBe(createHmac('sha256', key).update(given).digest('hex'));
    }),
  );
});

test('a value comes back from its text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const written = writeText(value, 1_000_000);
      if (!('text' in written)) throw new Error(written.fault);
      expect(readText(written.text, typeof value === 'string')?.value).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('words of an action do not depend on how it is written, and more words never lower the tier', () => {
  const classify = actionClassifier();
  const word = fc.constantFrom('get', 'user', 'write', 'file', 'delete', 'information', 'compute', 'format', 'disk');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, (words, more) => {
      const camel = words.map((one, at) => (at === 0 ? one : one[0]?.toUpperCase() + one.slice(1))).join('');
      expect(wordsOf(camel)).toEqual(words);
      expect(wordsOf(words.join('_').toUpperCase())).toEqual(words);
      const tier: RiskTier = classify(words.join(' '));
      expect(classify(camel)).toBe(tier);
      expect(classify([...words, more].join('-'))).toBeGreaterThanOrEqual(tier);
    }),
  );
});

test('periods follow one another without gap, and weeks begin on Monday', () => {
  const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
  fc.assert(
    fc.property(time, (now) => {
      expect(periodKey('day', now)).toBe(new Date(now).toISOString().slice(0, 10));
      const midnight = Math.floor(now / 86_400_000) * 86_400_000;
      const isMonday = new Date(midnight).getUTCDay() === 1;
      expect(periodKey('week', midnight - 1) !== periodKey('week', midnight)).toBe(isMonday);
      expect(periodKey('week', midnight)).toBe(periodKey('week', midnight + 86_399_999));
    }),
  );
});

test('whatever a node returns or throws, there is one outcome and one span', async () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
  });
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom('return', 'throw', 'resolve', 'reject'), async (value, how) => {
      const { runtime, steps } = testRuntime();
      const run = (): never => {
        if (how === 'throw') throw value;
        if (how === 'reject') return Promise.reject(value) as never;
        return (how === 'resolve' ? Promise.resolve(value) : value) as never;
      };
      const outcome = await runtime.run({ task: 'x', node: echo({ run }) });
      expect(['completed', 'failed']).toContain(outcome.status);
      expect(outcome.ok).toBe(outcome.status === 'completed');
      expect(steps()).toHaveLength(1);
      expect(steps()[0]?.attributes['spanledger.status']).toBe(outcome.record.status);
    }),
    { numRuns: 200 },
  );
});
