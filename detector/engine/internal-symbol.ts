import { getProperty, ownKeys } from './intrinsics.ts';

/**
 * Returns the value under a private symbol of Node or a library, found by the symbol's description.
 *
 * Handles keep their owner this way, undici's sockets their client, and web streams their state. If a release renames
 * the symbol, the value is undefined and the probe that asked sees less; nothing breaks.
 */
export function internal(holder: object, description: string): unknown {
  const keys = ownKeys(holder);
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index];
    if (typeof key === 'symbol' && key.description === description) return getProperty(holder, key);
  }
  return undefined;
}

/** Returns the value under a private symbol if it is an object. */
export function internalObject(holder: object | undefined, description: string): object | undefined {
  if (!holder) return undefined;
  const value = internal(holder, description);
  return typeof value === 'object' && value !== null ? value : undefined;
}
