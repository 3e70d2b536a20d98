import { join } from 'node:path';
import type { Addresses, Question } from '../../outside/messages.ts';

/** The surroundings of one run. */
export interface Surroundings {
  readonly addresses: Addresses;
  readonly scratch: string;
}

/** A condition under which a program runs: as usual, or with a fault. */
export interface Condition {
  /** Completes `when …`. */
  readonly name: string;
  /** Reports whether a program would notice it, by its source. */
  fits(source: string): boolean;
  readonly change?: (around: Surroundings) => Surroundings;
  readonly ask?: (question: Question) => Question;
}

/**
 * A port where no server listens: the system never assigns it, and fetch does not refuse to call it
 * (https://fetch.spec.whatwg.org/#port-blocking).
 */
const closedPort = 2;

export const asUsual: Condition = { name: 'all goes well', fits: () => true };

export const faults: readonly Condition[] = [
  {
    name: 'the upstream is down',
    fits: (source) => /\bupstream\.(?:http|http2|echo)\b|\{[^}]*\bupstream\b[^}]*\}: Lab/.test(source),
    change: ({ addresses, scratch }) => ({
      addresses: {
        ...addresses,
        http: `http://127.0.0.1:${closedPort}`,
        http2: `http://127.0.0.1:${closedPort}`,
        silent: closedPort,
        echo: closedPort,
        resets: closedPort,
      },
      scratch,
    }),
  },
  {
    name: 'its folder is gone',
    fits: (source) => /\bscratch\b/.test(source),
    change: ({ addresses, scratch }) => ({ addresses, scratch: join(scratch, 'gone') }),
  },
  {
    name: 'the database is down',
    fits: (source) => /\bpostgres\b/.test(source),
    change: ({ addresses, scratch }) => ({
      addresses: { ...addresses, postgres: `postgresql://127.0.0.1:${closedPort}/none` },
      scratch,
    }),
  },
  {
    name: 'its visitors hang up',
    fits: (source) => /\bvisit\(/.test(source),
    ask: (question) =>
      question.ask === 'visit' && question.manner === 'leaves'
        ? { ...question, manner: 'hangs-up' }
        : question,
  },
];
