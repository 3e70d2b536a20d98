/** Messages of the measured child to the prover, and their parser. */
import { isDeepStrictEqual } from 'node:util';
import { observables, type Observable } from '../contract.ts';
import { isRecord, numberIn, recordOf, textIn } from '../shared/record.ts';

/** Numbers of runs in one process after which the observables are read. */
export const stages = [1, 5, 25] as const;

/** Reading of a process that has settled and collected its garbage. */
export interface Reading {
  /** Runs so far. */
  readonly k: number;
  /** Counts, except for `heap`, which is in bytes. */
  readonly values: Readonly<Record<Observable, number>>;
  /** Number of stalls whose promise was collected. */
  readonly collected: number;
  /** The parts of the counts, such as `handles Timeout`: for people, not for the verdict. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Events in the child. */
export type Message =
  | { readonly oracle: 'imported' }
  /** Run `k` has returned. */
  | { readonly oracle: 'ran'; readonly k: number }
  /** A stage is over. */
  | { readonly oracle: 'read'; readonly reading: Reading }
  /** All outcomes as one, or the first that differed. */
  | { readonly oracle: 'done'; readonly outcome: string; readonly differed?: { k: number; outcome: string } }
  | { readonly oracle: 'failed'; readonly reason: string };

/**
 * Parses a message; `undefined` for any other, as the lab's questions use the same channel.
 *
 * @throws if it is the oracle's and malformed
 */
export function parseMessage(value: unknown): Message | undefined {
  if (!isRecord(value) || !('oracle' in value)) return undefined;
  switch (value['oracle']) {
    case 'imported':
      return { oracle: 'imported' };
    case 'ran':
      return { oracle: 'ran', k: numberIn(value, 'k') };
    case 'read':
      return { oracle: 'read', reading: parseReading(value['reading']) };
    case 'done': {
      const outcome = textIn(value, 'outcome');
      const differed = value['differed'];
      if (differed === undefined) return { oracle: 'done', outcome };
      const fields = recordOf(differed);
      return {
        oracle: 'done',
        outcome,
        differed: { k: numberIn(fields, 'k'), outcome: textIn(fields, 'outcome') },
      };
    }
    case 'failed':
      return { oracle: 'failed', reason: textIn(value, 'reason') };
    default:
      throw new Error(`not a message of the measured child: ${JSON.stringify(value)}`);
  }
}

/** Reports whether two outcomes, as JSON, are the same value; the order of keys does not count. */
export function sameOutcome(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}

function parseReading(value: unknown): Reading {
  const fields = recordOf(value);
  return {
    k: numberIn(fields, 'k'),
    values: valuesOf(fields['values']),
    collected: numberIn(fields, 'collected'),
    parts: numbersOf(fields['parts']),
  };
}

function valuesOf(value: unknown): Record<Observable, number> {
  const fields = recordOf(value);
  const values: Partial<Record<Observable, number>> = {};
  for (const observable of observables) values[observable] = numberIn(fields, observable);
  return values as Record<Observable, number>;
}

function numbersOf(value: unknown): Record<string, number> {
  const fields = recordOf(value);
  return Object.fromEntries(Object.keys(fields).map((name) => [name, numberIn(fields, name)]));
}
