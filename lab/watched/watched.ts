/** Where a watched process starts. */
import { flushCompileCache } from 'node:module';
import './watched-program.ts';

// at once: when its answer is there, the process is killed
flushCompileCache();
