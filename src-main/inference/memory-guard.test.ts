import { expect, it } from 'vitest';
import { MemoryGuard } from './memory-guard.ts';

const GB = 2 ** 30;
const batch = (count: number): Parameters<MemoryGuard['check']>[0] => ({
  x: { dims: [count, 1], data: new Float32Array(count) },
});

it('refuses a batch that would take more memory than is allowed, before it does', () => {
  let resident = 1 * GB;
  const guard = new MemoryGuard(() => resident, 8 * GB);
  const run = (count: number, then: number): void => {
    guard.check(batch(count));
    resident = then * GB;
    guard.add(batch(count));
  };
  run(1, 1.5);
  run(2, 2);
  run(4, 4);
  // 3 GB for 4 are 6 GB for 8.
  run(8, 7.5);
  expect(() => guard.check(batch(16))).toThrow(
    '16 segments at once would take 14.0 GB of the 8.0 GB that Earshot allows itself.',
  );
  guard.check(batch(8));
});

it('lets one segment through whatever it takes', () => {
  const guard = new MemoryGuard(() => 20 * GB, 8 * GB);
  guard.check(batch(1));
  guard.add(batch(1));
  guard.check(batch(1));
  expect(() => guard.check(batch(2))).toThrow('2 segments at once');
});
