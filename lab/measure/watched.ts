/** Where a watched process starts. The lab's own sources are compiled once and kept: half of a short run otherwise. */
import { enableCompileCache, flushCompileCache } from 'node:module';

enableCompileCache();
await import('./watched-program.ts');
// at once: when its answer is there, the process is killed
flushCompileCache();
