/** Refuses to load where the detector would see nothing; each entry imports it before all else. */
import { whyUnsupported } from './supported.ts';

const reason = whyUnsupported(process.versions);
if (reason !== undefined) {
  const error = new Error(`leaklab: ${reason}`);
  // the stack would only show how the entry was imported
  error.stack = error.message;
  throw error;
}
