/** Where a watched process starts. The lab's own sources are compiled once and kept: half of a short run otherwise. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./watched-program.ts');
