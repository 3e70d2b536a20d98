import { EventEmitter } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, only, placesIn, brief } from './fixtures/left-by.ts';
import { find, LeakError, snapshot, verifyNone, type FindOptions, type Report } from './index.ts';
import { openScope } from './scope/snapshot.ts';

const at = placesIn(import.meta.filename);
const budget = 60;

function poll(): void {
  const timer = setInterval(doNothing, 1000); // here: poll
  onTestFinished(() => clearInterval(timer));
}
const polling = { kind: 'timer', type: 'Timeout', at: at('poll', 'poll') } as const;

function listen(): void {
  const server = createServer();
  server.listen(0); // here: listen
  onTestFinished(() => void server.close());
}
const listening = {
  kind: 'server',
  type: 'TCPSERVERWRAP',
  at: at('listen', 'listen'),
  detail: 'listening, 0 open connections',
} as const;

describe('find', () => {
  test('says what the work has left', async () => {
    expect(brief(await find(poll, { budget }))).toEqual(only(polling));
    expect(brief(await find(doNothing))).toEqual(only());
  });

  test('throws what the work throws, when nothing is left', async () => {
    const work = (): never => {
      throw new RangeError('too far');
    };
    await expect(find(work)).rejects.toThrow(new RangeError('too far'));
  });
});

describe('verifyNone', () => {
  test('verifies also when the work has failed, and has its error as the cause', async () => {
    const error = new RangeError('too far');
    const failure: unknown = await verifyNone(
      async () => {
        poll();
        throw error;
      },
      { budget },
    ).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(LeakError);
    const { report, cause } = failure as LeakError;
    expect(brief(report)).toEqual(only(polling));
    expect(cause).toBe(error);
  });

  test('is silent about nothing', async () => {
    await expect(verifyNone(async () => Promise.resolve())).resolves.toBeUndefined();
  });
});

describe('a second run', () => {
  /** Returns the number of runs and the report. */
  async function runsOf(work: () => unknown, options: FindOptions): Promise<[number, Report]> {
    let runs = 0;
    const report = await find(
      () => {
        runs += 1;
        return work();
      },
      { budget, ...options },
    );
    return [runs, report];
  }

  test('names the line of what was only counted', async () => {
    const [runs, report] = await runsOf(listen, { level: 'counts', rerun: true });
    expect(runs).toBe(2);
    expect(brief(report)).toEqual(only(listening));
  });

  test('is not made when the first was clean', async () => {
    expect((await runsOf(doNothing, { rerun: true }))[0]).toBe(1);
    expect((await runsOf(doNothing, { level: 'counts', rerun: true }))[0]).toBe(1);
  });

  test('is not made without leave', async () => {
    const [runs, report] = await runsOf(listen, { level: 'counts' });
    expect(runs).toBe(1);
    expect(report.leaks.map(({ kind, type, count, site }) => ({ kind, type, count, site }))).toEqual([
      { kind: 'server', type: 'TCPServerWrap', count: 1, site: undefined },
    ]);
  });

  test('judges what had no stack in the first', async () => {
    const [runs, report] = await runsOf(
      () => {
        for (let index = 0; index < 3000; index += 1) clearTimeout(setTimeout(doNothing, 1000));
        poll();
      },
      { rerun: true },
    );
    expect(runs).toBe(2);
    expect(brief(report)).toEqual(only(polling));
  });
});

describe('options', () => {
  const refusals: readonly [string, Record<string, unknown>, string][] = [
    [
      'unknown',
      { ingore: [] },
      'no option `ingore`; there are name, budget, level, without, ignore, policy, wholeRun, beforeCheck, afterCheck',
    ],
    [
      'a level that is none',
      { level: 'dear' },
      'expected `level` to be one of counts, light, full, got "dear"',
    ],
    ['a hook that is none', { beforeCheck: 'clean' }, 'expected `beforeCheck` to be a function, got "clean"'],
    ['a name that is empty', { name: '' }, 'expected `name` to be a string, got ""'],
    [
      'rules where nothing is known that they could fit',
      { level: 'counts', ignore: [{ package: 'undici', reason: 'by design' }] },
      'level \'counts\' knows no rules, so {"package":"undici","reason":"by design"} can\'t hold: ask for level \'light\'',
    ],
  ];
  test.each(refusals)('refused: %s', (_name, options, message) => {
    expect(() => snapshot(options)).toThrow(new TypeError(message));
  });

  test('refused: to run again at the level of the first run', async () => {
    await expect(find(doNothing, { rerun: true, level: 'full' })).rejects.toThrow(
      new TypeError("`rerun` and level 'full' contradict each other: a second run could see no more"),
    );
  });

  test('the hook before the check ends what it ends, the one after gets the report', async () => {
    const server = createServer().listen(0);
    const reports: Report[] = [];
    const report = await find(
      () => {
        poll();
        server.on('connection', doNothing);
      },
      {
        budget,
        beforeCheck: async () => new Promise((resolve) => void server.close(resolve)),
        afterCheck: (each) => reports.push(each),
      },
    );
    expect(reports).toEqual([report]);
    expect(brief(report).leaks.filter(({ kind }) => kind !== 'listener')).toEqual(only(polling).leaks);
  });

  test('a check of the whole run answers for all scopes', async () => {
    const whole = snapshot({ name: 'run', budget, wholeRun: true });
    const each = snapshot({ name: 'test', budget });
    each.run(poll);
    expect(brief(await whole.find())).toEqual(only({ ...polling, owner: 'test' }));
    each.dispose();
    whole.dispose();
  });

  test('what is there now can be left out', async () => {
    const bus = new EventEmitter();
    const scope = openScope({ budget });
    poll();
    bus.on('message', doNothing);
    scope.ignoreCurrent();
    expect(brief(await scope.find())).toEqual(only());
    poll();
    expect(brief(await scope.find())).toEqual(only(polling));
    scope.dispose();
  });
});
