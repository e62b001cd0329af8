import { injectionDetector, type SensitiveScanner, sensitiveScanner } from '@spanledger/sdk';
import { readCorpus, readInjections, scoreCorpus } from '../sensitive-corpus.ts';
import { type Figure, figure } from './figure.ts';

const KILOBYTE = 1024;
/** Plain words with a few numbers, as most prompts have them. */
const PROSE =
  'The agent read three reports on the water level of the river and wrote a summary of 250 words for the council. In 2026 the level rose by 12 cm, most of it in spring. It then asked the weather tool for the next five days, compared them with last year, and found no reason to warn anyone. ';
const MAIL =
  'From: anna.bauer@example.com\nCall me at (212) 555-0123 or write to 12 Long Lane, Springfield, IL 62701. My card 4111 1111 1111 1111 expires soon; SSN 123-45-6789. {"password":"tr0ub4dor","token":"a8f3kd02mfk3l5m6n7b8"} ';
const CYRILLIC = 'Агент прочитал три отчёта об уровне воды и написал краткий обзор для совета города. ';

/** Measures what scanning costs a kilobyte of UTF-16 units, and how well the labelled corpora are found. */
export function scanFigures(rounds = 40): Figure[] {
  const scanner = sensitiveScanner();
  const detector = injectionDetector();
  const both = (text: string): void => {
    scanner.scan(text);
    detector.detect(text);
  };
  const prose = repeated(PROSE, 4 * KILOBYTE);
  const mail = repeated(MAIL, 4 * KILOBYTE);
  return [
    figure('sdk.scan_us_per_kb', perKilobyte(both, prose, rounds), 'us'),
    figure(
      'sdk.scan.sensitive_us_per_kb',
      perKilobyte((text) => scanner.scan(text), prose, rounds),
      'us',
    ),
    figure(
      'sdk.scan.injection_us_per_kb',
      perKilobyte((text) => detector.detect(text), prose, rounds),
      'us',
    ),
    figure('sdk.scan.dense_us_per_kb', perKilobyte(both, mail, rounds), 'us'),
    figure('sdk.scan.foreign_us_per_kb', perKilobyte(both, repeated(CYRILLIC, 4 * KILOBYTE), rounds), 'us'),
    figure('sdk.scan.megabyte_us_per_kb', perKilobyte(both, repeated(PROSE, KILOBYTE * KILOBYTE), 3), 'us'),
    ...hostileFigures(scanner, both),
    ...corpusFigures(),
  ];
}

/** Texts that make scanners slow: what a kilobyte takes, and how much longer eight times as much takes; 8 is linear. */
function hostileFigures(scanner: SensitiveScanner, both: (text: string) => void): Figure[] {
  const hostile: Record<string, string> = {
    digits: '1',
    at_signs: '@',
    colons: 'token:',
    tokens: 'eyJ-',
    dashes: '-----BEGIN PRIVATE KEY-----',
    orders: 'ignore all ',
    urls: 'a://b',
    letters: 'i g ',
    groups: '4111 ',
  };
  return Object.entries(hostile).flatMap(([name, unit]) => {
    const small = perKilobyte(both, repeated(unit, 64 * KILOBYTE), 3);
    const large = perKilobyte(both, repeated(unit, 512 * KILOBYTE), 3);
    scanner.scan('');
    return [
      figure(`sdk.scan.hostile.${name}_us_per_kb`, large, 'us'),
      figure(`sdk.scan.hostile.${name}_growth`, (large / small) * 8, 'times'),
    ];
  });
}

function corpusFigures(): Figure[] {
  const figures = scoreCorpus(readCorpus()).flatMap(({ kind, precision, recall }) => [
    figure(`sdk.sensitive.${kind}.precision`, precision, 'share'),
    figure(`sdk.sensitive.${kind}.recall`, recall, 'share'),
  ]);
  const detector = injectionDetector();
  const texts = readInjections().map(({ text, injection }) => ({
    injection,
    found: detector.detect(text).score >= 0.4,
  }));
  const count = (injection: boolean, found: boolean): number =>
    texts.filter((text) => text.injection === injection && text.found === found).length;
  const right = count(true, true);
  return [
    ...figures,
    figure('sdk.injection.precision', right / (right + count(false, true)), 'share'),
    figure('sdk.injection.recall', right / (right + count(true, false)), 'share'),
  ];
}

function repeated(part: string, length: number): string {
  const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
  // One flat string, as texts come.
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Best round: what others took of the machine is left out. */
function perKilobyte(scan: (text: string) => void, text: string, rounds: number): number {
  const inRound = Math.max(1, Math.floor(200_000 / text.length));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = performance.now();
    for (let at = 0; at < inRound; at++) scan(text);
    best = Math.min(best, performance.now() - before);
  }
  return (best * 1000) / inRound / (text.length / KILOBYTE);
}
