import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observable } from '../../contract.ts';
import { readProofs, type ProofFile } from '../../oracle/proof-file.ts';
import { growthCurves, growthOf } from './growth.ts';
import { settlingFile, type SettlingFile } from './settling.ts';
import { picture, text } from './svg.ts';

/** Pairs with a typical curve, one for each observable. */
const typical: readonly (readonly [Observable, string, string])[] = [
  ['handles', 'timer/interval-never-cleared', 'timers and other handles'],
  ['fds', 'stream/pipe-client-gone', 'open files'],
  ['sockets', 'pool/committed-and-not-released', 'open connections'],
  ['children', 'worker/grandchild-survives-shell', 'child processes'],
  ['listeners', 'missing-abort/abort-listeners-pile-up', 'listeners'],
  ['stalls', 'waitgroup/mutex-not-released-on-throw', 'functions that wait'],
  ['heap', 'cache/session-never-pruned', 'memory, kB more'],
];

/** Returns the pictures of docs/pictures/ by name, drawn from the measurements. */
export function picturesOf(root: string): ReadonlyMap<string, string> {
  return new Map([
    ['growth.svg', growthPicture(readProofs(root))],
    [
      'settling.svg',
      settlingPicture(JSON.parse(readFileSync(join(root, settlingFile), 'utf8')) as SettlingFile),
    ],
  ]);
}

/** Draws small pictures, one for each observable: all grow alike. */
function growthPicture(proofs: readonly ProofFile[]): string {
  const [columns, cell, row] = [4, 205, 178];
  const parts = typical.map(([observable, id, unit], index) => {
    const growth = growthOf(id, observable, proofs);
    const isHeap = observable === 'heap';
    const drawn = (values: readonly number[]): readonly number[] =>
      isHeap ? values.map((value) => Math.max(0, Math.round(value / 1000))) : values;
    return growthCurves(
      { runs: growth.runs, pattern: drawn(growth.pattern), fix: drawn(growth.fix) },
      {
        left: 36 + (index % columns) * cell,
        top: 30 + Math.floor(index / columns) * row,
        width: 106,
        height: 92,
        unit,
      },
    );
  });
  const names = typical.map(([, id]) => id).join(', ');
  return picture(
    columns * cell,
    2 * row - 10,
    `what grows when a leaking program runs 1, 5 and 25 times, and stays flat once fixed: ${names}`,
    parts.join(''),
  );
}

/** Draws the number of programs that were quiet by each moment at which a check looks. */
function settlingPicture({ programs, node }: SettlingFile): string {
  const moments = new Map<string, { readonly order: number; count: number }>();
  for (const { turns, ms } of programs) {
    const [name, order] =
      ms === null
        ? ['not within 1000 ms', Infinity]
        : ms > 0
          ? [`after ${ms} ms`, ms + 10]
          : [momentOf(turns ?? 0), turns ?? 0];
    const moment = moments.get(name) ?? { order, count: 0 };
    moment.count += 1;
    moments.set(name, moment);
  }
  const rows = [...moments].toSorted(([, a], [, b]) => a.order - b.order);
  const most = Math.max(...rows.map(([, { count }]) => count));
  const [left, width, step] = [140, 520, 26];
  const content = rows.flatMap(([name, { count }], index) => [
    text(left - 10, 22 + index * step, 'end', name),
    `<rect class="bar" x="${left}" y="${10 + index * step}" width="${Math.max(2, Math.round((count / most) * width))}" height="16" rx="2"/>`,
    text(
      left + Math.max(2, Math.round((count / most) * width)) + 8,
      22 + index * step,
      'start',
      String(count),
    ),
  ]);
  const height = rows.length * step + 34;
  return picture(
    720,
    height,
    `when everything of ${programs.length} clean programs had ended: ${rows.map(([name, { count }]) => `${name} ${count}`).join(', ')}`,
    [
      ...content,
      text(left, height - 6, 'start', `${programs.length} clean programs, Node ${node.slice(1)}`),
    ].join(''),
  );
}

function momentOf(turns: number): string {
  return turns === 0 ? 'at once' : `after ${turns} turn${turns === 1 ? '' : 's'}`;
}
