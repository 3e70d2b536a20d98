import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MochaModule } from './types.ts';

const require = createRequire(import.meta.url);

/** Returns the mocha that runs in this process: it is loaded before what its `--require` names. */
export function runningMocha(): MochaModule {
  const file = Object.keys(require.cache).find((each) => /[\\/]lib[\\/]mocha\.c?js$/.test(each));
  const loaded: unknown = file === undefined ? undefined : require.cache[file]?.exports;
  const mocha = isMocha(loaded) ? loaded : (require('mocha') as MochaModule);
  const { version = 'unknown' } = mocha.prototype;
  if (Number.parseInt(version, 10) < 8) refuse(version);
  return mocha;
}

function isMocha(value: unknown): value is MochaModule {
  return typeof value === 'function' && 'Runner' in value && 'Runnable' in value;
}

/** Ends the process with what is needed; mocha 7 would fail at printing an error. */
function refuse(version: string): never {
  writeSync(2, `leaklab/mocha needs mocha 8 or later, and mocha ${version} runs here: update mocha\n`);
  process.exit(2);
}
