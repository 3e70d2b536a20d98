import { join } from 'node:path';
import type { ByCommand } from '../answer/adapter.ts';
import type { Finding, Frame } from '../answer/answer.ts';

/** rstest with `--detectAsyncLeaks`. */
export const rstest: ByCommand = {
  name: 'rstest',
  title: 'rstest --detectAsyncLeaks',
  version: '0.12.0',
  sees: ['loop handle', 'promise'],
  configuration: '`rstest run --detectAsyncLeaks`, the program in the file of tests',
  way: 'command',
  command: ({ testFile, write, packageFile, runtime, folder }) => {
    testFile('program.test.ts', "import { test as leaklabTest } from '@rstest/core';", false);
    write(
      'rstest.config.mjs',
      "export default { include: ['**/*.test.ts'], exclude: [], output: { externals: [/^pg/, /^undici/] } };\n",
    );
    return {
      argv: [
        runtime.executable,
        packageFile('@rstest/core/bin/rstest.js'),
        'run',
        '--detectAsyncLeaks',
        '--root',
        folder,
      ],
    };
  },
  read: ({ stdout, stderr }, { folder }) => {
    const text = `${stdout}\n${stderr}`;
    if (!/Test Files/.test(text)) throw new Error('rstest has not come to its summary');
    return parseLeaks(text, folder);
  },
};

function parseLeaks(text: string, folder: string): readonly Finding[] {
  return text
    .split(/^(?=AsyncLeakError: )/m)
    .slice(1)
    .map((block): Finding => {
      const frames = block.split('\n').flatMap((line): Frame[] => {
        const [, path, at] = /^\s+at (?:.*[( ])?([^()\s]+):(\d+):\d+\)?$/.exec(line.trimEnd()) ?? [];
        return path === undefined
          ? []
          : [{ file: path.startsWith('/') ? path : join(folder, path), line: Number(at) }];
      });
      const [, type = 'unknown'] = /Detected async leak: (\S+) was/.exec(block) ?? [];
      return { type, frames };
    });
}
