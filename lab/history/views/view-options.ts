import { nearest } from '../../../detector/internal.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { groupings, type Grouping } from './heat.ts';
import { articleWeights } from './priorities.ts';
import type { Weights } from './scores.ts';

/** The options of a command line, as `parseArgs` returns them. */
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

const rankings = ['matrix', 'impact'] as const;

/** Returns what `--by` names. */
export function groupingOf({ by = 'package' }: Values): Grouping {
  return oneOf(by, groupings, '--by');
}

/** Returns what `--rank` names. */
export function rankingOf({ rank = 'matrix' }: Values): (typeof rankings)[number] {
  return oneOf(rank, rankings, '--rank');
}

/** Returns the number of an option, from 1 up. */
export function numberOf(values: Values, name: string, otherwise: number): number {
  const value = values[name] ?? String(otherwise);
  if (typeof value === 'string' && /^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new UsageError(
    `--${name} ${JSON.stringify(value)} is no whole number from 1 to 999999`,
    `--${name} ${otherwise}`,
  );
}

/** Returns the weights of `--weight frequency=30,blocking=40`; a term that is not named keeps the article's weight. */
export function weightsOf({ weight = '' }: Values): Weights {
  const example = '--weight frequency=30,blocking=40,complexity=30';
  const weights = { ...articleWeights };
  for (const part of String(weight).split(',')) {
    if (part.trim() === '') continue;
    const [name = '', value = '', ...more] = part.split('=').map((each) => each.trim());
    if (!isTerm(name, weights))
      throw new UsageError(`--weight: no term ${JSON.stringify(name)}`, nearest(name, Object.keys(weights)));
    if (!/^\d+(?:\.\d+)?$/.test(value) || more.length > 0)
      throw new UsageError(`--weight: ${JSON.stringify(part)} has no number from 0 up`, example);
    weights[name] = Number(value);
  }
  if (weights.frequency + weights.blocking + weights.complexity === 0)
    throw new UsageError('--weight: every weight is 0', example);
  return weights;
}

function isTerm(name: string, weights: Weights): name is keyof Weights {
  return Object.hasOwn(weights, name);
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[], option: string): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} ${JSON.stringify(value)} is unknown`, nearest(String(value), names));
}
