/** Recognizes the part of a file that was read and checked before, by its hash. */
import { createHash } from 'node:crypto';
import { readSync, type BigIntStats } from 'node:fs';
import { isRecord } from '../../shared/record.ts';

/** The lines after the first one, as they were when they were checked. */
export interface Body {
  readonly bytes: number;
  readonly lines: number;
  /** SHA-256 of them. */
  readonly digest: string;
  /** The state of the file, if it had rested long enough that every later change shows in it. */
  readonly rested?: string;
}

/** The ms after which a change gives a file another time on every file system. */
const settled = 2000n;
const chunk = 2 ** 20;

/** Returns the state of a file that has rested, see {@link Body.rested}. */
export function restedState(stats: BigIntStats, now = Date.now()): string | undefined {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const isRested = BigInt(now) - ctimeNs / 1_000_000n > settled;
  return isRested ? [dev, ino, size, mtimeNs, ctimeNs].join(' ') : undefined;
}

/** Returns the hash of a range of a file, which is read in parts; nothing if the file is shorter. */
export function digestOfRange(descriptor: number, begin: number, bytes: number): string | undefined {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(chunk);
  for (let done = 0; done < bytes;) {
    const count = readSync(descriptor, part, 0, Math.min(chunk, bytes - done), begin + done);
    if (count === 0) return undefined;
    hash.update(part.subarray(0, count));
    done += count;
  }
  return hash.digest('hex');
}

/** Returns the hash of bytes. */
export function digestOfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Returns the text that an index keeps. */
export function markOf(body: Body): string {
  return JSON.stringify(body);
}

/** Returns the body of such a text; nothing if it is not one. */
export function bodyOf(mark: string): Body | undefined {
  if (mark === '') return undefined;
  const value: unknown = JSON.parse(mark);
  if (!isRecord(value)) return undefined;
  const { bytes, lines, digest } = value;
  const fits = typeof bytes === 'number' && typeof lines === 'number' && typeof digest === 'string';
  return fits ? (value as unknown as Body) : undefined;
}
