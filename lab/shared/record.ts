/** Checks of values that come from a file or another process. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reports whether a value is an object with named properties. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reports whether each of these properties is a non-empty text. */
export function hasParts(value: unknown, names: readonly string[]): value is Fields {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string' && value[name] !== '');
}

/** Returns the value as an object. @throws if it is none */
export function recordOf(value: unknown): Fields {
  if (isRecord(value)) return value;
  throw new Error(`expected an object, got ${show(value)}`);
}

/** Returns a property that is a text. @throws if it is none */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new Error(`expected a string as ${name}, got ${show(value)}`);
}

/** Returns a property that is a finite number. @throws if it is none */
export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`expected a number as ${name}, got ${show(value)}`);
}

/** Returns a value as an error message shows it. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
