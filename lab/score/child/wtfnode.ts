import { createRequire } from 'node:module';
import type { Watch } from '../answer/adapter.ts';
import type { Finding } from '../answer/answer.ts';
import { framesOf } from '../answer/recorded.ts';
import { countsOf, increase, settle } from './settle.ts';

/** The part of it that is used; it ships no types. */
interface Wtfnode {
  dump(options: { readonly fullStacks: boolean }): void;
  setLogger(level: 'info', log: (line: string) => void): void;
  resetLoggers(): void;
}

const wtfnode = createRequire(import.meta.url)('wtfnode') as Wtfnode;

/** Reads its dump with full stacks. */
export const watch: Watch = () => {
  const before = countsOf(process.getActiveResourcesInfo());
  return {
    findings: async () => {
      await settle(() => increase(before, countsOf(process.getActiveResourcesInfo())).length === 0);
      const lines: string[] = [];
      wtfnode.setLogger('info', (line: string) => lines.push(line));
      wtfnode.dump({ fullStacks: true });
      wtfnode.resetLoggers();
      return parseDump(lines);
    },
  };
};

const typeOfSection: Readonly<Record<string, string>> = {
  'File descriptors': 'fd',
  'Child processes': 'ChildProcess',
  'Cluster workers': 'ChildProcess',
  Sockets: 'Socket',
  Servers: 'Server',
  Timers: 'Timeout',
  Intervals: 'Timeout',
};

/**
 * Reads a dump: a section for each kind of handle, a line with two spaces for each handle, and deeper lines for its
 * details.
 */
function parseDump(lines: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  let section = '';
  let item: string[] = [];
  const close = (): void => {
    const [head = ''] = item;
    // standard streams always exist, as the tool itself says
    if (item.length > 0 && !/\((?:stdio|tty)\)/.test(head)) {
      const type =
        section === 'Others' ? head.trim().replace(/^- /, '') : (typeOfSection[section] ?? section);
      const isUdp = section === 'Servers' && head.includes('(UDP)');
      findings.push({ type: isUdp ? 'UDP' : type, frames: framesOf(item.join('\n')) });
    }
    item = [];
  };
  for (const line of lines.join('\n').split('\n')) {
    const [, title] = /^- ([A-Z][^:]*)/.exec(line) ?? [];
    if (title !== undefined) {
      close();
      section = title;
    } else if (/^ {2}- /.test(line)) {
      close();
      item = [line];
    } else if (item.length > 0) item.push(line);
  }
  close();
  return findings;
}
