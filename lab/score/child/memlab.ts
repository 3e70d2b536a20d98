import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import type { Watch } from '../answer/adapter.ts';
import type { Finding } from '../answer/answer.ts';
import { settle } from './settle.ts';

/** Number of runs before the first heap snapshot: modules and code that load at first are no growth. */
const warmUp = 3;
/** Number of heap snapshots, with a run between them. */
const snapshots = 4;

/** Runs `memlab analyze unbound-object` on snapshots of the heap: it finds objects whose retained size has grown. */
export const watch: Watch = ({ again }) => ({
  findings: async () => {
    // in the folder of this run
    const folder = join(process.cwd(), 'snapshots');
    mkdirSync(folder);
    // the first run was before
    for (let run = 2; run <= warmUp; run += 1) await again();
    for (let snapshot = 1; snapshot <= snapshots; snapshot += 1) {
      if (snapshot > 1) await again();
      await settle(() => true);
      writeHeapSnapshot(join(folder, `s${snapshot}.heapsnapshot`));
    }
    // in another process: its modules would be in the heap
    const analysis = join(import.meta.dirname, 'memlab-analysis.cjs');
    return parseReport(
      execFileSync(process.execPath, [analysis, folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 64 * 1024 * 1024,
      }),
    );
  },
});

/** Reads lines such as `· Map [object](@91769):  36.5KB > 72.9KB`. */
function parseReport(text: string): readonly Finding[] {
  const growing = [...text.matchAll(/^· (.+?) \[(?:object|closure|regexp)\]\(@\d+\): /gm)];
  if (growing.length === 0 && !text.includes('No increasing objects found'))
    throw new Error('memlab has not come to its report');
  return growing.map(([, type = 'object']) => ({ kind: 'memory', type }));
}
