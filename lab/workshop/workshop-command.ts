import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ownCatalogue } from '../catalogue/own-catalogue.ts';
import { shardOf, shareOf } from '../shared/shard.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { agenda, lengthOf, tracksFor } from './exercise/agenda.ts';
import { answerKey } from './learner/answer-key.ts';
import { openSandbox } from './judge/sandbox-run.ts';
import type { Exercise } from './exercise/exercise.ts';
import { findWorkshop, folderNames, initFolder, verbsOfLearner } from './learner/folder.ts';
import { find, showAnswer } from './learner/answering.ts';
import { check, Checking } from './learner/checking.ts';
import { list, next, resume } from './learner/progress.ts';
import { hint, reset, solution } from './learner/help.ts';
import type { Session, Reply } from './learner/session.ts';
import { proveCommand } from './prove-command.ts';
import { Exercises, trackNames } from './exercise/tracks.ts';
import { watchExercise } from './watch.ts';

const workshopHelp = `usage: leaklab workshop init [FOLDER] [--track NAME] [--exercises LIST] [--hide-solutions]
       leaklab workshop resume|check|watch|hint|list [--folder FOLDER] [--json]
       leaklab workshop find LINE… [--show]
       leaklab workshop next|reset|solution [NAME] [--yes]
       leaklab workshop key|agenda [--track NAME] [--exercises LIST] [--for 90|day] [--start 09:00]
       leaklab workshop prove [NAME…] [--track NAME] [--shard I/N]

Exercises made from the pairs: find the line that leaks, then fix it.

init makes a folder for your editor; resume says where you are; find names the line, check judges a fix,
watch checks at each save. Hints are three in each phase. The solution comes after a pass. key and agenda are
for the teacher: all answers, and a timed plan. prove runs every exercise: untouched and emptied it fails, fixed
it passes, each wrong fix fails with its own message.

  --track NAME      ${trackNames.join(', ')}, or several by commas
                    (default first-steps; for an agenda, what fits its length)
  --exercises LIST  those and in this order, by commas: a pair's id, report/ID, incident/1
  --hide-solutions  solution shows nothing in this folder
  --folder FOLDER   a learner's folder; default the one around the current folder
  --show            show the line, when all hints are used up
  --yes             reset without asking
  --for LENGTH      90 (minutes) or day
  --start TIME      when it begins (default 09:00)
  --shard I/N       prove only the Ith of N parts
  --json            print one object, with a version

exit code: 0 it holds: found, passed, all proven; 1 not yet; 2 used wrongly`;

export const verb: Verb = { help: workshopHelp, run: workshopCommand };

/** The verbs of `leaklab workshop`. */
const verbs = ['init', ...verbsOfLearner, 'key', 'agenda', 'prove'];

/** Verbs that measure a fix. */
const judging: readonly string[] = ['check', 'watch', 'prove'];

const options = {
  json: { type: 'boolean', default: false },
  track: { type: 'string' },
  exercises: { type: 'string' },
  'hide-solutions': { type: 'boolean', default: false },
  folder: { type: 'string' },
  show: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  for: { type: 'string', default: '90' },
  start: { type: 'string', default: '09:00' },
  shard: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ readonly options: typeof options }>>['values'];

/** Runs `leaklab workshop`, prints to standard output, and returns the exit code. */
async function workshopCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const [verb = 'resume', ...names] = positionals;
  if (!verbs.includes(verb))
    throw new UsageError(`no workshop verb ${JSON.stringify(verb)}`, `one of ${verbs.join(', ')}`);
  if (judging.includes(verb) && process.platform !== 'linux')
    throw new UsageError(
      `${verb} needs the oracle, which reads /proc of Linux; this is ${process.platform}`,
      'use Linux, also in a container or WSL; find, hint, next and list work here',
    );
  // first, as reading the catalogue takes a second
  const workshop = verbsOfLearner.includes(verb) ? findWorkshop(values.folder ?? '.') : undefined;
  const exercises = new Exercises(await ownCatalogue());
  const print = (reply: Reply): void => {
    process.stdout.write(values.json ? `${JSON.stringify(reply.json)}\n` : `${reply.lines.join('\n')}\n`);
  };
  if (verb === 'prove') {
    const { list: all } = chosen(exercises, values, names, 'all');
    return proveCommand(
      shareOf(all, values.shard === undefined ? undefined : shardOf(values.shard)),
      values.json,
    );
  }
  if (!workshop) {
    const reply = teach(verb, names, exercises, values);
    print(reply);
    return reply.holds ? 0 : 1;
  }
  const session: Session = { workshop, exercises };
  if (verb === 'watch') return watchExercise(session, print);
  const reply = await learn(verb, names, session, values);
  print(reply);
  return reply.holds ? 0 : 1;
}

async function learn(
  verb: string,
  names: readonly string[],
  session: Session,
  values: Values,
): Promise<Reply> {
  const [name] = names;
  switch (verb) {
    case 'find':
      if (values.show) return showAnswer(session);
      if (names.length === 0) throw new UsageError('no line is named', 'npm run find -- 12');
      return find(session, names);
    case 'check': {
      const sandbox = await openSandbox();
      try {
        return await check(session, new Checking(sandbox));
      } finally {
        await sandbox.close();
      }
    }
    case 'hint':
      return hint(session);
    case 'next':
      return next(session, name);
    case 'reset':
      return reset(session, name, values.yes);
    case 'solution':
      return solution(session, name);
    case 'list':
      return list(session);
    default:
      return resume(session);
  }
}

function teach(verb: string, names: readonly string[], exercises: Exercises, values: Values): Reply {
  const usual = verb === 'agenda' ? tracksFor(values.for) : 'first-steps';
  const { track, list } = chosen(exercises, values, [], usual);
  const folders = folderNames(list);
  if (verb === 'init') {
    const [name = 'leaklab-workshop'] = names;
    const solutions = values['hide-solutions'] ? 'hidden' : 'shown';
    const { folder, missing } = initFolder(resolve(name), list, { track, solutions });
    const shown = `${list.length} ${list.length === 1 ? 'exercise' : 'exercises'}`;
    return {
      lines: [
        `${shown} in ${name}`,
        ...(missing.length > 0
          ? [
              `an editor will miss ${missing.join(', ')}: npm install --save-dev ${missing.join(' ')} in ${name}`,
            ]
          : []),
        `next: cd ${name}, open it in your editor, and npm run resume`,
      ],
      json: { version: 1, folder, track, exercises: folders, missing },
      holds: true,
    };
  }
  if (verb === 'key') {
    const text = answerKey(list, folders);
    return { lines: [text.trimEnd()], json: { version: 1, markdown: text }, holds: true };
  }
  const length = lengthOf(values.for);
  const named = list.map((exercise, index) => ({ name: folders[index] ?? '', exercise }));
  const lines = agenda(length, values.start, named);
  return { lines, json: { version: 1, for: length, lines }, holds: true };
}

/** Returns the exercises that a list or tracks name, by default those of the usual track. */
function chosen(
  exercises: Exercises,
  values: Values,
  names: readonly string[],
  usual: string,
): { track: string; list: readonly Exercise[] } {
  const listed = [...names, ...(values.exercises?.split(',') ?? [])].map((name) => name.trim());
  if (listed.length > 0) return { track: 'chosen', list: listed.map((name) => exercises.named(name)) };
  const track = values.track ?? usual;
  const list = track.split(',').flatMap((name) => {
    const known = trackNames.find((each) => each === name.trim());
    if (!known) throw new UsageError(`no track ${JSON.stringify(name)}`, `one of ${trackNames.join(', ')}`);
    return exercises.track(known);
  });
  return { track, list };
}
