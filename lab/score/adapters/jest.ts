import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../../shared/project-root.ts';
import type { ByCommand } from '../answer/adapter.ts';
import type { Finding, Frame } from '../answer/answer.ts';

const transformer = join(projectRoot, 'lab', 'score', 'child', 'jest-transform.cjs');
const { compiled } = createRequire(import.meta.url)(transformer) as {
  compiled(source: string, file: string, folder: string): unknown;
};

/** jest with `--detectOpenHandles`. */
export const jest: ByCommand = {
  name: 'jest',
  title: 'jest --detectOpenHandles',
  version: '30.5.2',
  sees: ['loop handle'],
  configuration:
    '`jest --detectOpenHandles --forceExit` (which runs in band, and ends when it has reported), TypeScript compiled to CommonJS with source maps, the program in the file of tests',
  way: 'command',
  command: ({ testFile, write, packageFile, runtime, folder }) => {
    const file = testFile(
      'program.test.ts',
      'declare const test: (name: string, run: () => unknown) => void; const leaklabTest = test;',
      false,
    );
    const config = write(
      'jest.config.json',
      JSON.stringify({
        rootDir: folder,
        testRegex: String.raw`program\.test\.ts$`,
        testEnvironment: 'node',
        moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
        transform: { [String.raw`\.ts$`]: transformer },
      }),
    );
    const folderOfCompiled = join(folder, '..', '..', 'compiled', 'jest');
    compiled(readFileSync(file, 'utf8'), file, folderOfCompiled);
    return {
      argv: [
        runtime.executable,
        packageFile('jest/bin/jest.js'),
        '--detectOpenHandles',
        '--forceExit',
        '--config',
        config,
        '--no-cache',
        '--no-color',
      ],
      env: { LEAKLAB_COMPILED: folderOfCompiled },
    };
  },
  read: ({ stdout, stderr }, { folder }) => {
    const text = `${stdout}\n${stderr}`;
    if (!/^Tests: /m.test(text)) throw new Error('jest has not come to its summary');
    const [, report = ''] = text.split(/Jest has detected the following \d+ open handles?/);
    return report
      .split(/^ {2}● {2}/m)
      .slice(1)
      .map((block): Finding => {
        const [type = 'unknown', ...lines] = block.split('\n');
        return {
          type: type.split(',')[0]?.trim() ?? type,
          frames: lines.flatMap((line) => frameOf(line, folder)),
        };
      });
  },
};

/** Returns the frame of a line, whose path is absolute or relative to jest's root. */
function frameOf(line: string, folder: string): readonly Frame[] {
  const [, path, at] = /^\s+at (?:.*\()?([^()\s]+):(\d+):\d+\)?$/.exec(line) ?? [];
  if (path === undefined || path.startsWith('node:')) return [];
  return [{ file: path.startsWith('/') ? path : join(folder, path), line: Number(at) }];
}
