/** Clocks that tests install: their timers are no resources of the process, and a check waits by the real clock. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { budget, leak, leftBy, nothing, only, placesIn, brief } from '../fixtures/left-by.ts';
import { snapshot } from '../index.ts';
import { openScope } from '../scope/snapshot.ts';

const at = placesIn(import.meta.filename);
const real = { setInterval, clearInterval };
const left: NodeJS.Timeout[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const timer of left.splice(0)) real.clearInterval(timer);
});

function pollForReal(): void {
  left.push(real.setInterval(() => {}, 60_000)); // here: real
}

const polling = { kind: 'timer', type: 'Timeout', at: at('real', 'pollForReal') } as const;

describe("vitest's clock", () => {
  test('is installed in the scope and taken away again', async () => {
    const report = await leftBy(() => {
      vi.useFakeTimers();
      setInterval(() => {}, 60_000);
      vi.useRealTimers();
    });
    expect(report).toEqual(nothing);
  });

  test('stands still during the check: a real timer is reported, fake ones are not', async () => {
    const report = await leftBy(() => {
      vi.useFakeTimers();
      setInterval(() => {}, 60_000);
      setTimeout(() => {}, 60_000);
      pollForReal();
    });
    expect(report).toEqual(only(polling));
  });

  test('was installed before the scope', async () => {
    vi.useFakeTimers();
    expect(await leftBy(pollForReal)).toEqual(only(polling));
  });

  test('jumps far ahead, and timers seen by then and ended since are not reported', async () => {
    const suite = openScope({ name: 'suite', budget });
    try {
      suite.run(() => {
        vi.useFakeTimers();
        vi.advanceTimersByTime(1e9);
        pollForReal();
      });
      expect(brief(suite.findNow()).leaks).toEqual([leak({ ...polling, owner: 'suite' })]);
      vi.useRealTimers();
      for (const timer of left.splice(0)) real.clearInterval(timer);
      expect(brief(await suite.find())).toEqual(nothing);
    } finally {
      suite.dispose();
    }
  });

  test('is set back after stacks were refused, and later scopes have stacks all the same', async () => {
    const suite = snapshot({ name: 'suite', budget });
    try {
      vi.useFakeTimers({ now: 1e12 });
      vi.advanceTimersByTime(1e9);
      // more timers than level `light` takes stacks of
      for (let index = 0; index < 5000; index += 1) real.clearInterval(real.setInterval(() => {}, 60_000));
      vi.useRealTimers();
      expect(await leftBy(pollForReal)).toEqual(only(polling));
    } finally {
      suite.dispose();
    }
  });
});

// in another process: sinon stops `nextTick` and `queueMicrotask` too, and a test runner with them
test("sinon's clock, which stops everything", async () => {
  const sinon = createRequire(import.meta.url).resolve('@sinonjs/fake-timers');
  const index = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;
  const source = `
    import fake from '${pathToFileURL(sinon).href}';
    import { find } from '${index}';
    const real = setInterval;
    const lines = [];
    const left = async (work) => {
      const { leaks } = await find(work, { budget: 60 });
      lines.push(leaks.map(({ kind, count, site }) => count + ' ' + kind + ' in ' + site?.function));
    };
    let clock;
    function pollForReal() { real(() => {}, 60_000); }
    await left(() => { clock = fake.install(); setInterval(() => {}, 60_000); clock.uninstall(); });
    await left(() => { clock = fake.install(); setInterval(() => {}, 60_000); pollForReal(); clock.tick(1e6); });
    await left(() => pollForReal());
    clock.uninstall();
    process.stdout.write(JSON.stringify(lines), () => process.exit());`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  expect(JSON.parse(stdout)).toEqual([[], ['1 timer in pollForReal'], ['1 timer in pollForReal']]);
});
