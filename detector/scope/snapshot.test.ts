import { createSocket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { performance } from 'node:perf_hooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ActiveScope } from './active-scope.ts';
import { LeakError, snapshot, type IgnoreRule, type ScopeOptions } from '../index.ts';
import { openScope } from './snapshot.ts';
import { budget, doNothing, leak, leftBy, nothing, only, placesIn, brief } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

function startPolling(): void {
  const timer = setInterval(doNothing, 1000); // here: poll
  onTestFinished(() => clearInterval(timer));
}
const polling = { kind: 'timer', type: 'Timeout', at: at('poll', 'startPolling') } as const;

function open(options: ScopeOptions = {}): ActiveScope {
  const scope = openScope({ budget, ...options });
  onTestFinished(() => scope.dispose());
  return scope;
}

describe('a scope', () => {
  test('catches what is left, and says so in one error', async () => {
    const scope = open();
    startPolling();
    const thrown: unknown = await scope.verifyNone().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(LeakError);
    const { name, message, report } = thrown as LeakError;
    expect(name).toBe('LeakError');
    const place = at('poll', '').trim();
    const line = Number(place.split(':')[1]);
    const marker = '// here: poll';
    expect(message.replaceAll('\\', '/')).toBe(`1 leak from 1 line

1 timer (Timeout, setInterval)
  at detector/scope/${place}:17 in startPolling

    ${String(line - 2).padStart(2)} │
    ${line - 1} │ function startPolling(): void {
  > ${line} │   const timer = setInterval(doNothing, 1000); ${marker}
       │                 ^
    ${line + 1} │   onTestFinished(() => clearInterval(timer));

  fact   every 1,000 ms
  why    an interval runs, and keeps its callback in memory, until clearInterval() is called
  known  seen: still open after the wait
  fix    keep what setInterval() returns, and pass it to clearInterval() when the work ends
  lesson Clear the interval when what it works for ends, and before another takes its place
         (timer/interval-never-cleared)`);
    expect(report.version).toBe(1);
    expect(brief(report)).toEqual(only(polling));
  });

  test('is silent about nothing', async () => {
    const scope = open();
    await scope.verifyNone();
    expect(await scope.find()).toEqual({
      version: 1,
      leaks: [],
      ignored: [],
      notJudged: [],
      unusedRules: [],
      expiredRules: [],
      failedProbes: [],
    });
    expect(scope.findNow()).toEqual({
      version: 1,
      leaks: [],
      ignored: [],
      notJudged: [],
      unusedRules: [],
      expiredRules: [],
      failedProbes: [],
    });
  });

  test('is silent about what is older', async () => {
    startPolling();
    expect(await leftBy(doNothing)).toEqual(nothing);
  });

  test('may be asked again', async () => {
    const scope = open();
    const timer = setInterval(doNothing, 1000); // here: again
    const first = brief(await scope.find());
    expect(first.leaks.map((each) => each.at.split(' ')[0])).toEqual([at('again', '').trim()]);
    clearInterval(timer);
    expect(brief(await scope.find())).toEqual(nothing);
  });

  test('can be asked what is there at this very moment', () => {
    const scope = open();
    startPolling();
    const timer = setTimeout(doNothing, 1); // here: about to fire
    expect(brief(scope.findNow()).leaks.map((each) => each.at.split(' ')[0])).toEqual([
      polling.at.split(' ')[0],
      at('about to fire', '').trim(),
    ]);
    clearTimeout(timer);
  });

  test('hands on what its work returns and throws', async () => {
    const scope = open();
    const failure = new Error('no');
    expect(scope.run(() => 5)).toBe(5);
    expect(await scope.run(async () => 6)).toBe(6);
    expect(() =>
      scope.run(() => {
        throw failure;
      }),
    ).toThrow(failure);
  });

  test('that is clean is over in a few turns of the event loop', async () => {
    const scope = open({ budget: 3_600_000 });
    clearInterval(setInterval(doNothing, 1000));
    const { loopCount: before } = performance.nodeTiming.uvMetricsInfo;
    expect(brief(await scope.find())).toEqual(nothing);
    expect(performance.nodeTiming.uvMetricsInfo.loopCount - before).toBeLessThanOrEqual(6);
  });

  test('is over as soon as what was left has ended', async () => {
    const scope = open({ budget: 3_600_000 });
    setTimeout(doNothing, 30);
    expect(brief(await scope.find())).toEqual(nothing);
  });

  test('refuses a budget that is none', () => {
    const { on } = EventEmitter.prototype;
    for (const wrong of [-1, Number.NaN, Infinity, '5', null]) {
      expect(() => snapshot({ budget: wrong as number })).toThrow(
        new TypeError(
          `expected \`budget\` to be a number of ms from 0 up, got ${JSON.stringify(wrong) === 'null' ? String(wrong) : JSON.stringify(wrong)}`,
        ),
      );
    }
    expect(EventEmitter.prototype.on).toBe(on);
  });

  test('counts what was there at its mark as older, when listeners are judged', async () => {
    const scope = open();
    const bus = new EventEmitter();
    bus.on('message', doNothing);
    expect(brief(await scope.find())).toEqual(nothing);
    scope.mark();
    bus.on('message', doNothing); // here: after the mark
    const { leaks } = brief(await scope.find());
    expect(leaks.map((each) => [each.kind, each.at.split(' ')[0]])).toEqual([
      ['listener', at('after the mark', '').trim()],
    ]);
  });
});

describe('await using', () => {
  test('throws at the end of the block, and gives every hook back', async () => {
    const { on } = EventEmitter.prototype;
    const block = async (): Promise<void> => {
      await using scope = snapshot({ budget });
      scope.run(startPolling);
    };
    const thrown: unknown = await block().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(LeakError);
    expect(brief((thrown as LeakError).report)).toEqual(only(polling));
    expect(EventEmitter.prototype.on).toBe(on);
  });

  test('is silent about a clean block', async () => {
    const block = async (): Promise<string> => {
      await using scope = snapshot({ budget });
      return scope.run(() => 'clean');
    };
    expect(await block()).toBe('clean');
  });

  test('keeps the error of the block beside its own', async () => {
    const failure = new Error('no');
    const block = async (): Promise<void> => {
      await using scope = snapshot({ budget });
      scope.run(startPolling);
      throw failure;
    };
    const thrown: unknown = await block().catch((error: unknown) => error);
    expect(thrown).toHaveProperty('error', expect.any(LeakError));
    expect(thrown).toHaveProperty('suppressed', failure);
  });
});

describe('what is tolerated', () => {
  const fitting: Readonly<Record<string, Omit<IgnoreRule, 'reason'>>> = {
    'by kind': { kind: 'timer' },
    'by top frame': { topFrame: 'startPolling' },
    'by any frame': { anyFrame: 'startAll' },
    'by every part of a rule': { kind: 'timer', topFrame: 'snapshot.test.ts', anyFrame: 'startAll' },
  };
  for (const [how, rule] of Object.entries(fitting)) {
    test(`${how} stands beside the leaks, with its reason`, async () => {
      function startAll(): void {
        startPolling();
        const socket = createSocket('udp4'); // here: not tolerated
        onTestFinished(() => {
          socket.close();
        });
      }
      const all = how === 'by any frame';
      const socket = leak({ kind: 'socket', type: 'UDPWRAP', at: at('not tolerated', 'startAll') });
      const reason = `tolerated ${how}`;
      expect(await leftBy(startAll, { ignore: [{ ...rule, reason }] })).toEqual({
        leaks: all ? [] : [socket],
        ignored: [leak({ ...polling, reason }), ...(all ? [{ ...socket, reason }] : [])],
        notJudged: [],
        unusedRules: [],
        expiredRules: [],
        failedProbes: [],
      });
    });
  }

  test('needs no waiting', async () => {
    const ignore = [{ kind: 'timer', reason: 'known' }] as const;
    const { leaks, ignored } = await leftBy(startPolling, { ignore, budget: 3_600_000 });
    expect({ leaks, ignored }).toEqual({ leaks: [], ignored: [leak({ ...polling, reason: 'known' })] });
  });

  test('is no error', async () => {
    const scope = open({ ignore: [{ kind: 'timer', reason: 'known' }] });
    startPolling();
    expect(await scope.verifyNone()).toBeUndefined();
  });
});

describe('what a check is told, changed when the scope has begun', () => {
  const tolerated: IgnoreRule = { kind: 'timer', reason: 'lives on' };

  test('rules and level', async () => {
    const scope = open();
    startPolling();
    scope.configure({ ignore: [tolerated], level: 'full' });
    const { leaks, ignored } = await scope.find();
    expect([leaks.length, ignored.map(({ reason }) => reason)]).toEqual([0, ['lives on']]);
    scope.configure({ ignore: [], level: 'light' });
    expect(brief(await scope.find())).toEqual(only(polling));
  });

  test('refused: what is unknown, and to leave or take up a count', () => {
    expect(() => open().configure({ bugdet: 1 } as ScopeOptions)).toThrow('no option `bugdet`');
    const problem = "level 'counts' can't be switched on or off after a scope has begun";
    expect(() => open({ level: 'counts' }).configure({ level: 'light' })).toThrow(new TypeError(problem));
    expect(() => open().configure({ level: 'counts' })).toThrow(new TypeError(problem));
  });
});
