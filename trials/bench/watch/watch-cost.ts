/** Measures what `leaklab/watch` costs an HTTP server, interleaved in one process: `watch-cost.ts [ROUNDS] [REQUESTS]`. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const [rounds = 9, requests = 6000] = process.argv.slice(2).map(Number);
const modes = ['off', 'idle', 'sampling'] as const;
const connections = 16;

const server = fork(join(import.meta.dirname, 'server.ts'));
const [port] = (await once(server, 'message')) as [number];
const agent = new Agent({ keepAlive: true, maxSockets: connections });

function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => void text(response).then(resolve, reject)).on(
      'error',
      reject,
    );
  });
}

/** Sends a block of requests; returns the CPU of the server and the latency at p99, in ms. */
async function block(mode: string): Promise<{ cpu: number; p99: number }> {
  const before = Number(await ask(`/${mode}`));
  const latencies: number[] = [];
  let left = requests;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const from = performance.now();
      await ask('/');
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const cpu = Number(await ask('/cpu')) - before;
  return { cpu, p99: latencies.toSorted((a, b) => a - b)[Math.floor(requests * 0.99)] ?? NaN };
}

for (const mode of modes) await block(mode);
const ratios: Record<string, { cpu: number[]; p99: number[] }> = {};
for (let round = 0; round < rounds; round += 1) {
  // the order turns, so that no mode always comes first
  const order = modes.map((_, index) => modes[(index + round) % modes.length] ?? 'off');
  const found = new Map<string, { cpu: number; p99: number }>();
  for (const mode of order) found.set(mode, await block(mode));
  const off = found.get('off');
  for (const [mode, { cpu, p99 }] of found) {
    if (!off || mode === 'off') continue;
    const of = (ratios[mode] ??= { cpu: [], p99: [] });
    of.cpu.push(cpu / off.cpu);
    of.p99.push(p99 / off.p99);
  }
}
const shown = (all: readonly number[]): string => {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(3);
  return `median ${at(0.5)}, from ${at(0)} to ${at(1)}`;
};
for (const [mode, { cpu, p99 }] of Object.entries(ratios)) {
  process.stdout.write(`${mode}: CPU ${shown(cpu)}; p99 ${shown(p99)}\n`);
}
agent.destroy();
server.kill();
