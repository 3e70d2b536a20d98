import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { setInterval as everySoOften, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

describe('timers', () => {
  test('an interval that is never cleared', async () => {
    function startPolling(): void {
      const timer = setInterval(doNothing, 1000); // here: interval
      onTestFinished(() => clearInterval(timer));
    }
    expect(await leftBy(startPolling)).toEqual(
      only({ kind: 'timer', type: 'Timeout', at: at('interval', 'startPolling') }),
    );
  });

  test('an interval that keeps nothing alive', async () => {
    function startPolling(): void {
      const timer = setInterval(doNothing, 1000).unref(); // here: interval without ref
      onTestFinished(() => clearInterval(timer));
    }
    expect(await leftBy(startPolling)).toEqual(
      only({ kind: 'timer', type: 'Timeout', at: at('interval without ref', 'startPolling') }),
    );
  });

  test('three timeouts of one line are one finding', async () => {
    function scheduleAll(): void {
      for (const delay of [50_000, 60_000, 70_000]) {
        const timer = setTimeout(doNothing, delay); // here: timeout
        onTestFinished(() => clearTimeout(timer));
      }
    }
    expect(await leftBy(scheduleAll)).toEqual(
      only({ kind: 'timer', type: 'Timeout', count: 3, at: at('timeout', 'scheduleAll') }),
    );
  });

  test('timeouts of two lines are two findings', async () => {
    function schedule(): void {
      const first = setTimeout(doNothing, 50_000); // here: first timeout
      const second = setTimeout(doNothing, 50_000).unref(); // here: second timeout
      onTestFinished(() => {
        clearTimeout(first);
        clearTimeout(second);
      });
    }
    expect(await leftBy(schedule)).toEqual(
      only(
        { kind: 'timer', type: 'Timeout', at: at('first timeout', 'schedule') },
        { kind: 'timer', type: 'Timeout', at: at('second timeout', 'schedule') },
      ),
    );
  });

  test("a timer set after more of Node's socket time-outs than there are stacks", async () => {
    function startPolling(): void {
      const sockets = Array.from({ length: 2000 }, () => new Socket().setTimeout(60_000));
      const timer = setInterval(doNothing, 1000); // here: interval after sockets
      onTestFinished(() => {
        clearInterval(timer);
        for (const socket of sockets) socket.destroy();
      });
    }
    expect(await leftBy(startPolling)).toEqual(
      only({ kind: 'timer', type: 'Timeout', at: at('interval after sockets', 'startPolling') }),
    );
  });

  test('a timer that is set after an await', async () => {
    async function startLater(): Promise<void> {
      await Promise.resolve();
      const timer = setInterval(doNothing, 1000); // here: after an await
      onTestFinished(() => clearInterval(timer));
    }
    expect(await leftBy(startLater)).toEqual(
      only({ kind: 'timer', type: 'Timeout', at: at('after an await', 'startLater') }),
    );
  });

  test('an immediate that sets itself again', async () => {
    let isOver = false;
    onTestFinished(() => {
      isOver = true;
    });
    function again(): void {
      if (!isOver) setImmediate(again); // here: immediate
    }
    expect(await leftBy(again)).toEqual(
      only({ kind: 'timer', type: 'Immediate', at: at('immediate', 'again') }),
    );
  });

  test('a sleep without an await', async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    function doze(): void {
      sleep(50_000, undefined, { signal: stop.signal }).catch(doNothing); // here: sleep
    }
    expect(await leftBy(doze)).toEqual(only({ kind: 'timer', type: 'Timeout', at: at('sleep', 'doze') }));
  });

  test('an iterator of timers/promises abandoned in the middle', async () => {
    async function tick(): Promise<void> {
      const ticks = everySoOften(5)[Symbol.asyncIterator](); // here: ticks
      onTestFinished(async () => {
        await ticks.return?.();
      });
      await ticks.next();
    }
    const { leaks } = await leftBy(tick);
    expect(leaks.map(({ kind, type, evidence }) => ({ kind, type, evidence }))).toEqual([
      { kind: 'timer', type: 'Timeout', evidence: 'alive' },
    ]);
    expect(leaks.map((leak) => leak.at.split(' ')[1])).toEqual(['tick']);
  });

  test('silent about timers that were cleared, or fire in time', async () => {
    const report = await leftBy(() => {
      clearInterval(setInterval(doNothing, 1000));
      clearTimeout(setTimeout(doNothing, 1000).unref());
      clearImmediate(setImmediate(doNothing));
      setTimeout(doNothing, 20);
      setImmediate(doNothing);
      queueMicrotask(doNothing);
      process.nextTick(doNothing);
    });
    expect(report).toEqual(nothing);
  });

  test('silent about a sleep that was aborted, and an iterator that was ended', async () => {
    const report = await leftBy(async () => {
      const stop = new AbortController();
      const asleep = sleep(50_000, undefined, { signal: stop.signal });
      stop.abort();
      await asleep.catch(doNothing);
      for await (const _ of everySoOften(1)) break;
    });
    expect(report).toEqual(nothing);
  });

  test("silent about Node's own timers", async () => {
    // the deadline of the signal is Node's, and goes with it
    const report = await leftBy(() => {
      const signal = AbortSignal.timeout(50_000);
      return signal.aborted;
    });
    expect(report).toEqual(nothing);
  });
});

describe('sockets', () => {
  test('a datagram socket that is bound', async () => {
    async function listenForMetrics(): Promise<void> {
      const socket = createSocket('udp4'); // here: datagrams
      onTestFinished(() => {
        socket.close();
      });
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    expect(await leftBy(listenForMetrics)).toEqual(
      only({ kind: 'socket', type: 'UDPWRAP', at: at('datagrams', 'listenForMetrics') }),
    );
  });

  test('a datagram socket that keeps nothing alive', async () => {
    function openForMetrics(): void {
      const socket = createSocket('udp4').unref(); // here: datagrams without ref
      onTestFinished(() => {
        socket.close();
      });
    }
    expect(await leftBy(openForMetrics)).toEqual(
      only({ kind: 'socket', type: 'UDPWRAP', at: at('datagrams without ref', 'openForMetrics') }),
    );
  });

  test('silent about a datagram socket that was closed', async () => {
    const report = await leftBy(async () => {
      const socket = createSocket('udp4');
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.close();
    });
    expect(report).toEqual(nothing);
  });
});

describe('ports', () => {
  test('a channel is one finding, not one for each end', async () => {
    function connect(): void {
      const channel = new MessageChannel(); // here: channel
      channel.port1.on('message', doNothing);
      onTestFinished(() => channel.port1.close());
    }
    expect(await leftBy(connect)).toEqual(
      only({ kind: 'port', type: 'MESSAGEPORT', at: at('channel', 'connect') }),
    );
  });

  test('three channels are three', async () => {
    function connectAll(): void {
      const channels = [1, 2, 3].map(() => new MessageChannel()); // here: channels
      onTestFinished(() => {
        for (const { port1 } of channels) port1.close();
      });
    }
    expect(await leftBy(connectAll)).toEqual(
      only({ kind: 'port', type: 'MESSAGEPORT', count: 3, at: at('channels', '<anonymous>') }),
    );
  });

  test('two broadcast channels are two, though their ports are made one after the other', async () => {
    function subscribeTwice(): void {
      const channels = ['news', 'weather'].map((name) => new BroadcastChannel(name)); // here: two broadcasts
      onTestFinished(() => {
        for (const channel of channels) channel.close();
      });
    }
    expect(await leftBy(subscribeTwice)).toEqual(
      only({ kind: 'port', type: 'MESSAGEPORT', count: 2, at: at('two broadcasts', '<anonymous>') }),
    );
  });

  test('a broadcast channel', async () => {
    function subscribe(): void {
      const channel = new BroadcastChannel('news'); // here: broadcast
      onTestFinished(() => channel.close());
    }
    expect(await leftBy(subscribe)).toEqual(
      only({ kind: 'port', type: 'MESSAGEPORT', at: at('broadcast', 'subscribe') }),
    );
  });

  test('silent about a channel with one end closed', async () => {
    const report = await leftBy(() => {
      new MessageChannel().port2.close();
      new BroadcastChannel('news').close();
    });
    expect(report).toEqual(nothing);
  });
});
