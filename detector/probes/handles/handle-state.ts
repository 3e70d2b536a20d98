import { ownerObject } from './pools.ts';
import { forgetsItself, isCleared, isFired } from './timers.ts';

/** Returns the handle in a resource: an agent that reuses a kept socket has it announced wrapped (lib/internal/http.js). */
export function wrappedIn(resource: object): object {
  return 'handle' in resource && typeof resource.handle === 'object' && resource.handle
    ? resource.handle
    : resource;
}

/**
 * Reports whether Node set the timer for an idle socket or stream.
 *
 * A server sets one for each answer, and none is ever reported: at level `light` they would use up the stacks for the
 * program's own timers. They are made unref'd, as those of timers/promises are, whose callback has no name.
 */
export function isIdleTimeout(timer: object): boolean {
  if (!('hasRef' in timer && typeof timer.hasRef === 'function' && timer.hasRef() === false)) return false;
  return '_onTimeout' in timer && typeof timer._onTimeout === 'function' && timer._onTimeout.name !== '';
}

/** Reports whether the owner is done with its handle, where `destroy` comes late or only after a collection. */
export function isOver(type: string, resource: object, isDueLate = false): boolean {
  if (isDueLate) return isCleared(resource) || (isFired(resource) && forgetsItself(resource));
  if (type === 'Timeout' || type === 'Immediate') return isFired(resource);
  const owner = ownerObject(resource);
  if (!owner || type === 'TCPSERVERWRAP' || type === 'PIPESERVERWRAP') return false;
  return isClosed(owner) || (type === 'ZLIB' && 'destroyed' in owner && owner.destroyed === true);
}

/** Reports whether a server, a socket or a child process has let go of its handle, as it does when it closes. */
export function isClosed(owner: object): boolean {
  // own properties alone: reading that of a datagram socket prints a deprecation
  return Object.hasOwn(owner, '_handle') && '_handle' in owner && owner._handle === null;
}

/** Reports whether a handle has closed: Node then forgets whether it keeps the process alive. */
export function isClosedByNode(handle: object): boolean {
  return 'hasRef' in handle && typeof handle.hasRef === 'function' && handle.hasRef() === undefined;
}
