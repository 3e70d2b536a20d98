/**
 * Tried: the error listener is removed when the line is written, by a function that looks the same.
 *
 * **Still leaks because** `off` compares functions by identity, and the arrow function given to it was never
 * added.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

class Transport extends EventEmitter {
  readonly lines: string[] = [];

  write(line: string): void {
    queueMicrotask(() => {
      this.lines.push(line);
      this.emit('logged');
    });
  }
}

/** The transport that writes the log of this process. */
const transport = new Transport();

function logged(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // TRIED: remove the other listener
    transport.once('logged', () => {
      transport.off('error', (error) => reject(error));
      resolve();
    });
    transport.once('error', (error) => reject(error)); // LEAK: listener x2
    transport.write(line);
  });
}

export async function run(): Promise<Outcome> {
  const before = transport.lines.length;
  await logged('started');
  await logged('listening on 8080');
  return { lines: transport.lines.slice(before) };
}
