import { ConfigurationError, governTool, injectionDetector, sensitiveReport, sensitiveScanner } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { testRuntime } from '../sdk-fixture.ts';
import { readCorpus, readInjections, scoreCorpus } from '../sensitive-corpus.ts';

const scanner = sensitiveScanner();
const masked = (text: string): string => scanner.mask(text, scanner.scan(text));

/** Kinds that are found less well than all the others, and how well at least. */
const FLOORS: Readonly<Record<string, { readonly precision?: number; readonly recall?: number }>> = {
  NAME: { recall: 0.8 },
  EMAIL: { recall: 0.92 },
  API_KEY_GENERIC: { recall: 0.9 },
  PHONE: { precision: 0.93 },
  ZIP: { precision: 0.92 },
};

describe('the labelled corpus', () => {
  const corpus = readCorpus();
  const scores = scoreCorpus(corpus);

  test('has hundreds of texts, with and without values', () => {
    expect(corpus.length).toBeGreaterThan(700);
    expect(corpus.filter((text) => text.labels.length === 0).length).toBeGreaterThan(250);
  });

  test.each(scores)('$kind is found: $found of $labelled, $wrong wrong', ({ kind, labelled, precision, recall }) => {
    expect(labelled).toBeGreaterThanOrEqual(6);
    expect(precision).toBeGreaterThanOrEqual(FLOORS[kind]?.precision ?? 0.95);
    expect(recall).toBeGreaterThanOrEqual(FLOORS[kind]?.recall ?? 0.95);
  });

  test('what is found as a whole is masked as a whole, and nothing more is found afterwards', () => {
    for (const { text, labels } of corpus) {
      const matches = scanner.scan(text);
      const result = scanner.mask(text, matches);
      expect(scanner.scan(result)).toEqual([]);
      for (const { start, end } of labels) {
        if (!matches.some((match) => match.start <= start && match.end >= end)) continue;
        const value = text.slice(start, end);
        // A short value may stand elsewhere too.
        if (value.length > 6 && text.split(value).length === 2) expect(result).not.toContain(value);
      }
    }
  });
});

describe('the weaknesses that the contract lists', () => {
  test.each([
    ['nine digits are no social security number', 'order 123456789 was shipped'],
    ['ten digits are no phone and no provider', 'ticket 1234567893'],
    ['a city is no name', 'New York City'],
    ['an address has octets', 'address 999.999.1.1'],
    ['sixteen digits are no card without a check digit', 'id 4111111111111112'],
    ['a commit is no secret', 'commit 3f2a9c0d1e4b5a6978877665544332211f0e9d8c'],
    ['a digest is no secret', `sha256 ${'0123456789abcdef'.repeat(4)}`],
  ])('%s', (_what, text) => expect(scanner.scan(text)).toEqual([]));

  test('a match shows nothing of the value', () => {
    expect(scanner.scan('a@b.co')).toEqual([{ kind: 'EMAIL', category: 'pii', start: 0, end: 6, confidence: 0.95 }]);
  });

  test('a credential in a web address has the graver kind, and all of both is masked', () => {
    const url = 'https://www.linkedin.com/in/anna-bauer?token=a8f3kd02mfk3l5m6n7b8';
    expect(masked(`see ${url} now`)).toBe('see [CREDENTIAL-REDACTED:API_KEY_GENERIC] now');
  });

  test('the report counts what is left after the least confidence', () => {
    const text = 'on 2026-11-25 a@b.co wrote from 127.0.0.1';
    expect(sensitiveReport(scanner.scan(text))).toEqual({
      totalMatches: 1,
      hasPhi: false,
      hasPii: true,
      hasCredentials: false,
      kindsFound: ['EMAIL'],
      byCategory: { pii: 1, phi: 0, credential: 0 },
      highConfidenceMatches: 1,
    });
    expect(sensitiveReport(sensitiveScanner({ minConfidence: 0.3 }).scan(text)).kindsFound).toEqual([
      'DATE',
      'EMAIL',
      'IP',
    ]);
  });
});

test('a word is no cue for its end alone, wherever the reach of cues cuts it', () => {
  for (let words = 0; words < 45; words++) {
    const text = `river ${'x '.repeat(words)}8.8.8.8`;
    expect(
      scanner.scan(text).map(({ kind }) => kind),
      text,
    ).toEqual(['IP']);
  }
});

describe('limits', () => {
  test('what lies beyond the longest scan is masked as a whole, and so is a value across its end', () => {
    const small = sensitiveScanner({ maxScanLength: 1024 });
    const text = `${'x '.repeat(507)}4111 1111 1111 1111 and more`;
    const matches = small.scan(text);
    expect(matches.at(-1)).toEqual({
      kind: 'UNSCANNED',
      category: 'credential',
      start: 768,
      end: text.length,
      confidence: 1,
    });
    expect(small.mask(text, matches)).toBe(`${'x '.repeat(384)}[CREDENTIAL-REDACTED:UNSCANNED]`);
  });

  test('ten million characters are scanned up to the limit', () => {
    const text = 'mail a@b.co '.repeat(833_334);
    const matches = scanner.scan(text);
    expect(matches.at(-1)?.kind).toBe('UNSCANNED');
    expect(scanner.mask(text, matches)).not.toContain('a@b.co');
  });

  test('a private key without an end reaches to the end of the text', () => {
    expect(masked('a -----BEGIN RSA PRIVATE KEY-----\nMIIE')).toBe('a [CREDENTIAL-REDACTED:PRIVATE_KEY]');
  });

  test.each([
    ['kinds[1]', { kinds: ['EMAIL', 'SHOE_SIZE'] }],
    ['minConfidence', { minConfidence: 2 }],
    ['maxScanLength', { maxScanLength: 10 }],
  ])('says what is wrong with %s', (path, options) => {
    const make = () => sensitiveScanner(options as Parameters<typeof sensitiveScanner>[0]);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ code: 'SENSITIVE_OPTIONS', path }));
  });

  test('only the kinds that were asked for, and masks of the category', () => {
    const mails = sensitiveScanner({ kinds: ['EMAIL'], masks: 'category' });
    const text = 'a@b.co 123-45-6789';
    expect(mails.mask(text, mails.scan(text))).toBe('[REDACTED] 123-45-6789');
  });
});

describe('values', () => {
  test('texts, numbers and keys are masked, all else keeps its shape', () => {
    const value = {
      user: { mail: 'a@b.co', age: 42, tags: ['x', null, true] },
      card: 4111111111111111,
      ssn: '123456789',
      password: 'open sesame',
      'a@b.co': 1,
      'c@d.co': 2,
    };
    expect(scanner.maskValue(value)).toEqual({
      user: { mail: '[REDACTED:EMAIL]', age: 42, tags: ['x', null, true] },
      card: '[REDACTED:CREDIT_CARD]',
      ssn: '[REDACTED:SSN]',
      password: '[CREDENTIAL-REDACTED:PASSWORD]',
      '[REDACTED:EMAIL]': 1,
      '[REDACTED:EMAIL]_2': 2,
    });
  });

  test('getters, circles, depth, bytes and proxies let nothing out', () => {
    let called = false;
    const circle: Record<string, unknown> = {
      get secret() {
        called = true;
        return 'x';
      },
      bytes: Buffer.from('a@b.co'),
      broken: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
      shared: [1],
    };
    circle['again'] = circle;
    circle['sharedToo'] = circle['shared'];
    expect(scanner.maskValue(circle)).toEqual({
      secret: '[REDACTED:GETTER]',
      bytes: '[REDACTED:BINARY]',
      broken: '[REDACTED:UNREADABLE]',
      shared: [1],
      again: '[REDACTED:CIRCLE]',
      sharedToo: [1],
    });
    expect(called).toBe(false);
    let deep: unknown = 'a@b.co';
    for (let level = 0; level < 10_000; level++) deep = [deep];
    const text = JSON.stringify(scanner.maskValue(deep));
    expect(text).toContain('[REDACTED:TOO_DEEP]');
    expect(text).not.toContain('a@b.co');
  });

  test('too many values end in a mask', () => {
    const few = sensitiveScanner({ values: { maxValues: 3 } });
    expect(few.maskValue(['a', 'b', 'c', 'd'])).toEqual(['a', 'b', '[REDACTED:TOO_MANY_VALUES]']);
  });

  test('keys that reach a prototype become plain properties', () => {
    const copy = scanner.maskValue(JSON.parse('{"__proto__":{"polluted":"a@b.co"},"constructor":{"prototype":1}}'));
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.keys(copy as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":"[REDACTED:EMAIL]"},"constructor":{"prototype":1}}');
  });

  test('errors with their causes', () => {
    const error = new AggregateError([new Error('for c@d.co')], 'no user a@b.co', {
      cause: new Error('ssn 123-45-6789'),
    });
    expect(scanner.maskValue(error)).toMatchObject({
      name: 'Error',
      message: 'no user [REDACTED:EMAIL]',
      cause: { message: 'ssn [REDACTED:SSN]' },
      errors: [{ message: 'for [REDACTED:EMAIL]' }],
    });
    expect(JSON.stringify(scanner.maskValue(error))).not.toMatch(/a@b|c@d|6789/);
  });
});

test('injections are told from plain requests', () => {
  const detector = injectionDetector();
  const texts = readInjections().map(({ text, injection }) => ({
    injection,
    found: detector.detect(text).score >= 0.4,
  }));
  const right = texts.filter((text) => text.injection && text.found).length;
  expect(texts.length).toBeGreaterThan(100);
  expect(right / texts.filter((text) => text.found).length).toBeGreaterThanOrEqual(0.95);
  expect(right / texts.filter((text) => text.injection).length).toBeGreaterThanOrEqual(0.9);
});

describe('in a step', () => {
  const CARD = 4111111111111111;
  const run = async (action: 'record' | 'mask', fails = false) => {
    let given: unknown;
    const made = testRuntime({
      sensitiveData: { scanner, actions: { pii: action, phi: action, credential: action } },
      captureContent: true,
    });
    const execute = async (order: unknown): Promise<unknown> => {
      given = order;
      if (fails) throw new Error('no user anna@example.com', { cause: new Error('password=tr0ub4dor') });
      return { paid: true, card: CARD, note: 'ssn 123-45-6789' };
    };
    const tool = governTool({ name: 'pay', execute }, { runtime: made.runtime });
    let answer: unknown;
    try {
      answer = await tool.execute({ card: CARD, mail: 'anna@example.com' });
    } catch (error) {
      answer = error;
    }
    const sent = JSON.stringify([
      made.events(),
      made.spans().map((span) => [span.attributes, span.status, span.events]),
    ]);
    return { given, answer, sent };
  };
  const LEAKS = /4111111111111111|anna@example|6789|tr0ub4dor/;

  test.each(['record', 'mask'] as const)('with %s nothing leaves the process', async (action) => {
    expect((await run(action)).sent).not.toMatch(LEAKS);
    expect((await run(action, true)).sent).not.toMatch(LEAKS);
  });

  test('arguments and results that a mask in their JSON would break are masked as values', async () => {
    const { given, answer } = await run('mask');
    expect(given).toEqual({ card: '[REDACTED:CREDIT_CARD]', mail: '[REDACTED:EMAIL]' });
    expect(answer).toEqual({ paid: true, card: '[REDACTED:CREDIT_CARD]', note: 'ssn [REDACTED:SSN]' });
  });
});
