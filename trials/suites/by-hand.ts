import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escaped, table } from '../../lab/docs/pages/markdown.ts';
import { hasParts } from '../../lab/shared/record.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';

/** Result of a suite that was run by hand, from its repository, without leaklab and with its one line. */
export interface ByHand {
  readonly package: string;
  readonly version: string;
  readonly runner: string;
  /** Day of the run, as `2026-11-30`. */
  readonly date: string;
  readonly tests: number;
  /** Tests and files that leak. */
  readonly leaking: number;
  /** Lines that are reported. */
  readonly lines: number;
  /** Lines that are no leak. */
  readonly wrong: number;
  /** Tests that change their outcome for another reason than a leak. */
  readonly changed: number;
  /** CPU time with leaklab, as a multiple of that without. */
  readonly cpu: number;
  readonly merges: boolean;
  readonly why: string;
  /** Remarks on what is reported, and what was left out. */
  readonly note: string;
}

const file = join(import.meta.dirname, 'by-hand.json');
const texts = ['package', 'version', 'runner', 'date', 'why', 'note'] as const;
const numbers = ['tests', 'leaking', 'lines', 'wrong', 'changed', 'cpu'] as const;

/**
 * Reads `by-hand.json`.
 *
 * @throws UsageError if a suite lacks a part
 */
export function readByHand(): readonly ByHand[] {
  const { suites }: { suites: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  if (Array.isArray(suites) && suites.every(isByHand)) return suites;
  throw new UsageError(
    `${file}: a suite lacks a part`,
    `give each ${[...texts, ...numbers].join(', ')} and merges`,
  );
}

function isByHand(value: unknown): value is ByHand {
  return (
    hasParts(value, texts) &&
    numbers.every((name) => typeof value[name] === 'number') &&
    typeof value['merges'] === 'boolean'
  );
}

/** Writes the section of the page on the suites that were run by hand. */
export function byHandSection(suites: readonly ByHand[]): readonly string[] {
  const rows = suites.map((each) => [
    `${each.package} ${each.version}`,
    each.runner,
    each.date,
    String(each.tests),
    String(each.leaking),
    `${each.lines}, ${each.wrong}`,
    String(each.changed),
    each.cpu.toFixed(2),
    escaped(`${each.merges ? 'yes' : 'no'}: ${each.why}`),
    escaped(each.note),
  ]);
  return ['## More suites, run by hand', introduction, table(heads, rows)];
}

const introduction = `The maintainers of these packages would be asked first. Their suites ran from their repositories, because no registry
ships them. The machine was busy with other work: only CPU time compares. A changed outcome is that of a test that fails for
another reason than a leak with leaklab, and passes without it.`;

const heads = [
  'package',
  'runner',
  'run on',
  'tests',
  'leaking',
  'lines, wrong ones',
  'changed outcomes',
  'CPU',
  'would the maintainer merge it, and why not',
  'what is reported',
];
