import { basename, relative } from 'node:path';
import type { Said } from '../answer/adapter.ts';

/** Limit for the output of a tool, in characters. */
const rawSize = 4000;

/** Folders of one run, and of this machine. */
export interface RunPaths {
  readonly folder: string;
  readonly scratch: string;
  /** Root of the catalogue. */
  readonly root: string;
}

/** Returns the output of a tool, shortened. */
export function rawOf({ stdout, stderr, answer }: Said): string {
  const parts = [answer ?? '', stdout, stderr].map((part) => part.trim()).filter((part) => part !== '');
  const text = parts.join('\n\n');
  return text.length > rawSize ? `${text.slice(0, rawSize)}\n… (cut)` : text;
}

/** Replaces paths of this machine by placeholders. */
export function clean(text: string, { folder, scratch, root }: RunPaths): string {
  // a test runner may show paths relative to its own folder
  return text
    .replaceAll(folder, '<run>')
    .replaceAll(scratch, '<scratch>')
    .replaceAll(basename(folder), '<run>')
    .replaceAll(`${root}/`, '')
    .replaceAll(relative(process.cwd(), folder) || folder, '<run>');
}
