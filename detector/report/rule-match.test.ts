import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../finding.ts';
import { packageOf } from '../origin/frame.ts';
import { ruleFor } from './rule-match.ts';
import type { IgnoreRule } from '../rules/rule.ts';
import type { Leftover } from '../probes/probe.ts';
import { snapshot } from '../scope/snapshot.ts';
import { Capture } from '../origin/capture.ts';

function timerOf(capture: Capture): Leftover {
  return { kind: 'timer', type: 'Timeout', capture, owner: undefined, serial: 1, evidence: 'alive' };
}

function takeInner(): Capture {
  return new Capture(20);
}
function takeOuter(): Capture {
  return takeInner();
}

const reason = 'known';
const own = timerOf(takeOuter());
const fits = (rule: Omit<IgnoreRule, 'reason'>): boolean => ruleFor(own, [{ ...rule, reason }]) !== undefined;

describe('a rule fits', () => {
  test('by kind', () => {
    expect([fits({ kind: 'timer' }), fits({ kind: 'server' })]).toEqual([true, false]);
  });

  test('by the innermost frame alone', () => {
    const shown = ['rule-match.test.ts', 'takeInner', 'takeOuter', 'nowhere'];
    expect(shown.map((topFrame) => fits({ topFrame }))).toEqual([true, true, false, false]);
  });

  test('by any frame', () => {
    const shown = ['rule-match.test.ts', 'takeInner', 'takeOuter', 'nowhere'];
    expect(shown.map((anyFrame) => fits({ anyFrame }))).toEqual([true, true, true, false]);
  });

  test('by nothing at all, which is everything', () => {
    expect(fits({})).toBe(true);
  });

  test('if every part of it fits', () => {
    expect(fits({ kind: 'timer', topFrame: 'takeInner', anyFrame: 'takeOuter' })).toBe(true);
    expect(fits({ kind: 'timer', topFrame: 'takeInner', anyFrame: 'nowhere' })).toBe(false);
    expect(fits({ kind: 'server', topFrame: 'takeInner', anyFrame: 'takeOuter' })).toBe(false);
  });

  test('by package: that of the innermost frame', () => {
    // a test calls what is called by vitest; the test's own frame is no package's
    expect(fits({ package: 'vitest' })).toBe(false);
  });

  test('never, where there is no frame', () => {
    const bare = timerOf(new Capture(0));
    expect(ruleFor(bare, [{ topFrame: '', reason }])).toBeUndefined();
    expect(ruleFor(bare, [{ anyFrame: '', reason }])).toBeUndefined();
    expect(ruleFor(bare, [{ package: 'vitest', reason }])).toBeUndefined();
  });
});

test('the first rule that fits is the one', () => {
  const rules: IgnoreRule[] = [
    { kind: 'server', reason: 'first' },
    { kind: 'timer', reason: 'second' },
    { reason: 'third' },
  ];
  expect(ruleFor(own, rules)).toBe(rules[1]);
  expect(ruleFor(own, [])).toBeUndefined();
});

test('packageOf names the innermost package', () => {
  expect(
    [
      '/app/node_modules/undici/lib/api.js',
      '/app/node_modules/@scope/name/index.js',
      '/app/node_modules/outer/node_modules/inner/index.js',
      '/app/node_modules/.pnpm/ws@8.0.0/node_modules/ws/lib/websocket.js',
      'C:\\app\\node_modules\\undici\\lib\\api.js',
      'C:\\app\\node_modules\\@scope\\name\\index.js',
      '/app/source/index.js',
      '/app/node_modules_old/undici/index.js',
      'node:fs',
    ].map(packageOf),
  ).toEqual([
    'undici',
    '@scope/name',
    'inner',
    'ws',
    'undici',
    '@scope/name',
    undefined,
    undefined,
    undefined,
  ]);
});

/** A package in node_modules that listens to the end of the process, as it would be installed. */
async function installed(name: string): Promise<{ listen(): void; close(): void }> {
  const root = mkdtempSync(join(tmpdir(), 'leaklab-ignore-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = join(root, 'node_modules', name, 'index.mjs');
  mkdirSync(join(root, 'node_modules', name), { recursive: true });
  writeFileSync(
    file,
    [
      'const onExit = () => {};',
      "export const listen = () => process.on('exit', onExit);",
      "export const close = () => process.off('exit', onExit);",
    ].join('\n'),
  );
  return import(pathToFileURL(file).href);
}

test.each([
  { name: 'on-exit-leak-free', found: { leaks: [], ignored: ['on-exit-leak-free'] } },
  { name: 'another', found: { leaks: ['another'], ignored: [] } },
])('a listener for the exit of the process, of $name', async ({ name, found }) => {
  const { listen, close } = await installed(name);
  onTestFinished(close);
  const scope = snapshot({ budget: 0 });
  listen();
  const { leaks, ignored } = await scope.find();
  scope.dispose();
  const packages = (findings: readonly Finding[]): (string | undefined)[] =>
    findings.map((finding) => finding.package);
  expect({ leaks: packages(leaks), ignored: packages(ignored) }).toEqual(found);
});
