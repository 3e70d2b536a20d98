import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

test('a port that came in a message is reported at the line where the program listens to it', async () => {
  const way = new MessageChannel();
  const sent = new MessageChannel();
  way.port1.postMessage(sent.port1, [sent.port1]);
  onTestFinished(() => {
    way.port1.close();
    sent.port2.close();
  });
  async function answer(): Promise<void> {
    const [port] = (await once(way.port2, 'message')) as [MessagePort];
    port.on('message', doNothing); // here: listen
  }
  expect(await leftBy(answer)).toEqual(
    only({ kind: 'port', type: 'MESSAGEPORT', at: at('listen', 'answer') }),
  );
});

/** A module that registers hooks as `tsx` and `ts-node` do. */
const hooks = moduleOf(`
  import { register } from 'node:module';
  register(${JSON.stringify(moduleOf('export const resolve = async (name, context, next) => next(name, context);'))});`);

function moduleOf(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

test('the port to a worker whose modules are loaded by hooks is part of the worker', () => {
  const work = `
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage('up');
    setInterval(() => {}, 1000);`;
  const source = `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    import { snapshot } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'index.ts'))};
    const scope = snapshot({ budget: 50 });
    const worker = new Worker(new URL(${JSON.stringify(moduleOf(work))}));
    await once(worker, 'message');
    const { leaks } = await scope.find();
    console.log(JSON.stringify(leaks.map(({ kind }) => kind)));
    process.exit();`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--import', hooks, '--input-type=module', '--eval', source],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe('["worker"]\n');
});
