import { availableParallelism } from 'node:os';
import { mainFile } from './exercise/layout.ts';
import { layOut, openSandbox, type Sandbox } from './judge/sandbox-run.ts';
import { answersOf, filesOf, type Exercise } from './exercise/exercise.ts';
import { hintsFor } from './exercise/hints.ts';
import { judgeFix } from './judge/judge-fix.ts';
import { wrongFixesOf } from './judge/mistakes.ts';
import { referenceOf, type Reference } from './judge/reference.ts';
import { mistakeName, printedJudgement, type PrintedJudgement } from './learner/judgement-messages.ts';

/** A proven or failed claim of an exercise. */
export interface Proof {
  readonly exercise: Exercise;
  /** The claim, such as `untouched`, `reference`, `wrong-unref` or `hints`. */
  readonly claim: string;
  readonly holds: boolean;
  /** The result, if it does not hold. */
  readonly instead?: string;
}

export interface ProveOptions {
  /** Exercises at a time; they wait more than they work. */
  readonly concurrency?: number;
  readonly onProven?: (proofs: readonly Proof[], done: number) => void;
}

/**
 * Proves that each exercise fails untouched and emptied, its reference passes, each wrong fix is recognised, and
 * hints and answers are there.
 */
export async function proveExercises(
  exercises: readonly Exercise[],
  { concurrency = availableParallelism() * 2, onProven }: ProveOptions = {},
): Promise<Proof[]> {
  const sandbox = await openSandbox();
  const proofs = new Map<Exercise, readonly Proof[]>();
  const waiting = [...exercises];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const proven = await proveExercise(next, sandbox);
      proofs.set(next, proven);
      onProven?.(proven, proofs.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    await sandbox.close();
  }
  return exercises.flatMap((exercise) => proofs.get(exercise) ?? []);
}

async function proveExercise(exercise: Exercise, sandbox: Sandbox): Promise<Proof[]> {
  const proof = (claim: string, instead: string | undefined): Proof => ({
    exercise,
    claim,
    holds: instead === undefined,
    ...(instead !== undefined && { instead }),
  });
  const reference = await referenceOf(exercise, sandbox);
  const judged = (files: ReadonlyMap<string, string>): Promise<PrintedJudgement> =>
    judgeFiles(exercise, files, reference, sandbox);
  const start = filesOf(exercise, 'start');
  const proofs = [
    proof('hints', wrongHints(exercise)),
    proof('answers', wrongAnswers(exercise)),
    proof('reference', unlessPass(await judged(filesOf(exercise, 'fixed')))),
    proof('untouched', unlessFail(await judged(start), 'unchanged')),
  ];
  for (const part of exercise.parts) {
    const { file, isLeaking } = part;
    const emptied = await judged(new Map([...start, [file, '']]));
    proofs.push(proof(`emptied ${file}`, unlessFail(emptied, 'empty')));
    // the parts of an incident are proven one by one elsewhere
    if (!isLeaking || exercise.kind !== 'program') continue;
    for (const { program, source } of wrongFixesOf(part)) {
      const how = mistakeName(program);
      const judgement = await judged(new Map([...start, [file, source]]));
      proofs.push(proof(`wrong-${how}`, unlessFail(judgement, 'known mistake', how)));
    }
  }
  if (exercise.kind === 'incident') {
    for (const part of exercise.parts.filter(({ isLeaking }) => isLeaking)) {
      const partly = new Map([...filesOf(exercise, 'fixed'), [part.file, part.start.source]]);
      const judgement = await judged(partly);
      proofs.push(
        proof(`all but ${part.file}`, judgement.verdict === 'fail' ? undefined : described(judgement)),
      );
    }
  }
  return proofs;
}

/** Judges files as if a learner had them. */
export async function judgeFiles(
  exercise: Exercise,
  files: ReadonlyMap<string, string>,
  reference: Reference,
  sandbox: Sandbox,
): Promise<PrintedJudgement> {
  const attempt = { file: layOut(files, sandbox), sources: files };
  return printedJudgement(await judgeFix(exercise, attempt, reference, sandbox));
}

function unlessPass(judgement: PrintedJudgement): string | undefined {
  return judgement.verdict === 'pass' ? undefined : described(judgement);
}

function unlessFail(
  judgement: PrintedJudgement,
  looksLike: NonNullable<PrintedJudgement['looksLike']>,
  mistake?: string,
): string | undefined {
  const isRight =
    judgement.verdict === 'fail' && judgement.looksLike === looksLike && judgement.mistake === mistake;
  return isRight ? undefined : described(judgement);
}

function described({ verdict, looksLike, mistake, messages }: PrintedJudgement): string {
  return `${[verdict, looksLike, mistake].filter((each) => each !== undefined).join(', ')}: ${messages.join('; ')}`;
}

function wrongHints(exercise: Exercise): string | undefined {
  for (const phase of ['find', 'fix'] as const) {
    const hints = hintsFor(exercise, phase);
    if (hints.length !== 3 || hints.some((hint) => hint.trim() === ''))
      return `${phase}: ${JSON.stringify(hints)}`;
    if (new Set(hints).size !== 3) return `${phase}: the same hint twice: ${JSON.stringify(hints)}`;
  }
  return undefined;
}

function wrongAnswers(exercise: Exercise): string | undefined {
  const answers = answersOf(exercise);
  if (answers.length === 0) return 'there is no line to find';
  const files = filesOf(exercise, 'start');
  if (!files.has(mainFile)) return `there is no ${mainFile}`;
  for (const { file, line } of answers) {
    const text = files.get(file)?.split('\n')[line - 1];
    if (text === undefined || text.trim() === '') {
      // where a line is added, one of its neighbours may be empty
      if (exercise.kind !== 'report') return `${file}:${line} is no line`;
    }
  }
  const given = [...files.values()].join('\n');
  const secret = /\/\/ (?:LEAK|ALSO|FIX|TRIED)\b|satisfies Pattern|\*\*What leaks/.exec(given)?.[0];
  return secret === undefined ? undefined : `the exercise says ${JSON.stringify(secret)}`;
}
