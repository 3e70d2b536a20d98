import { authorOf } from '../origin/frame.ts';
import type { NodeHolder } from './node-holders.ts';

/** The holder of objects whose number grows. */
export interface Holder {
  /** The way in words, from a variable down: `` `sessions` (Map) in session-store.ts:12 ``, `entry`, `Session`. */
  readonly path: readonly string[];
  /** The innermost name of a variable or property on the way. */
  readonly name?: string;
  /** The declaration of the variable; line 0 if it is unknown. Absent for what the engine holds, as `globalThis`. */
  readonly declared?: { readonly file: string; readonly line: number };
  /** The container of Node's that holds the objects. */
  readonly node?: NodeHolder;
}

/** Reports whether a variable of the program or of a package holds the container. */
export function isThePrograms({ declared }: Holder): boolean {
  if (!declared) return false;
  const author = authorOf(declared.file);
  return author === 'user' || author === 'package';
}
