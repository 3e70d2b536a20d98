import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../detector/internal.ts';
import { parseMarkers } from '../../lab/catalogue/markers.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import type { Difference } from './judge.ts';
import { leftIn } from './results.ts';
import { runNode, type Ran } from './run-node.ts';
import { triedOf, type Tried } from './try-runner.ts';

export const registerName = 'register, a plain program';
const programs = join(import.meta.dirname, 'fixtures/program');
const watched = ['--import', 'leaklab/register'];

/** Runs a program that leaks, and a clean one, with `leaklab/register`. */
export async function tryRegister(node: string, home: string): Promise<Tried> {
  const folder = join(home, 'register');
  cpSync(programs, folder, { recursive: true });
  writeWhole(join(folder, 'leaklab.json'), '{ "budget": 300 }');
  const differences = [
    ...judgeLeaks(await runNode(node, [...watched, 'leaks.mjs'], folder)),
    ...judgeClean(
      await runNode(node, [...watched, 'clean.mjs'], folder),
      await runNode(node, ['clean.mjs'], folder),
    ),
  ];
  const without = ['per test', 'per file', 'at the same time', 'rows', 'retry', 'second run'] as const;
  return triedOf(differences, without);
}

function judgeLeaks({ code, stdout, stderr }: Ran): Difference[] {
  const { leaks } = parseMarkers(readFileSync(join(programs, 'leaks.mjs'), 'utf8'), 'leaks.mjs');
  const expected = leaks.map(({ kind, line }) => `${counted(kind, 1)} at leaks.mjs:${line}`);
  const told = leftIn(stderr).split(', ');
  const isRight = expected.toSorted().join() === told.toSorted().join();
  const differences: Difference[] = [];
  if (!isRight)
    differences.push({ aspect: 'right line', what: `expected ${expected.join(', ')}, got ${stderr}` });
  if (code !== 1) differences.push({ aspect: 'exit code', what: `expected 1, got ${code}` });
  if (stdout !== 'done\n') differences.push({ aspect: 'per run', what: `the program printed ${stdout}` });
  return differences;
}

function judgeClean(seen: Ran, bare: Ran): Difference[] {
  const differences: Difference[] = [];
  if (seen.code !== 0) differences.push({ aspect: 'exit code', what: `clean: expected 0, got ${seen.code}` });
  if (seen.stdout !== bare.stdout || seen.stderr !== bare.stderr) {
    const what = `with leaklab: ${seen.stdout}${seen.stderr}\nwithout: ${bare.stdout}${bare.stderr}`;
    differences.push({ aspect: 'silent when clean', what });
  }
  return differences;
}
