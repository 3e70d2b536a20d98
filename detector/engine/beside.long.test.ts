/** Hostile programs, flags and other tools: each ends beside leaklab as it ends alone. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hostilePrograms } from './fixtures/hostile-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const register = pathToFileURL(join(import.meta.dirname, '..', 'runners', 'register', 'index.ts')).href;
/** A preload that does nothing: with any, Node runs a program of CommonJS in a microtask. */
const nothing = 'data:text/javascript,';

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal) : 0;
      resolve({ code, stdout, stderr: stderr.replaceAll(/\(node:\d+\)/g, '(node:pid)') });
    });
  });
}

/** Runs a program alone and beside leaklab. */
async function both(program: readonly string[], flags: readonly string[] = []): Promise<[Ended, Ended]> {
  return Promise.all([
    run([...flags, '--import', nothing, ...program]),
    run([...flags, '--import', register, ...program]),
  ]);
}

describe.concurrent('a program that', () => {
  test.each(hostilePrograms)('$what', async ({ source, type, flags }) => {
    const file = join(mkdtempSync(join(folder, 'p-')), type === 'module' ? 'program.mjs' : 'program.cjs');
    writeFileSync(file, source);
    const [alone, beside] = await both([file], flags);
    expect(beside).toEqual(alone);
  });
});
