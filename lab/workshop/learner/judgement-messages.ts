/** Words for a judgement, and its form in `--json`. */
import { basename } from 'node:path';
import type { Report } from '../../../detector/index.ts';
import type { Program } from '../../catalogue/program.ts';
import { firstSentence, partOf } from '../../catalogue/story.ts';
import { observables } from '../../contract.ts';
import type { Ending } from '../../watched/messages.ts';
import { outOfMemory } from '../../watched/sandbox.ts';
import { firstLine } from '../judge/endings.ts';
import type { Judgement, Likeness, Objection, OracleFacts, Reason } from '../judge/judgement.ts';

const meanings: Readonly<Record<Likeness, string>> = {
  unchanged: 'the program is unchanged',
  empty: 'this looks like an empty file: it leaks nothing, and does nothing',
  deleted: 'this looks like the feature deleted with its leak: keep what the program does, and end it',
  swallowed: 'this looks like an error swallowed: what is caught here has to reach the caller',
  'time-out': 'this looks like a time-out made longer or shorter: times are part of the job, leave them',
  unref: 'this looks like unref: it lets the process end, but what was made stays',
  limit: 'this looks like a limit raised: the warning is gone, what it warned of is not',
  caller: 'this looks like the caller changed: leave `run` as it is, fix what it calls',
};

/** A judgement as `check --json` prints it. */
export interface PrintedJudgement {
  readonly version: 1;
  readonly verdict: Judgement['verdict'];
  readonly looksLike?: Likeness | 'known mistake';
  /** The wrong fix that it is like: `unref` of `store.wrong-unref.ts`. */
  readonly mistake?: string;
  /** Messages for people, the most telling first. */
  readonly messages: readonly string[];
  readonly detector?: Report;
  /** Counts that grow, in units per run (heap: bytes); none if the oracle did not count. */
  readonly oracle?: Extract<OracleFacts, { readonly kind: 'counted' }>['grown'];
}

export function printedJudgement(judgement: Judgement): PrintedJudgement {
  const { verdict, detector, oracle } = judgement;
  const { looksLike, mistake }: Partial<Objection> = verdict === 'pass' ? {} : judgement;
  const likeness = mistake ? 'known mistake' : looksLike;
  return {
    version: 1,
    verdict,
    ...(likeness && { looksLike: likeness }),
    ...(mistake && { mistake: mistakeName(mistake) }),
    messages: messagesOf(judgement),
    ...(detector && { detector }),
    ...(oracle?.kind === 'counted' && { oracle: oracle.grown }),
  };
}

/** Returns the short name of a wrong fix: `unref` of `store.wrong-unref.ts`. */
export function mistakeName({ file }: Program): string {
  return basename(file, '.ts').replace(/^[^.]*\.wrong-/, '');
}

/** Says what a wrong fix tried, and why it still leaks. */
export function explain({ story }: Program): string {
  const tried = firstSentence(story.opening.replace(/^Tried: /, ''));
  const reason = partOf(story, 'Still leaks because');
  return `this looks like a wrong fix that people try: ${tried}. It still leaks because ${reason}`;
}

function messagesOf(judgement: Judgement): string[] {
  if (judgement.verdict === 'pass') {
    const { faults } = judgement;
    const also = faults.length === 0 ? '' : `, also when ${faults.join(', and when ')}`;
    return [
      'nothing leaks: the detector finds no leak, and nothing grows over 25 runs',
      `the job is done as before${also}`,
    ];
  }
  const { mistake, looksLike, reason } = judgement;
  return [
    ...(mistake ? [explain(mistake)] : []),
    ...(looksLike ? [meanings[looksLike]] : []),
    ...detailsOf(reason),
  ];
}

function detailsOf(reason: Reason): string[] {
  switch (reason.kind) {
    case 'missing file':
      return [`${reason.file} is missing: leaklab workshop reset brings it back`];
    case 'empty file':
      return [];
    case 'ending':
      return [endingOf(reason.ending)];
    case 'out of memory':
      return [`${outOfMemory} when it ran again and again: ${reason.reason}`];
    case 'outcome':
      return [
        `\`run\` returns ${JSON.stringify(reason.outcome)}, and should return ${JSON.stringify(reason.wanted)}`,
      ];
    case 'leak':
      return [leaksOf(reason.leaks), growthOf(reason.oracle)];
    case 'caller changed':
      return [`\`run\` of ${reason.file} was changed`];
    case 'call gone':
      return [`\`${reason.name}\` of line ${reason.lines.join(', ')} is gone`];
    case 'time gone':
      return [`${reason.time} is no longer in ${reason.file}`];
    case 'request gone':
      return [`the program no longer does this: ${reason.request}`];
    case 'ending under fault': {
      const { fault, ending, wanted } = reason;
      return [`when ${fault}, ${endingOf(ending)}; the reference: ${endingOf(wanted)}`];
    }
    case 'leak under fault':
      return [`it leaks when ${reason.fault}: ${kindsOf(reason.leaks)}`];
  }
}

function endingOf(ending: Ending): string {
  switch (ending.how) {
    case 'returned':
      return `it returned ${JSON.stringify(ending.outcome)}`;
    case 'finished':
      return 'there is no `run` to call: the exercise has to export it';
    case 'threw':
      return `it ${ending.code === 'ERR_ACCESS_DENIED' ? 'may not do that here' : 'threw'}: ${firstLine(ending.error)}`;
    case 'exited':
      return `it called process.exit(${ending.code}), which also ends its caller`;
    case 'hung':
      return ending.where === 'run' ? '`run` never returned' : 'its top level never finished';
    case 'lost':
      return ending.reason;
  }
}

function leaksOf(leaks: Report['leaks']): string {
  if (leaks.length === 0) return 'the detector finds nothing after one run';
  const count = leaks.reduce((sum, each) => sum + each.count, 0);
  const places = leaks.flatMap(({ site }) => (site ? [`${basename(site.file)}:${site.line}`] : []));
  const where = places.length === 0 ? 'at no line of yours' : `at ${[...new Set(places)].join(', ')}`;
  return `the detector finds ${count === 1 ? 'a leak' : `${count} leaks`}: ${kindsOf(leaks)} ${where}`;
}

function kindsOf(leaks: Report['leaks']): string {
  return [...new Set(leaks.map(({ kind }) => kind))].join(', ');
}

function growthOf(oracle: OracleFacts): string {
  const facts = oracle.kind === 'failed' ? [oracle.reason] : countsOf(oracle);
  return facts.length === 0
    ? 'the oracle finds nothing that grows over 25 runs'
    : `the oracle, over 25 runs: ${facts.join('; ')}`;
}

function countsOf({ grown, differed }: Extract<OracleFacts, { readonly kind: 'counted' }>): string[] {
  const growth = observables.flatMap((name) => {
    const perRun = grown[name];
    if (perRun === undefined) return [];
    if (name === 'heap') return [`heap grows by ${Math.round(perRun / 1000)} kB a run`];
    const whole = Math.round(perRun);
    const isWhole = whole > 0 && Math.abs(perRun - whole) < 0.25;
    return [`${name} grow by about ${isWhole ? whole : perRun.toFixed(1)} a run`];
  });
  if (!differed) return growth;
  return [...growth, `run ${differed.k} returns ${differed.outcome}, the first returned ${differed.first}`];
}
