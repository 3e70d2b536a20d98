/** Mended: the abort kills the child, and the promise is rejected once the child has closed. */
import { spawn } from 'node:child_process';
import type { Outcome } from '../../lab/contract.ts';

interface Call {
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** Resolves with what the script has printed. */
function runScript(script: string, { signal, onOutput }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      onOutput(text);
    });
    child.once('error', reject);
    // FIX: the child ends with its caller, the promise with the child
    signal.addEventListener('abort', () => child.kill(), { once: true });
    child.once('close', () => (signal.aborted ? reject(signal.reason) : resolve(printed)));
  });
}

export async function run(): Promise<Outcome> {
  const escape = new AbortController();
  const [counted, indexed] = await Promise.allSettled([
    runScript('console.log([3, 4].length)', { signal: new AbortController().signal, onOutput: () => {} }),
    runScript('console.log("indexing"); setTimeout(() => {}, 300_000)', {
      signal: escape.signal,
      onOutput: (text) => escape.abort(`cancelled at ${text.trim()}`),
    }),
  ]);
  return {
    counted: counted.status === 'fulfilled' ? counted.value.trim() : 'failed',
    indexed: indexed.status === 'rejected' ? String(indexed.reason) : 'done',
  };
}
