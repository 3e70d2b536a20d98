import { describe, expect, test } from 'vitest';
import type { Leftover } from '../probes/probe.ts';
import type { Check } from './await-causes.ts';
import type { Origin } from '../probes/awaits/await-origin.ts';
import type { SuspendedAwait } from '../probes/awaits/awaits.ts';
import { asCauseOf } from '../probes/handles/handle-causes.ts';
import { causesOf } from './resource-causes.ts';
import type { Frame } from '../origin/frame.ts';
import { Capture } from '../origin/capture.ts';
import type { Gathered } from '../probes/probe-set.ts';

const none: Gathered = { suspects: [], resources: [], listeners: [], awaits: [] };
const nobody = (): readonly Capture[] => [];
const nowhere: Origin = { made: [], calls: [], lives: [] };

function of(parts: Partial<Leftover> & { capture: Capture }): Leftover {
  const { type = 'TCPWRAP' } = parts;
  return {
    kind: 'socket',
    type,
    owner: undefined,
    serial: 1,
    evidence: 'alive',
    ...asCauseOf(type),
    ...parts,
  };
}

function waitAt(capture: Capture, origin: Origin = nowhere): SuspendedAwait {
  const [frame] = capture.frames;
  if (!frame) throw new Error('a wait needs a frame');
  return {
    kind: 'await',
    type: 'async function',
    owner: undefined,
    evidence: 'pending',
    capture,
    frame,
    origin,
    serial: 1,
  };
}

const topOf = (capture: Capture): Frame => capture.frames[0] as Frame;

describe('resources', () => {
  test('of the program are kept as they are', () => {
    const resources = [
      of({ capture: new Capture(5) }),
      of({ kind: 'server', type: 'TCPSERVERWRAP', capture: new Capture(5) }),
      of({ kind: 'timer', type: 'Timeout', capture: new Capture(5) }),
      of({ kind: 'port', type: 'MESSAGEPORT', capture: new Capture(5) }),
      of({ kind: 'request', type: 'ClientRequest', capture: new Capture(5) }),
    ];
    expect(causesOf({ ...none, resources }, nobody, [])).toEqual(resources);
  });

  test('a timer without a user frame on its stack is dropped', () => {
    const resources = [of({ kind: 'timer', type: 'Timeout', capture: new Capture(0) })];
    expect(causesOf({ ...none, resources }, nobody, [])).toEqual([]);
  });

  test('a name that is looked up is dropped beside what it was looked up for', () => {
    const both = (): [Leftover, Leftover] => {
      const [first, second] = [1, 2].map(() => new Capture(5));
      return [
        of({ kind: 'request', type: 'GETADDRINFOREQWRAP', capture: first as Capture }),
        of({ capture: second as Capture }),
      ];
    };
    const [lookup, socket] = both();
    expect(causesOf({ ...none, resources: [lookup, socket] }, nobody, [])).toEqual([socket]);
    expect(causesOf({ ...none, resources: [lookup] }, nobody, [])).toEqual([lookup]);
  });
});

describe('waits', () => {
  test('alone are kept', () => {
    const awaits = [waitAt(new Capture(5)), waitAt(new Capture(5))];
    expect(causesOf({ ...none, awaits }, nobody, [])).toEqual(awaits);
  });

  test('for a function that waits itself are dropped', () => {
    function inner(): Capture {
      return new Capture(5);
    }
    const innerWait = waitAt(inner());
    const outerWait = waitAt(new Capture(5), {
      ...nowhere,
      calls: [{ functionId: innerWait.frame.functionId, callers: [] }],
    });
    expect(causesOf({ ...none, awaits: [outerWait, innerWait] }, nobody, [])).toEqual([
      { ...innerWait, chain: [outerWait.frame, innerWait.frame] },
    ]);
  });

  test('through whose line a resource was made are dropped', () => {
    const made = (): Capture => new Capture(5);
    const captures = [1, 2].map(() => made());
    const [resource, wait] = [of({ capture: captures[0] as Capture }), waitAt(captures[1] as Capture)];
    expect(causesOf({ ...none, resources: [resource], awaits: [wait] }, nobody, [])).toEqual([resource]);
  });

  test('for a promise whose maker listens to a resource are dropped', () => {
    const subject = {};
    const listen = (): Capture => new Capture(5);
    const [listening, made] = [1, 2].map(() => listen()) as [Capture, Capture];
    const resource = of({ capture: new Capture(5), subject });
    const wait = waitAt(new Capture(5), { ...nowhere, made: [made] });
    const listeningTo = (target: object): Capture[] => (target === subject ? [listening] : []);
    expect(causesOf({ ...none, resources: [resource], awaits: [wait] }, listeningTo, [])).toEqual([resource]);
    expect(causesOf({ ...none, resources: [resource], awaits: [wait] }, nobody, [])).toEqual([
      resource,
      wait,
    ]);
  });

  test('take the listener with them that their own line has added', () => {
    const add = (): Capture => new Capture(5);
    const [added, suspended] = [1, 2].map(() => add()) as [Capture, Capture];
    const listener = of({ kind: 'listener', type: 'Bus', evidence: 'attached', capture: added });
    const other = of({ kind: 'listener', type: 'Bus', evidence: 'attached', capture: new Capture(5) });
    const wait = waitAt(suspended);
    expect(topOf(added).functionId).toBe(topOf(suspended).functionId);
    expect(causesOf({ ...none, listeners: [listener, other], awaits: [wait] }, nobody, [])).toEqual([
      other,
      wait,
    ]);
  });

  test('of those who asked for the check under way are dropped', () => {
    const asked: Check[] = [];
    function ask(): Capture {
      asked.push({ capture: new Capture(5), serial: -1 });
      return new Capture(5);
    }
    const caller = waitAt(ask());
    const other = waitAt((() => new Capture(5))());
    expect(causesOf({ ...none, awaits: [caller, other] }, nobody, asked)).toEqual([other]);
  });
});
