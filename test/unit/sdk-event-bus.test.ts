import { EventBus } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';

interface Numbered {
  readonly name: string;
  readonly n: number;
}

const one = (n: number, name = 'a'): Numbered => ({ name, n });

describe('event bus', () => {
  test('handlers get events of their name, those of * all, in order and after the publisher went on', async () => {
    const bus = new EventBus<Numbered>();
    const seen: string[] = [];
    bus.subscribe('a', ({ n }) => void seen.push(`a${n}`));
    bus.subscribe('*', async ({ name, n }) => {
      await Promise.resolve();
      seen.push(`*${name}${n}`);
    });
    bus.publish(one(1));
    bus.publish(one(2, 'b'));
    bus.publish(one(3));
    expect(seen).toEqual([]);
    await bus.drained();
    expect(seen.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a3']);
    expect(seen.filter((text) => text.startsWith('*'))).toEqual(['*a1', '*b2', '*a3']);
  });

  test('a handler that throws or rejects is counted and stops nobody', async () => {
    const bus = new EventBus<Numbered>();
    const seen: number[] = [];
    const bad = bus.subscribe('a', ({ n }) => {
      if (n === 1) throw 'no error';
      return Promise.reject(new Error('no'));
    });
    bus.subscribe('a', ({ n }) => void seen.push(n));
    bus.publish(one(1));
    bus.publish(one(2));
    await bus.drained();
    expect(seen).toEqual([1, 2]);
    expect(bad.stats).toEqual({ handled: 0, dropped: 0, errors: 2, waiting: 0 });
  });

  test('a handler that never ends loses its own oldest events, counted, and nobody else any', async () => {
    const bus = new EventBus<Numbered>();
    const seen: number[] = [];
    const started: number[] = [];
    const stuck = bus.subscribe(
      'a',
      ({ n }) => {
        started.push(n);
        return new Promise(() => {});
      },
      { queueLimit: 10 },
    );
    const good = bus.subscribe('a', ({ n }) => void seen.push(n), { queueLimit: 1000 });
    bus.publish(one(0));
    await new Promise((resolve) => setImmediate(resolve));
    for (let n = 1; n <= 500; n += 1) bus.publish(one(n));
    while (good.stats.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toHaveLength(501);
    expect(started).toEqual([0]);
    expect(stuck.stats).toEqual({ handled: 0, dropped: 490, errors: 0, waiting: 10 });
    expect(bus.stats).toEqual({ handled: 501, dropped: 490, errors: 0, waiting: 10 });
  });

  test('an ended subscription hears no more', async () => {
    const bus = new EventBus<Numbered>();
    const seen: number[] = [];
    const subscription = bus.subscribe('a', ({ n }) => void seen.push(n));
    bus.publish(one(1));
    await bus.drained();
    bus.publish(one(2));
    subscription.unsubscribe();
    bus.publish(one(3));
    await bus.drained();
    expect(seen).toEqual([1]);
  });
});
