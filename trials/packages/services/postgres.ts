import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

process.on('disconnect', () => process.exit());
// PGLite's socket server does not take port 0: find a free port first
const probe = createServer().listen(0, '127.0.0.1', () => {
  const address = probe.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  probe.close(() => void serve(port));
});

async function serve(port: number): Promise<void> {
  const db = await PGlite.create();
  await new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 20 }).start();
  process.send?.(port);
}
