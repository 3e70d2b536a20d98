import { join } from 'node:path';
import type { ByCommand } from '../answer/adapter.ts';
import type { Finding, Frame } from '../answer/answer.ts';

/** vitest with `--detectAsyncLeaks`. */
export const vitest: ByCommand = {
  name: 'vitest',
  title: 'vitest --detectAsyncLeaks',
  version: '5.1.1',
  sees: ['loop handle', 'promise'],
  configuration: '`vitest run --detectAsyncLeaks`, pool forks, the program in the file of tests',
  way: 'command',
  command: ({ testFile, write, packageFile, runtime, folder }) => {
    const file = testFile('program.test.ts', "import { test as leaklabTest } from 'vitest';", false);
    const config = write(
      'vitest.config.mjs',
      "export default { test: { include: ['**/*.test.ts'], pool: 'forks' } };\n",
    );
    return {
      argv: [
        runtime.executable,
        packageFile('vitest/vitest.mjs'),
        'run',
        '--detectAsyncLeaks',
        '--root',
        folder,
        '--config',
        config,
        '--no-color',
        file,
      ],
    };
  },
  read: ({ stdout, stderr }, { folder }) => {
    const text = `${stdout}\n${stderr}`;
    if (!/Test Files /.test(text)) throw new Error('vitest has not come to its summary');
    const [, ...parts] = text
      .split(/^(?=\S.* leaking in \S+$)/m)
      .join('\n\u0000')
      .split('\n\u0000')
      .filter((part, index) => index === 0 || / leaking in /.test(part));
    const blocks = / leaking in /.test(text.split('\n')[0] ?? '') ? [text, ...parts] : parts;
    return blocks.map((block): Finding => {
      const [head = '', ...lines] = block.split('\n');
      const type = head.split(' leaking in ')[0] ?? 'unknown';
      const frames = lines.flatMap((line): Frame[] => {
        const [, path, at] = /^ ❯ (?:\S.* )?(\S+?):(\d+):\d+$/.exec(line.trimEnd()) ?? [];
        return path === undefined
          ? []
          : [
              {
                file:
                  path.startsWith('/') || path.startsWith('file:') || path.startsWith('node:')
                    ? path
                    : join(folder, path),
                line: Number(at),
              },
            ];
      });
      return { type, frames: frames.filter(({ file: each }) => !each.startsWith('node:')) };
    });
  },
};
