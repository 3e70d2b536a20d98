import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../shared/module-beside.ts';

export type PostgresOrder = 'serve' | 'stop';

export type PostgresReport =
  | { readonly report: 'ready'; readonly image?: ArrayBuffer }
  | { readonly report: 'serving'; readonly address: string }
  | { readonly report: 'stopped' }
  | { readonly report: 'failed'; readonly message: string };

/** PostgreSQL for one run alone. */
export interface Postgres {
  /** Connection string of the form `postgresql://user:password@host:port/database`. */
  readonly url: string;
  /** Ends its connections and their open transactions; resolves when done. */
  close(): Promise<void>;
}

/** Environment variable with the URL of an empty database to use instead of the embedded one. */
export const postgresVariable = 'LEAKLAB_POSTGRES';

const idle: Worker[] = [];
let image: Promise<ArrayBuffer> | undefined;

/** Opens a PostgreSQL. @throws if the embedded one can't be started */
export async function openPostgres(): Promise<Postgres> {
  const given = process.env[postgresVariable];
  if (given) return { url: given, close: async () => {} };
  const worker = idle.pop() ?? (await startWorker());
  const { address } = await order(worker, 'serve', 'serving');
  return {
    url: `postgresql://postgres:postgres@${address}/postgres`,
    close: async () => {
      await order(worker, 'stop', 'stopped');
      idle.push(worker);
    },
  };
}

/** Starts a worker: the first one makes a database, the others copy it. */
async function startWorker(): Promise<Worker> {
  if (image) {
    const worker = new Worker(moduleBeside(import.meta.url, 'postgres-server'), {
      workerData: { image: await image },
    });
    await answerOf(worker, 'ready');
    return worker;
  }
  const made = Promise.withResolvers<ArrayBuffer>();
  image = made.promise;
  try {
    const worker = new Worker(moduleBeside(import.meta.url, 'postgres-server'), { workerData: {} });
    const ready = await answerOf(worker, 'ready');
    if (!ready.image) throw new Error('the embedded PostgreSQL gave no copy of itself');
    made.resolve(ready.image);
    return worker;
  } catch (error) {
    made.reject(error);
    throw error;
  }
}

type ReportOf<Kind extends PostgresReport['report']> = Extract<PostgresReport, { readonly report: Kind }>;

function order<Kind extends PostgresReport['report']>(
  worker: Worker,
  what: PostgresOrder,
  expected: Kind,
): Promise<ReportOf<Kind>> {
  const answer = answerOf(worker, expected);
  // the worker is a thread, no window: its messages have no origin
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  worker.postMessage(what);
  return answer;
}

async function answerOf<Kind extends PostgresReport['report']>(
  worker: Worker,
  expected: Kind,
): Promise<ReportOf<Kind>> {
  const [report] = (await once(worker, 'message')) as [PostgresReport];
  if (report.report === expected) return report as ReportOf<Kind>;
  const why = report.report === 'failed' ? report.message : `its report is ${report.report}`;
  throw new Error(`the embedded PostgreSQL: ${why}`);
}
