import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { closing, doNothing, type Resources } from '../resource.ts';

export const threads = {
  channel: {
    kind: 'port',
    type: 'MESSAGEPORT',
    at: 'channel',
    acquire() {
      const { port1, port2 } = new MessageChannel(); // here: channel
      port2.on('message', doNothing);
      return () => port1.close();
    },
  },
  broadcast: {
    kind: 'port',
    type: 'MESSAGEPORT',
    at: 'broadcast',
    acquire() {
      const channel = new BroadcastChannel('random'); // here: broadcast
      return () => channel.close();
    },
  },
  child: {
    kind: 'process',
    type: 'PROCESSWRAP',
    at: 'child',
    isDear: true,
    acquire() {
      const child = spawn('sleep', ['1000'], { stdio: 'ignore' }); // here: child
      const exited = closing(child, 'exit');
      return async () => {
        child.kill('SIGKILL');
        await exited;
      };
    },
  },
  worker: {
    kind: 'worker',
    type: 'WORKER',
    at: 'worker',
    isDear: true,
    acquire() {
      const worker = new Worker('setInterval(() => {}, 1000);', { eval: true }); // here: worker
      return async () => worker.terminate();
    },
  },
} as const satisfies Resources;
