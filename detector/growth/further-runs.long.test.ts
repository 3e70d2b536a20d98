import { expect, test } from 'vitest';
import { brief, only, placesIn } from '../fixtures/left-by.ts';
import { find } from '../index.ts';

const at = placesIn(import.meta.filename);

/** Something that there is one of. */
interface Visit {
  readonly page: string;
}

test('a further run that never ends names the line where an earlier one took what it waits for', async () => {
  const free: Visit[] = [{ page: 'the only one' }];
  const waiting: ((visit: Visit) => void)[] = [];
  function take(): Promise<Visit> {
    const visit = free.pop();
    if (visit) return Promise.resolve(visit);
    return new Promise((resolve) => waiting.push(resolve));
  }
  async function visit(): Promise<string> {
    const { page } = await take(); // here: take
    return page;
  }
  expect(brief(await find(visit, { level: 'heap', budget: 60 }))).toEqual(
    only({
      kind: 'lease',
      type: 'take',
      evidence: 'stuck',
      at: at('take', 'visit'),
      detail: 'run 2 of the same work waits for it',
    }),
  );
});
