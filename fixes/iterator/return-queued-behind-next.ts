/** Fixed: the wait itself ends when the client disconnects. */
import { EventEmitter, on, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** The exchange, which emits its prices. */
const exchange = new EventEmitter();

// FIX: takes a signal
async function* prices(paper: string, signal: AbortSignal): AsyncGenerator<string> {
  yield `data: watching ${paper}\n\n`;
  // FIX: the signal ends the wait
  for await (const [price] of on(exchange, paper, { signal })) yield `data: ${String(price)}\n\n`;
}

function createPriceServer(): Server {
  return createServer(async (req, res) => {
    // FIX: aborts the innermost wait
    const gone = new AbortController();
    const changes = prices(new URL(req.url ?? '/', 'http://localhost').pathname.slice(1), gone.signal);
    res.on('close', () => gone.abort());
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    try {
      for await (const change of changes) res.write(change);
    } catch (error) {
      if (!gone.signal.aborted) throw error; // FIX: the abort ends the loop
    }
  });
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = createPriceServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const visit = await lab.visit(`http://127.0.0.1:${port}/ACME`, 'hangs-up');
  server.close();
  await once(server, 'close');
  return { status: visit.status, body: visit.body.trim() };
}
