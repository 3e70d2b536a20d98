import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseMarkers } from '../catalogue/markers.ts';
import { moduleBeside } from '../shared/module-beside.ts';
import { startOutside } from '../outside/outside.ts';
import { messageOf } from '../shared/error-message.ts';
import type { Adapter } from './answer/adapter.ts';
import { runtimeId, type RuntimeHere } from './runs/cells.ts';
import { judgeAnswer } from './answer/judge-answer.ts';
import { kindsOf } from './answer/kinds-of-type.ts';
import { packageFile } from './runs/packages.ts';
import { runProgram, type RunResult } from './runs/run-program.ts';
import { isRunner } from './runs/runner.ts';
import { parseSarif } from './answer/sarif.ts';

interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** Observation, with advice. */
  readonly detail?: string;
  /** Set if a failure is only worth knowing. */
  readonly isNote?: boolean;
}

const programs = join(import.meta.dirname, 'conform');
const leak = moduleBeside(import.meta.url, 'conform/leaves-a-timer');
const fix = moduleBeside(import.meta.url, 'conform/clears-its-timer');
const control = moduleBeside(import.meta.url, 'child/control');

/**
 * Runs an adapter on three small programs (nothing, a leak, its fix) and reports faults in its answers.
 *
 * @returns the exit code: 0 if it conforms
 */
export async function conform(adapter: Adapter, isJson: boolean, cache: string): Promise<number> {
  const checks: Check[] = [
    {
      what: 'the description can be read',
      ok: true,
      detail: `${adapter.name} ${adapter.version}, ${adapter.way}`,
    },
  ];
  checks.push(...(isRunner(adapter) ? await checkRuns(adapter, cache) : await checkStatic(adapter, cache)));
  const conforms = checks.every(({ ok, isNote }) => ok || isNote);
  if (isJson) {
    process.stdout.write(
      `${JSON.stringify({ version: 1, adapter: adapter.name, conforms, checks }, null, 2)}\n`,
    );
    return conforms ? 0 : 1;
  }
  for (const { what, ok, detail, isNote } of checks)
    process.stdout.write(
      `${ok ? '✓' : isNote ? '!' : '✗'} ${what}${detail === undefined ? '' : `: ${detail}`}\n`,
    );
  process.stdout.write(conforms ? `\n${adapter.name} conforms\n` : `\n${adapter.name} does not conform\n`);
  return conforms ? 0 : 1;
}

async function checkRuns(adapter: Adapter, cache: string): Promise<readonly Check[]> {
  if (!isRunner(adapter)) return [];
  const { runtimesFor } = await import('./runs/runtimes-here.ts');
  const runtimes = await runtimesFor(adapter.runtimes ?? [], [adapter]);
  const checks: Check[] = [];
  mkdirSync(join(cache, 'work'), { recursive: true });
  const work = mkdtempSync(join(cache, 'work', 'conform-'));
  const outside = await startOutside();
  try {
    for (const runtime of runtimes) {
      const run = (program: string): Promise<RunResult> =>
        runProgram(adapter, program, {
          root: programs,
          work,
          runtime,
          axis: 'plain',
          neighbours: [],
          outside,
        });
      checks.push(...checksOf(adapter, await run(control), await run(leak), await run(fix), runtime));
    }
  } finally {
    await outside.close();
    rmSync(work, { recursive: true, force: true });
  }
  return checks;
}

function checksOf(
  { hasLines = true, hasTypes = true }: Pick<Adapter, 'hasLines' | 'hasTypes'>,
  ofNothing: RunResult,
  ofLeak: RunResult,
  ofFix: RunResult,
  runtime: RuntimeHere,
): readonly Check[] {
  const on = ` on ${runtimeId(runtime)}`;
  const ends = (result: RunResult, program: string): Check => ({
    what: `it answers for ${program}${on}`,
    ok: result.end === 'answered' || result.end === 'hung',
    ...(result.problem !== undefined && { detail: `${result.problem}\n${indented(result.raw)}` }),
  });
  const program = { role: 'pattern', markers: parseMarkers(readFileSync(leak, 'utf8'), leak) } as const;
  const judged = judgeAnswer(program, ofLeak, ofNothing);
  const silent = judgeAnswer({ role: 'fix', markers: { leaks: [], also: [] } }, ofFix, ofNothing);
  const unknown = judged.findings.filter(
    ({ kind, type }) =>
      (kind ?? type) !== undefined &&
      kindsOf({ ...(kind && { kind }), ...(type !== undefined && { type }) }).length === 0,
  );
  const line = program.markers.leaks[0]?.line ?? 0;
  return [
    ends(ofNothing, 'a program that does nothing'),
    ends(ofLeak, 'a program that leaves a timer'),
    ends(ofFix, 'the same program, fixed'),
    {
      what: `its findings on a program that does nothing are subtracted${on}`,
      ok: ofNothing.findings.length === 0,
      isNote: true,
      detail: `${ofNothing.findings.length} findings`,
    },
    {
      what: `it catches the timer${on}`,
      ok: judged.findings.length > 0,
      isNote: true,
      detail: judged.findings.length > 0 ? 'yes' : 'no: a tool that does not see timers need not',
    },
    {
      what: `its lines are lines of the program${on}`,
      ok: judged.findings.length === 0 || judged.outcome !== 'caught' || !hasLines,
      isNote: true,
      detail: !hasLines
        ? 'it names none'
        : judged.outcome === 'caught'
          ? `none names line ${line}; give \`file\` and \`line\`, or \`frames\`, or say \`hasLines: false\``
          : judged.outcome,
    },
    {
      what: `its types are known${on}`,
      ok: unknown.length === 0 || !hasTypes,
      isNote: true,
      detail: !hasTypes
        ? 'it names none'
        : unknown.length === 0
          ? 'yes'
          : `${unknown.map(({ type }) => type).join(', ')} stand for no kind; give \`kind\` as well, or say \`hasTypes: false\``,
    },
    {
      what: `it is silent on the fixed program${on}`,
      ok: silent.outcome !== 'false alarm',
      isNote: true,
      detail: silent.outcome,
    },
  ];
}

async function checkStatic(adapter: Adapter, cache: string): Promise<readonly Check[]> {
  try {
    mkdirSync(cache, { recursive: true });
    const text =
      adapter.way === 'sarif'
        ? readFileSync(adapter.file, 'utf8')
        : adapter.way === 'static'
          ? await adapter.scan([leak, fix], cache, packageFile)
          : '{}';
    const findings = parseSarif(text, adapter.way === 'sarif' ? adapter.root : cache);
    const without = findings.filter(({ file, line }) => file === undefined || line === undefined).length;
    return [
      { what: 'it is a SARIF log', ok: true, detail: `${findings.length} results` },
      {
        what: 'every result has a file and a line',
        ok: without === 0,
        ...(without > 0 && {
          detail: `${without} have none: give physicalLocation.artifactLocation.uri and region.startLine`,
        }),
      },
    ];
  } catch (error) {
    return [
      {
        what: 'it is a SARIF log',
        ok: false,
        detail: messageOf(error),
      },
    ];
  }
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
