import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { contentDigest } from '../../collector/src/otlp/content-digest.ts';

const key = Buffer.alloc(32, 1);
const text = Buffer.from('hello');

test('a digest is the HMAC of kind and text under the key of the tenant', () => {
  const tenantKey = createHmac('sha256', key).update('spanledger content key\0acme').digest();
  const expected = createHmac('sha256', tenantKey).update('shello').digest('hex');
  expect(contentDigest(key)('acme', 's', text).toString('hex')).toBe(expected);
});

test('the same content has one digest; another tenant, kind, text or master key gives another', () => {
  const digest = contentDigest(key);
  const first = digest('acme', 's', text).toString('hex');
  expect(digest('acme', 's', text).toString('hex')).toBe(first);
  const others = [
    digest('other', 's', text),
    digest('acme', 'y', text),
    digest('acme', 's', Buffer.from('hello ')),
    contentDigest(Buffer.alloc(32, 2))('acme', 's', text),
  ].map((one) => one.toString('hex'));
  expect(new Set([first, ...others]).size).toBe(5);
});
