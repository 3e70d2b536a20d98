import { once } from 'node:events';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', ({ port }) => port.on('message', () => {}));
  workerData?.on('message', () => {});
  parentPort.postMessage('up');`;

async function startThread(port?: MessagePort): Promise<Worker> {
  const options = port ? { workerData: port, transferList: [port] } : {};
  const thread = new Worker(source, { eval: true, ...options }); // here: thread
  onTestFinished(() => void thread.terminate());
  await once(thread, 'message');
  return thread;
}

const ofThread = { kind: 'worker', type: 'WORKER' } as const;
const kept: object[] = [];

test('the port of a channel whose other end a leaked thread got is part of the thread', async () => {
  const report = await leftBy(async () => {
    const { port1, port2 } = new MessageChannel();
    kept.push(port1.on('message', doNothing), await startThread(port2));
  });
  expect(report).toEqual(only({ ...ofThread, at: at('thread', 'startThread') }));
});

test('so is one whose other end was sent later', async () => {
  const report = await leftBy(async () => {
    const thread = await startThread();
    const { port1, port2 } = new MessageChannel();
    thread.postMessage({ port: port2 }, [port2]);
    kept.push(port1.on('message', doNothing), thread);
  });
  expect(report).toEqual(only({ ...ofThread, at: at('thread', 'startThread') }));
});

test('nothing is left of either once the thread ended', async () => {
  const report = await leftBy(async () => {
    const { port1, port2 } = new MessageChannel();
    kept.push(port1.on('message', doNothing));
    await (await startThread(port2)).terminate();
  });
  expect(report).toEqual(nothing);
});

test('a channel with both ends here is reported beside the thread', async () => {
  async function talkToItself(): Promise<void> {
    const { port1, port2 } = new MessageChannel(); // here: channel
    onTestFinished(() => port1.close());
    kept.push(port1.on('message', doNothing), port2, await startThread());
  }
  expect(await leftBy(talkToItself)).toEqual(
    only(
      { kind: 'port', type: 'MESSAGEPORT', at: at('channel', 'talkToItself') },
      { ...ofThread, at: at('thread', 'startThread') },
    ),
  );
});

test('a port to an older thread is reported', async () => {
  const thread = await startThread();
  function open(): void {
    const { port1, port2 } = new MessageChannel(); // here: to older
    onTestFinished(() => port1.close());
    thread.postMessage({ port: port2 }, [port2]);
    kept.push(port1.on('message', doNothing));
  }
  expect(await leftBy(open)).toEqual(only({ kind: 'port', type: 'MESSAGEPORT', at: at('to older', 'open') }));
});
