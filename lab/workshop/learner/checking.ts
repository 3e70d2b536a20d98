import { join } from 'node:path';
import { answer } from './answering.ts';
import type { Sandbox } from '../judge/sandbox-run.ts';
import type { Exercise } from '../exercise/exercise.ts';
import { placesMarked } from '../judge/find-phase.ts';
import { exerciseFolder, progressOf, sourcesIn } from './folder.ts';
import { judgeFix } from '../judge/judge-fix.ts';
import { mainFile } from '../exercise/layout.ts';
import { referenceOf, type Reference } from '../judge/reference.ts';
import { describeJudgement } from './messages.ts';
import { printedJudgement, type PrintedJudgement } from './judgement-messages.ts';
import { exerciseOf, update, type Session, type Reply } from './session.ts';
import type { Progress } from './state-file.ts';

/** Checks the current exercise: its named lines, or its fix. */
export async function check(session: Session, checking: Checking): Promise<Reply> {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  const folder = exerciseFolder(session.workshop, progress);
  const sources = sourcesIn(folder, exercise);
  if (progress.phase === 'find') {
    const places = exercise.parts.flatMap(({ file, start }) =>
      placesMarked(file, start.source, sources.get(file) ?? ''),
    );
    if (places.length > 0) return answer(session, progress, exercise, places);
    return {
      lines: [
        'find the line first',
        'next: write // HERE at the end of the line and save, or npm run find -- 12',
      ],
      json: { version: 1, exercise: progress.name, phase: 'find', verdict: 'fail', places: [] },
      holds: false,
    };
  }
  const reference = await checking.referenceOf(exercise);
  const attempt = { file: join(folder, mainFile), sources };
  const judgement = printedJudgement(await judgeFix(exercise, attempt, reference, checking.sandbox));
  const after = passedOrFailed(progress, judgement);
  // the learner may have reset it meanwhile
  const { phase } = progressOf(session.workshop, progress.name);
  if (phase === progress.phase) update(session, after);
  return {
    lines: describeJudgement(judgement, after),
    json: { ...judgement, exercise: progress.name, phase: 'fix' },
    holds: judgement.verdict === 'pass',
  };
}

function passedOrFailed(progress: Progress, { verdict, looksLike }: PrintedJudgement): Progress {
  if (verdict === 'pass') return { ...progress, phase: 'done' };
  // a pass stays a pass, and checking the untouched program is no try
  if (progress.phase === 'done' || looksLike === 'unchanged') return progress;
  return { ...progress, fails: progress.fails + 1 };
}

/** A sandbox and the measured references that checks share. */
export class Checking {
  readonly sandbox: Sandbox;
  readonly #references = new Map<string, Promise<Reference>>();

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  referenceOf(exercise: Exercise): Promise<Reference> {
    const known = this.#references.get(exercise.key) ?? referenceOf(exercise, this.sandbox);
    this.#references.set(exercise.key, known);
    return known;
  }
}
