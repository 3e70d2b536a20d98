import { join } from 'node:path';
import { projectRoot } from '../../shared/project-root.ts';
import type { About, InProcess } from '../answer/adapter.ts';

const child = join(projectRoot, 'lab', 'score', 'child');

/** Returns an adapter whose module lies in lab/score/child, by default under the adapter's name. */
export function inProcess(about: About, module = about.name): InProcess {
  return { ...about, way: 'in process', module: join(child, `${module}.ts`), flags: ['--expose-gc'] };
}

/** Configuration of tools without their own wait; child/settle.ts waits for them. */
export const wait =
  'Asked when the program has returned and what is about to end has had up to 1000 ms, with garbage collections';
