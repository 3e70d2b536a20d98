/**
 * A layout is cached for each document, for as long as the document exists.
 *
 * **Looks like a leak** A map at module level gets an entry of many kilobytes for each new object, and nothing is
 * deleted.
 *
 * **Is none because** It is a `WeakMap`: when the document is collected, its layout is too.
 */
import type { Outcome } from '../../lab/contract.ts';

interface Document {
  readonly words: readonly string[];
}

const layouts = new WeakMap<Document, Float64Array>();

function layout(document: Document): Float64Array {
  const known = layouts.get(document);
  if (known) return known;
  const widths = Float64Array.from({ length: 4096 }, (_, index) => document.words[index]?.length ?? 0);
  layouts.set(document, widths);
  return widths;
}

export async function run(): Promise<Outcome> {
  const document = { words: 'to be or not to be'.split(' ') };
  const first = layout(document);
  return { width: first.reduce((sum, each) => sum + each, 0), isKnown: layout(document) === first };
}
