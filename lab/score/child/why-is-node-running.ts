import { isAbsolute, resolve } from 'node:path';
import whyIsNodeRunning from 'why-is-node-running';
import type { Watch } from '../answer/adapter.ts';
import type { Finding, Frame } from '../answer/answer.ts';
import { countsOf, increase, settle } from './settle.ts';

/** Reads its dump, which is text alone; it switches its hook off, so it is called once. */
export const watch: Watch = () => {
  const before = countsOf(process.getActiveResourcesInfo());
  return {
    findings: async () => {
      await settle(() => increase(before, countsOf(process.getActiveResourcesInfo())).length === 0);
      const lines: string[] = [];
      whyIsNodeRunning({ error: (line: string) => lines.push(line) });
      return parseDump(lines.join('\n'));
    },
  };
};

/** Reads a dump: a block for each handle, `# Timeout`, then a line `file:line - source` for each frame. */
function parseDump(text: string): readonly Finding[] {
  const [, ...blocks] = text.split(/^# /m);
  return blocks.map((block) => {
    const [type = 'unknown', ...rest] = block.split('\n');
    const frames = rest.flatMap((each): Frame[] => {
      const [, file, line] = /^(\S.*?):(\d+)\s*(?: - |$)/.exec(each) ?? [];
      return file === undefined
        ? []
        : [{ file: isAbsolute(file) ? file : resolve(file), line: Number(line) }];
    });
    return { type, frames };
  });
}
