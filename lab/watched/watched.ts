/** Entry of a watched process. */
import { flushCompileCache } from 'node:module';
import './watched-program.ts';

// now, for the process is killed once its answer has arrived
flushCompileCache();
