import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { leak, only, placesIn, brief, nothing, type BriefFinding } from '../fixtures/left-by.ts';
import { find, verifyNone, type Report } from '../index.ts';

const at = placesIn(import.meta.filename);

class Visit {
  readonly page: string;

  constructor(page: string) {
    this.page = page;
  }
}

class Guest {
  static readonly all = new Set<Guest>();
  readonly name = 'guest';
}

let visits = 0;
const visitsByPage = new Map<string, Visit>(); // here: declared
const audit: { readonly visit: number }[] = [];
const seen: Record<string, { readonly at: number }> = {};
let latest: { readonly before: unknown } | undefined;
const listenersOf = new Map([['open', new Array<() => void>()]]);

function remember(): void {
  visits += 1;
  visitsByPage.set(`/page/${visits}`, new Visit('tea')); // here: map
}

function note(): void {
  visits += 1;
  for (let entry = 0; entry < 3; entry += 1) audit.push({ visit: visits }); // here: array
}

function see(): void {
  visits += 1;
  seen[`visitor ${visits}`] = { at: visits }; // here: dictionary
}

function link(): void {
  latest = { before: latest }; // here: chain
}

function greet(): void {
  Guest.all.add(new Guest()); // here: static
}

async function listen(): Promise<void> {
  await sleep(1);
  const page = visits;
  listenersOf.get('open')?.push(() => expect(page).toBe(0)); // here: closure
}

const releases = new FinalizationRegistry((release: () => void) => release());

function open(): void {
  const visit = new Visit('salt');
  releases.register(visit, () => expect(visit.page).toBe('salt')); // here: registry
}

interface Grown {
  readonly work: () => unknown;
  readonly leak: Pick<BriefFinding, 'type' | 'at'> & Partial<BriefFinding>;
  readonly path: readonly string[];
}

const file = 'find-growth.long.test.ts';
const grown: Record<string, Grown> = {
  'an entry of a Map': {
    work: remember,
    leak: { type: 'Visit', at: at('map', 'remember') },
    path: [`\`visitsByPage\` (Map) in ${file}`, 'entry', 'Visit'],
  },
  'three elements of an array': {
    work: note,
    leak: { type: 'Object', at: at('array', 'note'), count: 3 },
    path: [`\`audit\` (Array) in ${file}`, 'entry', 'Object'],
  },
  'a property of a dictionary, by the line in the source': {
    work: see,
    leak: { type: 'Object', at: at('dictionary', '<anonymous>') },
    path: [`\`seen\` (Object) in ${file}`, 'entry', 'Object'],
  },
  'a chain in a variable, by the line in the source': {
    work: link,
    leak: { type: 'Object', at: at('chain', '<anonymous>') },
    path: [`\`latest\` (Object) in ${file}`],
  },
  'a Set of a class': {
    work: greet,
    leak: { type: 'Guest', at: at('static', 'greet') },
    path: [`\`Guest\` (function Guest) in ${file}`, '`all` (Set)', 'entry', 'Guest'],
  },
  'closures, from an async function': {
    work: listen,
    leak: { type: 'function', at: at('closure', 'listen') },
    path: [`\`listenersOf\` (Map) in ${file}`, 'entry (Array)', 'entry', 'function'],
  },
  'what a clean-up holds that waits for its end': {
    work: open,
    leak: { type: 'function', at: at('registry', 'open') },
    path: [`\`releases\` (FinalizationRegistry) in ${file}`, 'entry', 'function'],
  },
};

/** Without the line of the declaration, which is the source's business, and without bytes, which are V8's. */
interface Said extends BriefFinding {
  readonly path: readonly string[];
}

function saidOf(report: Report): Said[] {
  return brief(report)
    .leaks.map((each, index): Said => {
      const { path = [] } = report.leaks[index] ?? {};
      return {
        ...each,
        path: path.map((step) => step.replace(/:\d+$/, '')),
        detail: each.detail?.replace(/, \d+ bytes$/, ', so many bytes') ?? 'none',
      };
    })
    .toSorted((a, b) => a.at.localeCompare(b.at));
}

test('each container that holds more after each run is reported with its line, its count and who holds it', async () => {
  const all = Object.values(grown);
  const report = await find(
    async () => {
      for (const { work } of all) await work();
    },
    { level: 'heap', budget: 60 },
  );
  expect(saidOf(report)).toEqual(
    all
      .map((each): Said => {
        const detail = `${each.leak.count ?? 1} more after each run, so many bytes`;
        return { ...leak({ kind: 'memory', evidence: 'grew', ...each.leak }), detail, path: each.path };
      })
      .toSorted((a, b) => a.at.localeCompare(b.at)),
  );
});

test('names the line where the variable is declared', async () => {
  const { leaks } = await find(remember, { level: 'heap', budget: 60 });
  expect(leaks.map(({ path }) => path)).toEqual([
    [`\`visitsByPage\` (Map) in ${at('declared', '').trim()}`, 'entry', 'Visit'],
  ]);
});

const events = new PassThrough({ objectMode: true }).resume().setMaxListeners(0);

test('what one call stores in several places is reported once', async () => {
  function tap(): void {
    events.pipe(new PassThrough({ objectMode: true })); // here: pipe
  }
  const { leaks } = brief(await find(tap, { level: 'heap', budget: 60 }));
  expect(leaks.map((each) => [each.kind, each.at, each.count])).toEqual([['memory', at('pipe', 'tap'), 1]]);
});

const recent = new Map<number, Visit>();
const weakly = new WeakMap<object, Visit>();
let memo: Visit | undefined;
let text = '';

const clean: Record<string, () => unknown> = {
  'a cache with a limit': () => {
    visits += 1;
    recent.set(visits % 30, new Visit('tea'));
  },
  'what a WeakMap knows of something that is gone': () => weakly.set({}, new Visit('tea')),
  'what is replaced': () => {
    memo = new Visit(`after ${memo?.page.length}`);
    text = `${text.slice(0, 10)}${visits}`;
  },
  'what is taken out again': () => {
    visitsByPage.set('now', new Visit('now'));
    visitsByPage.delete('now');
  },
  'a module that is loaded late': async () => import('node:sqlite'),
  'an array that is emptied now and then': () => {
    audit.push({ visit: 0 });
    if (audit.length > 25) audit.length = 0;
  },
};

test(`silent about ${Object.keys(clean).join(', ')}`, async () => {
  const report = await find(
    async () => {
      for (const work of Object.values(clean)) await work();
    },
    { level: 'heap', budget: 60 },
  );
  expect(brief(report)).toEqual(nothing);
});

test('what is left otherwise has a better name: memory is looked at when nothing else is left', async () => {
  const timers: NodeJS.Timeout[] = [];
  const report = await find(
    function start() {
      timers.push(setInterval(() => {}, 60_000)); // here: timer
    },
    { level: 'heap', budget: 60 },
  );
  for (const timer of timers) clearInterval(timer);
  expect(timers).toHaveLength(1);
  expect(brief(report)).toEqual(only({ kind: 'timer', type: 'Timeout', at: at('timer', 'start') }));
});

test('a rule tolerates it, and is used', async () => {
  const rule = { kind: 'memory', reason: 'the audit is written to disk by another process' } as const;
  const { leaks, ignored, unusedRules } = await find(note, { level: 'heap', budget: 60, ignore: [rule] });
  expect({ leaks, unusedRules, reasons: ignored.map(({ reason, count }) => [reason, count]) }).toEqual({
    leaks: [],
    unusedRules: [],
    reasons: [[rule.reason, 3]],
  });
});

test('containers are as they were', async () => {
  const before = [Map.prototype.set, Set.prototype.add, Array.prototype.push];
  await find(note, { level: 'heap', budget: 60 });
  expect([Map.prototype.set, Set.prototype.add, Array.prototype.push]).toEqual(before);
});

test.each([
  [{ level: 'heap', runs: 2 }, 'expected `runs` to be a whole number from 3 up, got 2'],
  [{ runs: 5 }, "`runs` is for level 'heap', which runs the work again: ask for that level"],
  [
    { level: 'heap', rerun: true },
    "`rerun` and level 'heap' contradict each other: a second run could see no more",
  ],
] as const)('refuses %j', async (options, message) => {
  await expect(verifyNone(() => {}, options)).rejects.toThrow(new TypeError(message));
});
