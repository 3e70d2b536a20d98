import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Addresses, Question } from '../outside/messages.ts';

/** What a program meets in one of its runs. */
export interface Surroundings {
  readonly addresses: Addresses;
  readonly scratch: string;
}

/** Something that goes wrong, as far as the lab has a hand in it. */
export interface Condition {
  /** Goes on from `when`. */
  readonly name: string;
  /** Whether a program, by its source, would notice. */
  fits(source: string): boolean;
  readonly change?: (around: Surroundings, closedPort: number) => Surroundings;
  readonly ask?: (question: Question) => Question;
}

export const asUsual: Condition = { name: 'all goes well', fits: () => true };

export const faults: readonly Condition[] = [
  {
    name: 'the upstream is down',
    fits: (source) => /\bupstream\.(?:http|http2|echo)\b|\{[^}]*\bupstream\b[^}]*\}: Lab/.test(source),
    change: ({ addresses, scratch }, port) => ({
      addresses: {
        ...addresses,
        http: `http://127.0.0.1:${port}`,
        http2: `http://127.0.0.1:${port}`,
        silent: port,
        echo: port,
        resets: port,
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
    change: ({ addresses, scratch }, port) => ({
      addresses: { ...addresses, postgres: `postgresql://127.0.0.1:${port}/none` },
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

/** A port at which nobody listens: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}
