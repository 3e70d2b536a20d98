/** Proofs as lines of text. */
import { observables, type Observable } from '../contract.ts';
import type { Proof } from './prove.ts';

/** One line per program, and one for each objection. */
export function describeProof(proof: Proof): string {
  const { program, holds, objections, attempts, ms } = proof;
  const verdict = attempts.at(-1)?.verdict;
  const kind = verdict?.kind ?? 'error';
  const slopes =
    verdict && verdict.kind !== 'error'
      ? observables
          .filter((name) => Math.abs(verdict.slopes[name].perRun) >= (name === 'heap' ? 1000 : 0.05))
          .map((name) => `${name} ${amount(name, verdict.slopes[name].perRun)}`)
          .join(', ')
      : '';
  const lines = [
    `${holds ? 'holds' : 'FAILS'}  ${program.id} (${program.role}): ${kind}${slopes && `; per run ${slopes}`}  ${Math.round(ms)} ms`,
  ];
  for (const objection of objections) lines.push(`         ${objection}`);
  if (!holds) for (const part of growingParts(proof)) lines.push(`           ${part}`);
  return lines.join('\n');
}

/** `+1`, `+0.25`, `+3.4 kB`. */
export function amount(name: Observable, perRun: number): string {
  const sign = perRun < 0 ? '-' : '+';
  const size = Math.abs(perRun);
  return name === 'heap' ? `${sign}${(size / 1000).toFixed(1)} kB` : `${sign}${Number(size.toFixed(2))}`;
}

/** What the counts that grew in the last attempt are made of. */
export function growingParts({ attempts }: Proof): string[] {
  const [middle, last] =
    (attempts.find(({ objections }) => objections.length > 0) ?? attempts.at(-1))?.measured.readings.slice(
      -2,
    ) ?? [];
  if (!middle || !last) return [];
  return Object.keys({ ...middle.parts, ...last.parts })
    .map((name) => ({ name, from: middle.parts[name] ?? 0, to: last.parts[name] ?? 0 }))
    .filter(({ from, to }) => to !== from)
    .map(({ name, from, to }) => `${name}: ${from} after run ${middle.k}, ${to} after run ${last.k}`);
}
