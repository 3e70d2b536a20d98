import { fileURLToPath } from 'node:url';
import type { ByCommand } from '../answer/adapter.ts';
import type { Finding, Frame } from '../answer/answer.ts';

const head = `declare const Deno: { test(options: object): void };
const leaklabTest = (name: string, fn: () => Promise<void>): void =>
  Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: true, sanitizeExit: true });`;

/** `deno test` with its sanitizers and `--trace-leaks`. */
export const deno: ByCommand = {
  name: 'deno-test',
  title: 'deno test, sanitizers and --trace-leaks',
  version: '2.9.6',
  sees: ['loop handle', 'descriptor', 'promise'],
  configuration:
    '`deno test --trace-leaks`, sanitizeOps, sanitizeResources and sanitizeExit on, the program in the file of tests',
  runtimes: ['deno'],
  way: 'command',
  command: ({ testFile, runtime }) => ({
    argv: [
      runtime.executable,
      'test',
      '--allow-all',
      '--no-check',
      '--trace-leaks',
      '--no-lock',
      testFile('program.test.ts', head),
    ],
  }),
  read: ({ stdout, stderr }) => {
    const text = `${stdout}\n${stderr}`;
    if (!/^(?:ok|FAILED) \|/m.test(text)) throw new Error('deno test has not come to its summary');
    const [, report = ''] = text.split(/^error: Leaks detected:$/m);
    return report
      .split(/^ {2}- /m)
      .slice(1)
      .map((block): Finding => {
        const [what = ''] = block.split('\n');
        const frames = [
          ...block.matchAll(/\((file:\/\/[^\s)]+):(\d+):\d+\)|at (file:\/\/\S+):(\d+):\d+/g),
        ].map(([, inner, innerLine, bare, bareLine]): Frame => ({
          file: fileURLToPath(inner ?? bare ?? ''),
          line: Number(innerLine ?? bareLine),
        }));
        return { type: typeOf(what), count: countOf(what), frames };
      });
  },
};

/** Types by the words with which it reports them. */
const words: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/timer|interval|sleep/i, 'Timeout'],
  [/child process|subprocess/i, 'ChildProcess'],
  [/TCP listener|tcpListener|http server|accept/i, 'Server'],
  [/TCP connection|tcpStream|Unix connection|TLS|WebSocket/i, 'Socket'],
  [/UDP|datagram/i, 'UDP'],
  [/fetch|HTTP client|response body|DNS/i, 'fetch'],
  [/watcher|fs event|fsEvents|file change/i, 'FSWatcher'],
  [/file|directory/i, 'FSFile'],
  [/worker/i, 'Worker'],
  [/message port|message from/i, 'MessagePort'],
  [/signal/i, 'signal'],
];

function typeOf(what: string): string {
  return words.find(([pattern]) => pattern.test(what))?.[1] ?? 'async op';
}

function countOf(what: string): number {
  return Math.max(1, Number(/^(\d+) /.exec(what)?.[1] ?? 1));
}
