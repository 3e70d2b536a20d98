import { getProperty } from './intrinsics.ts';

/**
 * Reports whether Node has loaded one of its modules, by its name without `node:`; true where Node doesn't list them.
 *
 * To name a global such as `Response`, even in a descriptor, would load it.
 */
export function isBuiltinLoaded(name: string): boolean {
  const loaded: unknown = getProperty(process, 'moduleLoadList');
  return !Array.isArray(loaded) || loaded.includes(`NativeModule ${name}`);
}

/** Reports whether the fetch of Node is loaded, with `Response` and `WebSocket`: as costly as the rest of a start. */
export function isFetchLoaded(): boolean {
  return isBuiltinLoaded('internal/deps/undici/undici');
}
