import type { Behaviour } from './messages.ts';

/** The moments that are measured, in order. */
export const phases = ['healthy', 'ill', 'healed'] as const;
export type Phase = (typeof phases)[number];

/** A count that an incident shows over time. */
export type Gauge = 'waiting' | 'other';

/** The load at the time of a measurement. */
export interface Load {
  /** Requests a second. */
  readonly rate: number;
  /** The time since the first request, in seconds. */
  readonly elapsed: number;
}

/** A variant in an incident. */
export interface Contender {
  /** The path of its program below this folder, without an extension. */
  readonly program: string;
  /** Half a line: what the service does. */
  readonly title: string;
  readonly role: 'leaks' | 'wrong fix' | 'fix';
  /** Counts by Little's law, or by the size of a pool; absent where no number is expected. */
  readonly expected: Readonly<
    Partial<Record<Gauge, Partial<Record<'healthy' | 'ill', (load: Load) => number | undefined>>>>
  >;
}

export interface Incident {
  readonly name: string;
  readonly title: string;
  /** A few sentences: what happens, and what to look for. */
  readonly story: string;
  /** The name of the other count, beside the callers that wait. */
  readonly other: string;
  /** The process that counts it. */
  readonly otherFrom: 'upstream' | 'service';
  readonly healthy: Behaviour;
  readonly ill: Behaviour;
  /** True if the leak shows only when the work is repeated. */
  readonly showsLater: boolean;
  /** The time in each phase, in ms. */
  readonly time: Readonly<Record<Phase, number>>;
  readonly contenders: readonly Contender[];
  /** Pairs of the catalogue that teach the same. */
  readonly lessons: readonly string[];
}

/** The clients of the pool, and what one query in ten has lost of them when the incident ends. */
const poolSize = 40;
const lostTime = { healthy: 3000, ill: 10_000, healed: 4000 };
function lost({ rate, elapsed }: Load): number {
  return Math.min(
    poolSize,
    little(80)({ rate, elapsed }) + (rate * 0.1 * (elapsed * 1000 - lostTime.healthy)) / 1000,
  );
}

/** Little's law: so many are in a system as arrive in the time that each stays. */
function little(ms: number): (load: Load) => number {
  return ({ rate }) => (rate * ms) / 1000;
}

const usual = little(80);

export const incidents: readonly Incident[] = [
  {
    name: 'slow-upstream',
    title: 'An upstream slows from 80 ms to 12 s',
    story: `Each caller's request asks an upstream once. One day it answers after 12 s in place of 80 ms. Without a
time-out, the callers pile up. The popular fix, Promise.race with a timer, answers them after 800 ms, and leaves
each request to the upstream open for all of its 12 s: look at the second count.`,
    other: 'requests to the upstream',
    otherFrom: 'upstream',
    showsLater: false,
    healthy: { delay: 80, refused: 0 },
    ill: { delay: 12_000, refused: 0 },
    time: { healthy: 4000, ill: 15_000, healed: 16_000 },
    contenders: [
      {
        program: 'slow-upstream/no-time-out',
        title: 'no time-out',
        role: 'leaks',
        expected: {
          waiting: { healthy: usual, ill: little(12_000) },
          other: { healthy: usual, ill: little(12_000) },
        },
      },
      {
        program: 'slow-upstream/race',
        title: 'Promise.race with a timer',
        role: 'wrong fix',
        expected: {
          waiting: { healthy: usual, ill: little(800) },
          other: { healthy: usual, ill: little(12_000) },
        },
      },
      {
        program: 'slow-upstream/abort',
        title: 'a time-out that aborts',
        role: 'fix',
        expected: {
          waiting: { healthy: usual, ill: little(800) },
          other: { healthy: usual, ill: little(800) },
        },
      },
      {
        program: 'slow-upstream/bulkhead',
        title: 'abort, and a bulkhead',
        role: 'fix',
        expected: {
          waiting: { healthy: usual, ill: (load) => Math.min(60, little(800)(load)) },
          other: { healthy: usual, ill: (load) => Math.min(60, little(800)(load)) },
        },
      },
    ],
    lessons: [
      'missing-abort/fetch-without-signal',
      'missing-abort/race-timeout-loser-still-queued',
      'missing-abort/signal-dropped-on-the-way-down',
    ],
  },
  {
    name: 'lost-clients',
    title: 'A database refuses one query in ten, and the pool loses a client each time',
    story: `The service has a pool of 40 clients. A query that is refused throws, and its client is never given back. A
second and a half later no client is left: every caller waits, and goes on waiting when the database is well again. A
time-out for connect() turns the callers away, and the pool stays empty.`,
    other: 'clients lent',
    otherFrom: 'service',
    showsLater: true,
    healthy: { delay: 80, refused: 0 },
    ill: { delay: 80, refused: 0.1 },
    time: lostTime,
    contenders: [
      {
        program: 'lost-clients/forgotten',
        title: 'release() after the query',
        role: 'leaks',
        expected: { waiting: { healthy: usual }, other: { healthy: usual, ill: lost } },
      },
      {
        program: 'lost-clients/impatient',
        title: 'a time-out for connect()',
        role: 'wrong fix',
        expected: {
          waiting: {
            healthy: usual,
            ill: (load) => (lost(load) === poolSize ? little(1000)(load) : undefined),
          },
          other: { healthy: usual, ill: lost },
        },
      },
      {
        program: 'lost-clients/given-back',
        title: 'release() in finally',
        role: 'fix',
        expected: { waiting: { healthy: usual, ill: usual }, other: { healthy: usual, ill: usual } },
      },
    ],
    lessons: [
      'pool/committed-and-not-released',
      'pool/connected-after-timeout',
      'pool/client-kept-after-failed-drop',
    ],
  },
  {
    name: 'shared-emitter',
    title: 'A listener for each request on the settings that all share',
    story: `Nothing is slow and no one waits. Each request adds a listener to an emitter that lives as long as the service,
and everything that the listener reaches stays with it. Only the count shows it, until the memory is gone.`,
    other: 'listeners',
    otherFrom: 'service',
    showsLater: false,
    healthy: { delay: 80, refused: 0 },
    ill: { delay: 80, refused: 0 },
    time: { healthy: 3000, ill: 6000, healed: 3000 },
    contenders: [
      {
        program: 'shared-emitter/per-request',
        title: 'a listener for each request',
        role: 'leaks',
        expected: {
          waiting: { healthy: usual, ill: usual },
          other: {
            healthy: ({ rate, elapsed }) => rate * elapsed,
            ill: ({ rate, elapsed }) => rate * elapsed,
          },
        },
      },
      {
        program: 'shared-emitter/taken-off',
        title: 'taken off in finally',
        role: 'fix',
        expected: { waiting: { healthy: usual, ill: usual }, other: { healthy: usual, ill: usual } },
      },
      {
        program: 'shared-emitter/one-for-all',
        title: 'one listener for all',
        role: 'fix',
        expected: { waiting: { healthy: usual, ill: usual }, other: { healthy: () => 1, ill: () => 1 } },
      },
    ],
    lessons: ['listener/relay-per-tenant', 'listener/error-listener-per-query'],
  },
];
