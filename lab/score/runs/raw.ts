import { basename, relative } from 'node:path';
import type { Said } from '../answer/adapter.ts';

/** How much of what a tool says is kept, in characters. */
const rawSize = 4000;

/** Folders of one run, and of this machine. */
export interface RunPaths {
  readonly folder: string;
  readonly scratch: string;
  /** The catalogue's root. */
  readonly root: string;
}

/** What a tool has said, cut to a size that can be kept. */
export function rawOf({ stdout, stderr, answer }: Said): string {
  const parts = [answer ?? '', stdout, stderr].map((part) => part.trim()).filter((part) => part !== '');
  const text = parts.join('\n\n');
  return text.length > rawSize ? `${text.slice(0, rawSize)}\n… (cut)` : text;
}

/** Paths of this machine become what they stand for. */
export function clean(text: string, { folder, scratch, root }: RunPaths): string {
  // where a test runner shows paths, it may do so from its own folder
  return text
    .replaceAll(folder, '<run>')
    .replaceAll(scratch, '<scratch>')
    .replaceAll(basename(folder), '<run>')
    .replaceAll(`${root}/`, '')
    .replaceAll(relative(process.cwd(), folder) || folder, '<run>');
}
