/** Proofs as lines of text. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { observables } from '../contract.ts';
import type { Attempt, Proof } from './prove.ts';
import type { Role } from '../contract.ts';

/** Describes a proof: a line for the program, and below it the objections with the counts behind them. */
export function describeProof(proof: Proof): string {
  const { program, holds, objections, attempts } = proof;
  const against = attempts.find((attempt) => attempt.objections.length > 0);
  const shown = against ?? attempts.at(-1);
  const sign = holds ? styleText('green', '✓') : styleText('red', '✗');
  const lines = [`${sign} ${program.id} ${program.role}: ${shown ? describeAttempt(shown) : 'not measured'}`];
  for (const objection of objections) lines.push(`    ${styleText('red', objection)}`);
  if (!holds) {
    lines.push(...(shown ? changedParts(shown).map((part) => `      ${part}`) : []));
    lines.push(`    ${relative(process.cwd(), program.file)}`);
  }
  return lines.join('\n');
}

/** Roles with their titles above a column. */
export const rolesInPlural: readonly [Role, string][] = [
  ['pattern', 'patterns'],
  ['fix', 'fixes'],
  ['decoy', 'decoys'],
  ['wrong-fix', 'wrong fixes'],
];

/** Describes how many programs hold, by family and role, and in total. */
export function describeSummary(proofs: readonly Proof[], seconds: number): string {
  const families = [...new Set(proofs.map(({ program }) => program.family))];
  const rows = [['', ...rolesInPlural.map(([, title]) => title)]];
  for (const family of families) {
    const own = proofs.filter(({ program }) => program.family === family);
    rows.push([
      family,
      ...rolesInPlural.map(([role]) => share(own.filter(({ program }) => program.role === role))),
    ]);
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const failing = proofs
    .filter(({ holds }) => !holds)
    .map(({ program: { id, role } }) => `  ✗ ${id} ${role}`);
  const held = proofs.length - failing.length;
  return [...table, ...failing, `${held} of ${proofs.length} hold (${seconds.toFixed(1)} s)`].join('\n');
}

/** Describes growth, as exactly as it is reproducible; the objections have the rest. */
function describeAttempt({ verdict }: Attempt): string {
  if (verdict.kind === 'error') return 'error';
  const { kind, slopes } = verdict;
  const growing = observables.filter((name) => slopes[name].growth === 'grows');
  if (growing.length === 0) return kind;
  const amounts = growing.map((name) =>
    name === 'heap' ? name : `${name} +${Math.round(slopes[name].perRun)}`,
  );
  return `${kind}; per run ${amounts.join(', ')}`;
}

/** Lists the parts of the counts that differ between the last two stages. */
function changedParts({ measured: { readings } }: Attempt): string[] {
  const [before, after] = readings.slice(-2);
  if (!before || !after) return [];
  return Object.keys({ ...before.parts, ...after.parts })
    .map((name) => ({ name, from: before.parts[name] ?? 0, to: after.parts[name] ?? 0 }))
    .filter(({ from, to }) => to !== from)
    .map(({ name, from, to }) => `${name}: ${from} after run ${before.k}, ${to} after run ${after.k}`);
}

function share(proofs: readonly Proof[]): string {
  if (proofs.length === 0) return '-';
  return `${proofs.filter(({ holds }) => holds).length}/${proofs.length}`;
}
