import { moduleBeside } from '../../shared/module-beside.ts';
import type {
  Adapter,
  ByCommand,
  Command,
  Executable,
  InProcess,
  ProgramRun,
  Said,
} from '../answer/adapter.ts';
import { parseAnswer, type Finding } from '../answer/answer.ts';
import { parseSarif } from '../answer/sarif.ts';

/** Adapter that runs programs. */
export type Runner = InProcess | ByCommand | Executable;

export function isRunner(adapter: Adapter): adapter is Runner {
  return adapter.way === 'in process' || adapter.way === 'command' || adapter.way === 'executable';
}

/** Time that a tool may run on after the program has returned, in ms. */
const usualGrace = 10_000;

/** Returns the time that a tool may run on after the program has returned, in ms. */
export function graceOf(adapter: Runner): number {
  return (
    (adapter.way === 'in process' ? undefined : adapter.grace) ??
    (adapter.way === 'in process' ? 60_000 : usualGrace)
  );
}

/** Returns the command that starts a run. */
export function commandOf(adapter: Runner, run: ProgramRun): Command {
  switch (adapter.way) {
    case 'in process':
      return {
        argv: [
          run.runtime.executable,
          '--disable-warning=ExperimentalWarning',
          ...(adapter.flags ?? []),
          moduleBeside(import.meta.url, '../child/in-process'),
        ],
      };
    case 'command':
      return adapter.command(run);
    case 'executable':
      return { argv: [...adapter.command, run.entry] };
  }
}

/** Returns the findings of a run. @throws if there are none to read, or they can't be read */
export function findingsOf(adapter: Runner, said: Said, run: ProgramRun): readonly Finding[] {
  switch (adapter.way) {
    case 'in process':
      if (said.answer === undefined)
        throw new Error(`the detector gave no answer; exit code ${said.code ?? 'unknown'}`);
      return parseAnswer(said.answer);
    case 'command':
      return adapter.read(said, run);
    case 'executable': {
      if (said.code === undefined && said.stdout.trim() === '')
        throw new Error('killed before it had answered');
      if (said.code !== undefined && said.code > 1)
        throw new Error(`exit code ${said.code}; 0 and 1 are answers`);
      return said.stdout.trimStart().startsWith('{"version"') || said.stdout.includes('"$schema"')
        ? parseSarif(said.stdout, run.folder)
        : parseAnswer(said.stdout);
    }
  }
}
