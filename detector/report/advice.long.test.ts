import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { find, type Finding, type IgnoreRule } from '../index.ts';
import { makePackage } from '../fixtures/make-package.ts';
import { doNothing } from '../fixtures/left-by.ts';
import type { Advice } from './fixtures/advice.ts';
import { adviceOnFiles } from './fixtures/advice-on-files.ts';
import { adviceOnSockets, startOlder, stopOlder } from './fixtures/advice-on-sockets.ts';
import { adviceOnTimers } from './fixtures/advice-on-timers.ts';
import { fixesForPackages, meaningOf } from './meaning.ts';
import { meanings } from './meanings.ts';

beforeAll(startOlder);
afterAll(stopOlder);

const all = [...adviceOnTimers, ...adviceOnFiles, ...adviceOnSockets];

/** Advice that only reports of other tools and of older versions of this one lead to. */
const ofForeignReports: readonly string[] = [
  'read the body to its end or cancel it, and pass a signal that you abort when the answer is no longer needed',
  'read the response or call resume() on it; call destroy() on the request when the answer is no longer needed',
];
/** Advice for the pipe of an ended child, whose holder is reported in its place where there is `/proc`. */
const withoutProc: readonly string[] = [
  "read the child's streams to their ends, or call destroy() on each of them",
];
/** Advice for what was opened by a function taken early, which `probes/files/captured-functions.test.ts` tries. */
const ofEarlyFunctions: readonly string[] = [
  'close it; for its line, load leaklab before the modules that open files, as node --import does',
];
/** Advice on memory, which `growth/held-elsewhere.long.test.ts` and `growth/find-growth.long.test.ts` try. */
const ofGrowth: readonly string[] = [
  'remove it from its holder when the work ends, or give the holder a limit',
];

test('every advice is tried', () => {
  const given = Object.values(meanings).flatMap((rules) => rules.flatMap(({ fix }) => fix ?? []));
  const settle = meaningOf({ kind: 'await', evidence: 'unreachable' } as Finding).fix ?? '';
  const tried = [
    ...all.map(({ fix }) => fix),
    ...ofForeignReports,
    ...withoutProc,
    ...ofEarlyFunctions,
    ...ofGrowth,
  ];
  expect(tried.toSorted()).toEqual([...new Set([...given, settle])].toSorted());
});

function cleanUpAfterTest(cleanUp: () => unknown): void {
  onTestFinished(async () => void (await cleanUp()));
}

async function leaksOf({ run }: Advice, follows: boolean): Promise<readonly Finding[]> {
  const { leaks } = await find(() => run(follows, cleanUpAfterTest), { budget: 400 });
  return leaks;
}

test.each(all.filter(({ isMissing = false }) => !isMissing))('$fix', async (advice) => {
  const leaks = await leaksOf(advice, false);
  expect(leaks.map((leak) => meaningOf(leak).fix)).toContain(advice.fix);
  expect(await leaksOf(advice, true)).toEqual([]);
});

interface Mailer {
  open(): { close(): void };
}

const mailer = `
export function open() {
  const timer = setInterval(() => {}, 30_000);
  return { close: () => clearInterval(timer) };
}
`;

test('what a package made ends by its own method, or is tolerated by a rule', async () => {
  const { open } = await makePackage<Mailer>('shop-mailer', mailer);
  const leave = (): void => cleanUpAfterTest(() => connection.close());
  let connection = { close: doNothing };
  const { leaks } = await find(() => {
    connection = open();
    leave();
  });
  expect(leaks.map((leak) => meaningOf(leak).fix)).toEqual([fixesForPackages.calledHere]);
  expect((await find(() => open().close())).leaks).toEqual([]);
  const rule: IgnoreRule = { package: 'shop-mailer', reason: 'the mailer lives as long as the process' };
  const tolerated = await find(
    () => {
      connection = open();
      leave();
    },
    { ignore: [rule] },
  );
  expect([tolerated.leaks, tolerated.ignored.length]).toEqual([[], 1]);
});
