import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | undefined;

/**
 * Makes V8 collect garbage, with or without `--expose-gc`.
 *
 * Call it from a plain function that holds nothing: the registers of a suspended async function keep alive what they
 * last held.
 */
export function collectGarbage(): void {
  if (!gc) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
