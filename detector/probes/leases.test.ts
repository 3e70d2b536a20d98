import { describe, expect, test } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../fixtures/left-by.ts';
import { track, type Lease } from '../index.ts';

const at = placesIn(import.meta.filename);

/** A semaphore, as in a library. */
class Semaphore {
  acquire(): Lease {
    return track('permit'); // here: acquire
  }
}

const semaphore = new Semaphore();

describe('a lease', () => {
  test('that is not given back', async () => {
    function upload(): void {
      semaphore.acquire();
    }
    expect(await leftBy(upload)).toEqual(
      only({ kind: 'lease', type: 'permit', at: at('acquire', 'acquire'), detail: 'never given back' }),
    );
  });

  test('is shown with the places where it was used', async () => {
    function upload(): void {
      const permit = track('permit'); // here: upload
      permit.touch(); // here: first
      for (let part = 0; part < 9; part += 1) permit.touch(); // here: part
    }
    expect(await leftBy(upload)).toEqual(
      only({
        kind: 'lease',
        type: 'permit',
        at: at('upload', 'upload'),
        related: [at('first', 'upload'), ...Array.from({ length: 3 }, () => at('part', 'upload'))],
        detail: 'not given back since it was last used',
      }),
    );
  });

  test('after an await, three times', async () => {
    async function worker(): Promise<void> {
      await Promise.resolve();
      track('pool client'); // here: client
    }
    expect(await leftBy(async () => Promise.all([worker(), worker(), worker()]))).toEqual(
      only({
        kind: 'lease',
        type: 'pool client',
        count: 3,
        at: at('client', 'worker'),
        detail: 'never given back',
      }),
    );
  });
});

describe('silent about', () => {
  test('what was given back, in each way and twice', async () => {
    function upload(): void {
      const permit = semaphore.acquire();
      permit.touch();
      permit.release();
      permit.release();
      using other = semaphore.acquire();
      other.touch();
    }
    expect(await leftBy(upload)).toEqual(nothing);
  });

  test('what was lent before the scope began', async () => {
    const before = semaphore.acquire();
    expect(await leftBy(() => before.touch())).toEqual(nothing);
  });
});

test('more leases than stacks are reported as not judged', async () => {
  const lent = 20_000;
  const { leaks, notJudged, ...rest } = await leftBy(() => {
    for (let index = 0; index < lent; index += 1) semaphore.acquire();
  });
  expect(rest).toEqual({ ignored: [], unusedRules: [], expiredRules: [], failedProbes: [] });
  const why = "level 'light' took no more stacks; use level 'full' to judge it";
  // time earns a few more stacks than a scope brings
  const judged = leaks.reduce((sum, { count }) => sum + count, 0);
  expect(judged).toBeGreaterThanOrEqual(1000);
  expect(notJudged).toEqual([{ type: 'lease', count: lent - judged, why }]);
});
