import { carbonEstimator } from '@spanledger/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const estimator = carbonEstimator();

// Made with the Python package ecologits 0.11.3: the mean of its results for the least and the greatest number of active parameters.
test.each([
  ['gpt-4o-2024-08-06', 1.9091628266910843, 0.7338821905800528],
  ['claude-sonnet-5', 1.463400878323313, 0.5625312976274816],
  ['ministral-8b-2512', 0.06157769769453623, 0.0021712296207093474],
])('a thousand output tokens of %s take what EcoLogits says', (model, energyWh, grams) => {
  const estimate = estimator.estimate({ model, inputTokens: 0, outputTokens: 1000 });
  expect(estimate?.energyWh).toBeCloseTo(energyWh, 9);
  expect(estimate?.grams).toBeCloseTo(grams, 9);
});

test('input tokens take less than output tokens, and cached ones nothing', () => {
  const estimate = (tokens: object) =>
    estimator.estimate({ model: 'gpt-4o', inputTokens: 1000, outputTokens: 1000, ...tokens });
  const fresh = estimate({});
  // 2 x 88e9 operations a token on a GPU of 989.4e12 x 0.76 a second and 700 W, for a PUE of 1.2 and 384.4 g a kWh.
  expect(fresh?.inputGrams).toBeCloseTo((((2 * 88e9 * 1000) / (989.4e12 * 0.76)) * 700 * 1.2 * 384.4) / 3.6e6, 9);
  expect(fresh?.inputGrams).toBeLessThan(fresh?.outputGrams ?? 0);
  expect(fresh?.grams).toBe((fresh?.inputGrams ?? 0) + (fresh?.outputGrams ?? 0));
  expect(estimate({ cacheReadTokens: 1000 })?.inputGrams).toBe(0);
});

test.each([
  ['openai/gpt-4o', 'gpt-4o'],
  ['GPT-4o-2024-11-20', 'gpt-4o'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
  ['claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
  ['models/gemini-2.5-flash', 'gemini-2.5-flash'],
])('%s is %s', (name, model) => {
  const tokens = { inputTokens: 10, outputTokens: 10 };
  expect(estimator.estimate({ model: name, ...tokens })).toEqual(estimator.estimate({ model, ...tokens }));
  expect(estimator.estimate({ model: name, ...tokens })).toBeDefined();
});

test.each([
  ['my-gpt-4o-clone', { inputTokens: 1, outputTokens: 1 }],
  ['gpt-4o-ultra', { inputTokens: 1, outputTokens: 1 }],
  ['constructor', { inputTokens: 1, outputTokens: 1 }],
  ['gpt-4o', { inputTokens: 1 }],
  ['gpt-4o', { outputTokens: 1 }],
])('nothing is made up for %s with %j', (model, tokens) => {
  expect(estimator.estimate({ model, ...tokens })).toBeUndefined();
});

test('region, overhead and sizes are the caller’s to set, and the method says what was used', () => {
  const usage = { model: 'gpt-4o', inputTokens: 0, outputTokens: 1000 };
  const paris = carbonEstimator({ region: 'eu-west-3', pue: 1 }).estimate(usage);
  expect(paris?.grams).toBeCloseTo(((1.9091628266910843 / 1.2) * 41.44) / 1000, 9);
  expect(paris?.method).toBe('ecologits-0.11.3+prefill/1;grid=FRA:41.44;pue=1');
  const own = carbonEstimator({
    models: { mine: { totalParameters: 8.02, tokensPerSecond: 81.5 } },
    gridGramsPerKwh: 100,
  });
  const mine = own.estimate({ model: 'mine', inputTokens: 0, outputTokens: 1000 });
  expect(mine?.energyWh).toBeCloseTo((0.06157769769453623 / 1.16) * 1.2, 9);
  expect(mine?.method).toBe('ecologits-0.11.3+prefill/1;grid=custom:100;pue=1.2');
});

test.each([
  [{ region: 'atlantis' }, 'region'],
  [{ region: 'toString' }, 'region'],
  [{ pue: 0.5 }, 'pue'],
  [{ gridGramsPerKwh: Number.NaN }, 'gridGramsPerKwh'],
  [{ models: { m: { totalParameters: 0 } } }, 'models.m'],
  [{ models: { m: { totalParameters: 1, activeParameters: 2 } } }, 'models.m'],
])('%j is refused', (options, path) => {
  expect(() => carbonEstimator(options)).toThrowError(
    expect.objectContaining({ code: 'CARBON_OPTIONS_INVALID', path }),
  );
});

test('more tokens never emit less', () => {
  const count = fc.nat({ max: 1e6 });
  fc.assert(
    fc.property(count, count, count, (input, output, more) => {
      const grams = (inputTokens: number, outputTokens: number) =>
        estimator.estimate({ model: 'gpt-5', inputTokens, outputTokens })?.grams ?? Number.NaN;
      expect(grams(input + more, output)).toBeGreaterThanOrEqual(grams(input, output));
      expect(grams(input, output + more)).toBeGreaterThanOrEqual(grams(input, output));
    }),
  );
});
