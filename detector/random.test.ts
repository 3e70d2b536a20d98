import { createSocket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import {
  array,
  assert as holds,
  asyncProperty,
  constantFrom,
  integer,
  record,
  type Arbitrary,
} from 'fast-check';
import { expect, test } from 'vitest';
import { budget, doNothing, leak, leftBy, placesIn, type Told } from './fixtures/left-by.ts';

/** The same programs each time; another seed by `SEED=… vitest run detector/random`. */
const seed = Number(process.env['SEED'] ?? 20_251_123);
const programs = Number(process.env['PROGRAMS'] ?? 150);

const at = placesIn(import.meta.filename);
const bus = new EventEmitter().setMaxListeners(0);
const shutdown = new AbortController();

/** Ends what was acquired. */
type Release = () => unknown;

async function waitFor(depth: number, promise: Promise<void>): Promise<void> {
  if (depth === 0)
    await promise; // here: wait
  else await waitFor(depth - 1, promise);
}

/** Each kind with the line that acquires it. */
const acquire = {
  interval(): Release {
    const timer = setInterval(doNothing, 1000); // here: interval
    return () => clearInterval(timer);
  },
  timeout(): Release {
    const timer = setTimeout(doNothing, 50_000); // here: timeout
    return () => clearTimeout(timer);
  },
  idleTimeout(): Release {
    const timer = setTimeout(doNothing, 50_000).unref(); // here: timeout without ref
    return () => clearTimeout(timer);
  },
  server(): Release {
    const server = createServer();
    server.listen(0); // here: server
    return () => server.close();
  },
  socket(): Release {
    const socket = createSocket('udp4'); // here: socket
    return () => socket.close();
  },
  stream(): Release {
    const stream = createReadStream(import.meta.filename); // here: stream
    return () => stream.destroy();
  },
  file(): Release {
    const opening = open(import.meta.filename); // here: file
    return async () => opening.then((handle) => handle.close());
  },
  channel(): Release {
    const { port1, port2 } = new MessageChannel(); // here: channel
    port2.on('message', doNothing);
    return () => port1.close();
  },
  busListener(): Release {
    const listener = (): void => {};
    bus.on('message', listener); // here: bus
    return () => bus.off('message', listener);
  },
  signalListener(): Release {
    const listener = (): void => {};
    shutdown.signal.addEventListener('abort', listener); // here: signal
    return () => shutdown.signal.removeEventListener('abort', listener);
  },
  heldWait(depth: number): Release {
    const { promise, resolve } = Promise.withResolvers<void>(); // here: held
    void waitFor(depth, promise);
    return resolve;
  },
  droppedWait(depth: number): Release {
    const { promise, resolve } = Promise.withResolvers<void>(); // here: dropped
    void waitFor(depth, promise);
    return resolve;
  },
} satisfies Record<string, (depth: number) => Release>;

type Kind = keyof typeof acquire;
const kinds = Object.keys(acquire) as Kind[];

const file = import.meta.filename;
const listener = { kind: 'listener', evidence: 'attached' } as const;
const wait = { kind: 'await', type: 'async function', at: at('wait', 'waitFor') } as const;
/** What the detector has to say of one that is left. */
const truth: Readonly<Record<Kind, Told>> = {
  interval: leak({ kind: 'timer', type: 'Timeout', at: at('interval', 'interval') }),
  timeout: leak({ kind: 'timer', type: 'Timeout', at: at('timeout', 'timeout') }),
  idleTimeout: leak({ kind: 'timer', type: 'Timeout', at: at('timeout without ref', 'idleTimeout') }),
  server: leak({
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: at('server', 'server'),
    detail: 'listening, 0 connections open',
  }),
  socket: leak({ kind: 'socket', type: 'UDPWRAP', at: at('socket', 'socket') }),
  stream: leak({ kind: 'fd', type: 'fs.open', at: at('stream', 'stream'), detail: file }),
  file: leak({ kind: 'fd', type: 'FileHandle', at: at('file', 'file'), detail: file }),
  channel: leak({ kind: 'port', type: 'MESSAGEPORT', at: at('channel', 'channel') }),
  busListener: leak({
    ...listener,
    type: 'EventEmitter',
    at: at('bus', 'busListener'),
    detail: "'message' of EventEmitter",
  }),
  signalListener: leak({
    ...listener,
    type: 'AbortSignal',
    at: at('signal', 'signalListener'),
    detail: "'abort' of AbortSignal",
  }),
  heldWait: leak({ ...wait, evidence: 'pending', related: [at('held', 'heldWait')] }),
  droppedWait: leak({ ...wait, evidence: 'unreachable', related: [at('dropped', 'droppedWait')] }),
};

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** From where something is acquired. */
const from = {
  async here(work: () => void): Promise<void> {
    work();
  },
  async immediate(work: () => void): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        work();
        resolve();
      });
    });
  },
  async callback(work: () => void): Promise<void> {
    await Promise.resolve().then(work);
  },
  async afterAwait(work: () => void): Promise<void> {
    await turn();
    work();
  },
  async all(work: () => void): Promise<void> {
    await Promise.all([turn(), (async () => work())(), Promise.resolve()]);
  },
} satisfies Record<string, (work: () => void) => Promise<void>>;

interface Step {
  readonly kind: Kind;
  readonly from: keyof typeof from;
  readonly depth: number;
  readonly released: 'at once' | 'at the end' | 'never';
}

interface Program {
  readonly steps: readonly Step[];
  readonly order: 'in turn' | 'at the same time';
}

const step: Arbitrary<Step> = record({
  kind: constantFrom(...kinds),
  from: constantFrom(...(Object.keys(from) as (keyof typeof from)[])),
  depth: integer({ min: 0, max: 3 }),
  released: constantFrom('at once', 'at the end', 'never'),
});

const program: Arbitrary<Program> = record({
  steps: array(step, { minLength: 1, maxLength: 10 }),
  order: constantFrom('in turn', 'at the same time'),
});

/** What the test ends after the check, and holds until then. */
const leftovers: Release[] = [];

async function interpret({ steps, order }: Program): Promise<void> {
  const atTheEnd: Release[] = [];
  const perform = async ({ kind, from: place, depth, released }: Step): Promise<void> => {
    const descend = (levels: number): void => {
      if (levels > 0) {
        descend(levels - 1);
        return;
      }
      const release = acquire[kind](depth);
      if (released === 'at once') void release();
      else if (released === 'at the end') atTheEnd.push(release);
      else if (kind !== 'droppedWait') leftovers.push(release);
    };
    await from[place](() => descend(depth));
  };
  if (order === 'at the same time') await Promise.all(steps.map(perform));
  else for (const each of steps) await perform(each);
  for (const release of atTheEnd) await release();
}

function expected({ steps }: Program): Told[] {
  return kinds.flatMap((kind) => {
    const count = steps.filter((each) => each.kind === kind && each.released === 'never').length;
    return count === 0 ? [] : [{ ...truth[kind], count }];
  });
}

const sorted = (leaks: readonly Told[]): Told[] =>
  leaks.toSorted((a, b) => `${a.at} ${a.evidence}`.localeCompare(`${b.at} ${b.evidence}`));

test(`${programs} random programs: what is left, and nothing else (seed ${seed})`, async () => {
  await holds(
    asyncProperty(program, async (each) => {
      const { leaks, ...others } = await leftBy(() => interpret(each), { budget });
      for (const release of leftovers.splice(0)) await release();
      expect({ leaks: sorted(leaks), ...others }).toEqual({
        leaks: sorted(expected(each)),
        ignored: [],
        notJudged: [],
        failedProbes: [],
      });
    }),
    { seed, numRuns: programs },
  );
  // takes half a minute, and ten times as long where the machine is busy
}, 600_000);
