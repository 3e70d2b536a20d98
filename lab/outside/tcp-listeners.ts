/** The TCP listeners of a run. */
import { createServer, type Server } from 'node:net';

/** Accepts and never reads: what the peer writes fills the kernel's buffers, then the peer's own. */
export function createSilentListener(): Server {
  return createServer({ pauseOnConnect: true });
}

/** Sends back what it gets, and its own end when the peer has ended. */
export function createEchoListener(): Server {
  // Half-open, so that everything is sent back before the end is.
  return createServer({ allowHalfOpen: true }, (socket) => {
    socket.pipe(socket);
  });
}

/** From the first bytes to the reset, in ms. */
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
