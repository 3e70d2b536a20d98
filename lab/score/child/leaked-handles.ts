import { createRequire } from 'node:module';
import console from 'node:console';
import type { Watch } from '../answer/adapter.ts';
import type { Finding } from '../answer/answer.ts';
import { framesOf } from '../answer/recorded.ts';
import { countsOf, increase, settle } from './settle.ts';

interface LeakedHandles {
  set(options: {
    readonly fullStack: boolean;
    readonly timeout: number;
    readonly debugSockets: boolean;
  }): void;
  printHandles(): void;
}

const leakedHandles = createRequire(import.meta.url)('leaked-handles') as LeakedHandles;

/** Reads its print of the handles, requested once; its own rounds are set too far apart to come. */
export const watch: Watch = () => {
  leakedHandles.set({ fullStack: true, timeout: 3_600_000, debugSockets: true });
  const before = countsOf(process.getActiveResourcesInfo());
  return {
    findings: async () => {
      await settle(() => increase(before, countsOf(process.getActiveResourcesInfo())).length === 0);
      const lines: string[] = [];
      const log = console.log;
      console.log = (...args: unknown[]) => {
        lines.push(args.map((each) => (typeof each === 'string' ? each : '{…}')).join(' '));
      };
      leakedHandles.printHandles();
      console.log = log;
      return parsePrint(lines);
    },
  };
};

const types: readonly (readonly [start: string, type: string])[] = [
  ['tcp server handle', 'Server'],
  ['http server handle', 'Server'],
  ['tcp stream', 'Socket'],
  ['http stream', 'Socket'],
  ['child process handle', 'ChildProcess'],
  ['file watcher handle', 'FSWatcher'],
  ['timer handle', 'Timeout'],
  ['child process', 'Pipe'],
  ['stream handle', 'stream'],
  ['unknown handle', 'unknown'],
];

/** Reads a print: for each handle an optional stack, `… leaked at one of:`, and a line that describes it. */
function parsePrint(lines: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  let stack = '';
  for (const line of lines) {
    if (line.includes(' leaked at one of:')) {
      stack = line;
      continue;
    }
    const type = types.find(([start]) => line.startsWith(start))?.[1];
    if (type === undefined || line.includes('handleInspectLoop')) continue;
    findings.push({ type, frames: framesOf(stack) });
    stack = '';
  }
  return findings;
}
