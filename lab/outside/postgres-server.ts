/**
 * Thread of one embedded PostgreSQL, for a query that computes blocks its thread. It serves one run at a time:
 * PGlite has a single session, which the connections of a server take in turns, a transaction at a time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { PostgresOrder, PostgresReport } from './postgres.ts';

if (!parentPort) throw new Error('started by postgres.ts, as a worker');
const port = parentPort;
const { image } = workerData as { readonly image: ArrayBuffer | undefined };
const database = await PGlite.create(image ? { loadDataDir: new Blob([image]) } : {});
let server: PGLiteSocketServer | undefined;

port.on('message', (order: PostgresOrder) => {
  carryOut(order).then(
    (report) => port.postMessage(report),
    (error: unknown) =>
      port.postMessage({ report: 'failed', message: String(error) } satisfies PostgresReport),
  );
});
// an image for later databases: copying it takes a tenth of the time of making one
if (image) port.postMessage({ report: 'ready' } satisfies PostgresReport);
else {
  const copy = await (await database.dumpDataDir('none')).arrayBuffer();
  port.postMessage({ report: 'ready', image: copy } satisfies PostgresReport, [copy]);
}

async function carryOut(order: PostgresOrder): Promise<PostgresReport> {
  if (order === 'serve') {
    server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 1000 });
    await server.start();
    return { report: 'serving', address: server.getServerConn() };
  }
  await server?.stop();
  server = undefined;
  await database.exec('ROLLBACK');
  await database.exec('DISCARD ALL');
  return { report: 'stopped' };
}
