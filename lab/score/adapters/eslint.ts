import { join } from 'node:path';
import { $ } from 'zx';
import type { Static } from '../answer/adapter.ts';

/** ESLint with the rules that find leaks: event listeners that are never removed, and promises that are never awaited. */
export const eslint: Static = {
  name: 'eslint',
  title: 'ESLint with listeners, promise and typescript-eslint',
  version: '10.15.0',
  sees: ['promise', 'listener'],
  configuration:
    'eslint-plugin-listeners 1.6.0 (recommended, without its rule of style on inline functions), eslint-plugin-promise 7.3.0 (catch-or-return, no-multiple-resolved), typescript-eslint 8.73.0 (no-floating-promises, no-misused-promises) with types; static, nothing is run',
  way: 'static',
  scan: async (files, _folder, packageFile) => {
    const executable = packageFile('eslint/bin/eslint.js');
    const formatter = packageFile('@microsoft/eslint-formatter-sarif/sarif.js');
    const config = join(import.meta.dirname, '..', 'child', 'eslint.config.mjs');
    const result = await $({
      // files outside of its base folder are ignored
      cwd: '/',
      quiet: true,
      nothrow: true,
    })`${process.execPath} ${executable} --no-config-lookup --config ${config} --format ${formatter} ${files}`;
    if (result.exitCode === null || result.exitCode > 1)
      throw new Error(`ESLint failed: ${result.stderr.slice(0, 500)}`);
    return result.stdout;
  },
};
