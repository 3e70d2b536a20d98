import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Transformer } from 'node:stream/web';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshot } from '../index.ts';
import { leftBy, nothing, only, placesIn } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

function numbers(count = 3): ReadableStream<number> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      next += 1;
      if (next > count) controller.close();
      else controller.enqueue(next);
    },
  });
}

/** Returns a stream that never has a chunk. */
function silence(): ReadableStream<number> {
  return new ReadableStream();
}

const reader = { kind: 'stream', type: 'ReadableStream reader' } as const;

describe('streams that stay taken', () => {
  test('by a reader abandoned in the middle', async () => {
    const stream = numbers();
    async function readFirst(): Promise<void> {
      await stream.getReader().read(); // here: reader
    }
    expect(await leftBy(readFirst)).toEqual(only({ ...reader, at: at('reader', 'readFirst') }));
    expect(stream.locked).toBe(true);
  });

  test('by a reader that waits: the wait is the finding', async () => {
    const stream = silence();
    async function readFirst(): Promise<void> {
      const taken = stream.getReader();
      await taken.read(); // here: waiting reader
    }
    expect(await leftBy(() => void readFirst())).toEqual(
      only({
        kind: 'await',
        type: 'async function',
        evidence: 'pending',
        at: at('waiting reader', 'readFirst'),
        related: [at('waiting reader', 'readFirst')],
      }),
    );
    expect(stream.locked).toBe(true);
  });

  test('by a reader of bytes', async () => {
    const stream = new ReadableStream({ type: 'bytes' });
    function readFirst(): void {
      stream.getReader({ mode: 'byob' }); // here: bytes
    }
    expect(await leftBy(readFirst)).toEqual(only({ ...reader, at: at('bytes', 'readFirst') }));
    expect(stream.locked).toBe(true);
  });

  test('by an iterator abandoned in the middle', async () => {
    const stream = numbers();
    async function readFirst(): Promise<void> {
      const iterator = stream[Symbol.asyncIterator](); // here: iterator
      await iterator.next();
    }
    expect(await leftBy(readFirst)).toEqual(
      only({ kind: 'stream', type: 'ReadableStream iterator', at: at('iterator', 'readFirst') }),
    );
    expect(stream.locked).toBe(true);
  });

  test('by the iterator of values', async () => {
    const stream = numbers();
    async function readFirst(): Promise<void> {
      await stream.values().next(); // here: values
    }
    expect(await leftBy(readFirst)).toEqual(
      only({ kind: 'stream', type: 'ReadableStream iterator', at: at('values', 'readFirst') }),
    );
    expect(stream.locked).toBe(true);
  });

  test('by a writer, three times', async () => {
    const streams = [1, 2, 3].map(() => new WritableStream());
    function startWriting(): void {
      for (const stream of streams) void stream.getWriter().write('x'); // here: writer
    }
    expect(await leftBy(startWriting)).toEqual(
      only({
        kind: 'stream',
        type: 'WritableStream writer',
        count: 3,
        at: at('writer', 'startWriting'),
      }),
    );
    expect(streams.map(({ locked }) => locked)).toEqual([true, true, true]);
  });

  test('with an unread branch of tee', async () => {
    const kept: ReadableStream[] = [];
    async function readOneBranch(): Promise<void> {
      const [first, second] = numbers().tee(); // here: tee
      for await (const _ of first) kept.push(second);
    }
    expect(await leftBy(readOneBranch)).toEqual(
      only({ kind: 'stream', type: 'ReadableStream branch', at: at('tee', 'readOneBranch') }),
    );
    expect(kept).toHaveLength(3);
  });

  test('with an unread clone of a response', async () => {
    const kept: Response[] = [];
    async function readOriginal(): Promise<void> {
      const response = new Response(numbers().pipeThrough(new TransformStream(toBytes)));
      kept.push(response.clone()); // here: clone
      await response.text();
    }
    expect(await leftBy(readOriginal)).toEqual(
      only({ kind: 'stream', type: 'ReadableStream branch', at: at('clone', 'readOriginal') }),
    );
    expect(kept[0]?.bodyUsed).toBe(false);
  });
});

const toBytes: Transformer<number, Uint8Array> = {
  transform(chunk, controller) {
    controller.enqueue(new Uint8Array(chunk));
  },
};

describe('silent about', () => {
  test('locks that were released', async () => {
    const stream = silence();
    const sink = new WritableStream();
    const report = await leftBy(() => {
      stream.getReader().releaseLock();
      sink.getWriter().releaseLock();
    });
    expect(report).toEqual(nothing);
    expect([stream.locked, sink.locked]).toEqual([false, false]);
  });

  test('streams that were read to the end, cancelled, closed or aborted, though still locked', async () => {
    const kept: object[] = [];
    const report = await leftBy(async () => {
      const ended = numbers();
      for await (const _ of ended) kept.push(ended);
      const read = numbers();
      const taken = read.getReader();
      while (!(await taken.read()).done) kept.push(read);
      const cancelled = silence();
      await cancelled.getReader().cancel();
      const closed = new WritableStream();
      await closed.getWriter().close();
      const aborted = new WritableStream();
      await aborted.getWriter().abort();
      kept.push(cancelled, closed, aborted);
    });
    expect(report).toEqual(nothing);
    expect(kept).toHaveLength(9);
  });

  test('a loop ended by break, which cancels the stream', async () => {
    const stream = numbers();
    const report = await leftBy(async () => {
      for await (const _ of stream) break;
    });
    expect(report).toEqual(nothing);
    expect(stream.locked).toBe(false);
  });

  test('streams that nothing holds any more', async () => {
    const report = await leftBy(async () => {
      await numbers().getReader().read();
      new WritableStream().getWriter();
      const [first] = numbers().tee();
      for await (const _ of first);
    });
    expect(report).toEqual(nothing);
  });

  test('unread clones that are garbage, without a wait for them', async () => {
    const readOriginal = async (): Promise<void> => {
      const response = new Response(numbers().pipeThrough(new TransformStream(toBytes)));
      response.clone();
      await response.text();
    };
    // longer than the test may take
    expect(await leftBy(readOriginal, { budget: 60_000 })).toEqual(nothing);
  });

  test('both branches read, or the other one cancelled', async () => {
    const kept: object[] = [];
    const report = await leftBy(async () => {
      const [first, second] = numbers().tee();
      for await (const _ of first);
      for await (const _ of second);
      const [third, fourth] = numbers().tee();
      for await (const _ of third);
      await fourth.cancel();
      kept.push(first, second, third, fourth);
    });
    expect(report).toEqual(nothing);
    expect(kept).toHaveLength(4);
  });

  test('branches of a body that fetch makes for itself', async () => {
    const server = createServer((request, response) => request.pipe(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    let echoed = '';
    const report = await leftBy(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'order 7' });
      echoed = await answer.text();
    });
    server.closeAllConnections();
    await once(server.close(), 'close');
    expect(echoed).toBe('order 7');
    expect(report).toEqual(nothing);
  });

  test('a pipe that has run to its end', async () => {
    const sink = new WritableStream();
    expect(await leftBy(async () => numbers().pipeTo(sink))).toEqual(nothing);
    expect(sink.locked).toBe(false);
  });
});

describe('clones of one line in several scopes', () => {
  async function cloneAndRead(keep: (copy: Response) => void): Promise<void> {
    const response = new Response(numbers().pipeThrough(new TransformStream(toBytes)));
    keep(response.clone()); // here: cached
    await response.text();
  }

  /** Returns how many leaks each of three scopes reports, while a longer one is open. */
  async function leaksOfThree(keep: (copy: Response, scope: number) => void): Promise<number[]> {
    const whole = snapshot();
    onTestFinished(() => whole.dispose());
    const leaks: number[] = [];
    for (const scope of [1, 2, 3]) {
      const report = await leftBy(() => cloneAndRead((copy) => keep(copy, scope)));
      leaks.push(report.leaks.length);
    }
    return leaks;
  }

  test('in the place of the last one: the first is a leak, what replaces it stays bounded', async () => {
    let last: Response | undefined;
    const leaks = await leaksOfThree((copy) => {
      last = copy;
    });
    expect(leaks).toEqual([1, 0, 0]);
    expect(last?.bodyUsed).toBe(false);
  });

  test('beside one another: each is a leak', async () => {
    const kept: Response[] = [];
    expect(await leaksOfThree((copy) => kept.push(copy))).toEqual([1, 1, 1]);
    expect(kept.map(({ bodyUsed }) => bodyUsed)).toEqual([false, false, false]);
  });

  test('of which only the last is kept: it is a leak', async () => {
    const kept: Response[] = [];
    expect(await leaksOfThree((copy, scope) => scope === 3 && kept.push(copy))).toEqual([0, 0, 1]);
    expect(kept).toHaveLength(1);
  });
});
