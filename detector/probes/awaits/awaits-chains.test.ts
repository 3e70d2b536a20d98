import { describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const lost = { kind: 'await', type: 'async function', evidence: 'unreachable' } as const;
const held = { ...lost, evidence: 'pending' } as const;

async function loadPage(): Promise<void> {
  await new Promise<void>(doNothing); // here: page
}
const page = {
  ...lost,
  at: at('page', 'loadPage'),
  related: [at('page', 'loadPage')],
};

describe('of functions that wait for each other, only the innermost is reported:', () => {
  test('through three layers', async () => {
    const fetchReport = async (): Promise<void> => {
      await loadPage();
    };
    async function renderReport(): Promise<void> {
      await fetchReport();
    }
    async function sendReport(): Promise<void> {
      await renderReport();
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('through layers that went on before', async () => {
    async function fetchReport(): Promise<void> {
      await Promise.resolve();
      await loadPage();
    }
    async function sendReport(): Promise<void> {
      await new Promise((resolve) => setImmediate(resolve));
      await fetchReport();
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('through a layer that returns the promise without waiting', async () => {
    function fetchReport(): Promise<void> {
      return loadPage();
    }
    async function sendReport(): Promise<void> {
      await fetchReport();
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('through an async function that returns the promise of another', async () => {
    async function fetchReport(): Promise<void> {
      // oxlint-disable-next-line typescript/return-await
      return loadPage();
    }
    async function sendReport(): Promise<void> {
      await fetchReport();
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('through a promise made by hand', async () => {
    async function sendReport(): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        loadPage().then(resolve, reject);
      });
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('through then, catch and finally', async () => {
    async function sendReport(): Promise<void> {
      await loadPage().then(doNothing).catch(doNothing).finally(doNothing);
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  const combinators: Readonly<Record<string, (parts: Promise<void>[]) => Promise<unknown>>> = {
    all: (parts) => Promise.all(parts),
    allSettled: (parts) => Promise.allSettled(parts),
    race: (parts) => Promise.race(parts),
    any: (parts) => Promise.any(parts),
  };
  for (const [name, combine] of Object.entries(combinators)) {
    test(`through Promise.${name}`, async () => {
      async function sendReport(): Promise<void> {
        await combine([loadPage(), loadPage()]);
      }
      expect(await leftBy(() => void sendReport())).toEqual(only({ ...page, count: 2 }));
    });
  }

  test('through Promise.all in Promise.race', async () => {
    async function sendReport(): Promise<void> {
      await Promise.race([Promise.all([loadPage(), Promise.resolve()]), new Promise(doNothing)]);
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('through Promise.all over a map', async () => {
    async function sendReport(): Promise<void> {
      await Promise.all(
        [1, 2, 3].map(async () => {
          await loadPage();
        }),
      );
    }
    expect(await leftBy(() => void sendReport())).toEqual(only({ ...page, count: 3 }));
  });

  test('through an async generator', async () => {
    async function* pages(): AsyncGenerator<number> {
      yield 1;
      await loadPage();
      yield 2;
    }
    async function sendReport(): Promise<void> {
      for await (const _ of pages()) doNothing();
    }
    expect(await leftBy(() => void sendReport())).toEqual(only(page));
  });

  test('an async generator itself', async () => {
    async function* pages(): AsyncGenerator<number> {
      yield 1;
      await new Promise<void>(doNothing); // here: generator
      yield 2;
    }
    async function sendReport(): Promise<void> {
      for await (const _ of pages()) doNothing();
    }
    const place = at('generator', 'pages');
    expect(await leftBy(() => void sendReport())).toEqual(only({ ...lost, at: place, related: [place] }));
  });

  test('through yield* into another async generator', async () => {
    async function* inner(): AsyncGenerator<number> {
      await new Promise<void>(doNothing); // here: inner generator
      yield 1;
    }
    async function* outer(): AsyncGenerator<number> {
      yield* inner();
    }
    async function sendReport(): Promise<void> {
      for await (const _ of outer()) doNothing();
    }
    const place = at('inner generator', 'inner');
    expect(await leftBy(() => void sendReport())).toEqual(only({ ...lost, at: place, related: [place] }));
  });

  test('of a function that calls itself', async () => {
    async function descend(depth: number): Promise<void> {
      if (depth > 0) await descend(depth - 1);
      else await new Promise<void>(doNothing); // here: bottom
    }
    const place = at('bottom', 'descend');
    expect(await leftBy(() => void descend(3))).toEqual(only({ ...lost, at: place, related: [place] }));
  });
});

describe('each is reported:', () => {
  test('two functions that wait for one promise', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    onTestFinished(() => resolve());
    async function readCache(): Promise<void> {
      await promise; // here: read
    }
    async function writeCache(): Promise<void> {
      await promise; // here: write
    }
    const report = await leftBy(() => {
      void readCache();
      void writeCache();
    });
    expect(report).toEqual(
      only({ ...held, at: at('read', 'readCache') }, { ...held, at: at('write', 'writeCache') }),
    );
  });

  test('two functions that wait for one another', async () => {
    const tasks = new Map<string, Promise<void>>();
    async function rename(): Promise<void> {
      await Promise.resolve();
      await tasks.get('save'); // here: rename waits
    }
    async function save(): Promise<void> {
      await Promise.resolve();
      await tasks.get('rename'); // here: save waits
    }
    const { leaks } = await leftBy(() => {
      tasks.set('rename', rename());
      tasks.set('save', save());
    });
    expect(leaks.map(({ kind, at: place }) => ({ kind, at: place }))).toEqual([
      { kind: 'await', at: at('rename waits', 'rename') },
      { kind: 'await', at: at('save waits', 'save') },
    ]);
  });

  test('a function that waits for itself', async () => {
    const running: Promise<void>[] = [];
    async function flush(): Promise<void> {
      await Promise.resolve();
      await Promise.all(running); // here: itself
    }
    const { leaks } = await leftBy(() => {
      running.push(flush());
    });
    expect(leaks.map(({ kind, at: place }) => ({ kind, at: place }))).toEqual([
      { kind: 'await', at: at('itself', 'flush') },
    ]);
  });

  test('a function that waits for several promises that it made', async () => {
    async function sendReport(): Promise<void> {
      const header = new Promise<void>(doNothing); // here: header
      const body = new Promise<void>(doNothing); // here: body
      await Promise.all([header, body]); // here: both
    }
    expect(await leftBy(() => void sendReport())).toEqual(
      only({
        ...lost,
        at: at('both', 'sendReport'),
        related: [at('both', 'sendReport'), at('header', 'sendReport'), at('body', 'sendReport')],
      }),
    );
  });

  test('a function that waits for a chain that it made', async () => {
    async function sendReport(): Promise<void> {
      const header = new Promise<void>(doNothing); // here: chained
      await header.then(doNothing).finally(doNothing); // here: chain
    }
    expect(await leftBy(() => void sendReport())).toEqual(
      only({ ...lost, at: at('chain', 'sendReport'), related: [at('chained', 'sendReport')] }),
    );
  });
});
