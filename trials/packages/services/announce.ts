import { once } from 'node:events';
import type { Server } from 'node:net';

/** Sends the port of a server to the parent process; ends this process when the parent is gone. */
export function announce(server: Server): void {
  process.on('disconnect', () => process.exit());
  void once(server, 'listening').then(() => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address ? address.port : 0);
  });
}
