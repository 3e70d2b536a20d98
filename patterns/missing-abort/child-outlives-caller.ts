/**
 * A coding agent runs scripts in processes of their own, and a script that the user cancels runs on.
 *
 * **What leaks** One child process for each cancelled script, with its pipe, its memory and its locks.
 *
 * **Why it survives** The abort rejects the promise and stops there. A child process ends by itself or by a
 * signal that somebody sends, and the only reference to it was in the closure of that promise.
 *
 * **How it shows up** `ps` lists scripts that nobody waits for. They keep ports and files locked, and the agent
 * itself doesn't exit until the last of them is done.
 *
 * **How to fix** Kill the child when the signal aborts, and report the end only when it is over. The `signal`
 * option of `spawn` does the first half.
 *
 * **When this is not a leak** When the process is meant to outlive its caller: then it is spawned detached and
 * somebody else stops it.
 */
import { spawn } from 'node:child_process';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Child process that runs on when its caller has given up',
  stage: 'unit',
  grows: ['children'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['open-gsd/gsd-pi#952'],
  hints: [
    'The user has pressed Escape and sees a prompt again. What does `ps` show?',
    'The abort reaches the promise. Does it reach the process?',
    'Kill the child on abort, and reject when it has closed.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Call {
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** Resolves with what the script has printed. */
function runScript(script: string, { signal, onOutput }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] }); // LEAK: process
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      onOutput(text);
    });
    child.once('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    child.once('close', () => resolve(printed));
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
