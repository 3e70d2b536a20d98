/** TCP listeners of a run. */
import { createServer, type Server } from 'node:net';

/** Accepts and never reads: the peer's bytes fill the kernel's buffers, then the peer's own. */
export function createSilentListener(): Server {
  return createServer({ pauseOnConnect: true });
}

/** Sends back every byte, and its own end after the peer's. */
export function createEchoListener(): Server {
  // half-open, so that all bytes are sent back before the end
  return createServer({ allowHalfOpen: true }, (socket) => {
    socket.pipe(socket);
  });
}

/** Time from the first bytes to the reset, in ms. */
const resetAfter = 10;

/** Takes the first bytes, stops reading, and resets the connection 10 ms later. */
export function createResettingListener(): Server {
  return createServer((socket) => {
    socket.once('data', () => {
      socket.pause();
      const timer = setTimeout(() => socket.resetAndDestroy(), resetAfter);
      socket.once('close', () => clearTimeout(timer));
    });
  });
}
