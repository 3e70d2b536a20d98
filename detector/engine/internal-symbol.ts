/**
 * The value under a symbol that Node or a library keeps to itself, found by the symbol's description.
 *
 * Handles name their owner so, undici's sockets their client, and web streams their state. Where a
 * release renames one, the answer is undefined and the probe that asked sees less; nothing breaks.
 */
export function hidden(holder: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(holder).find((each) => each.description === description);
  return symbol === undefined ? undefined : Reflect.get(holder, symbol);
}

/** The same, if it is an object. */
export function hiddenObject(holder: object | undefined, description: string): object | undefined {
  if (!holder) return undefined;
  const value = hidden(holder, description);
  return typeof value === 'object' && value !== null ? value : undefined;
}
