import { describe, expect, test } from 'vitest';
import { causeOf, fixedAfter, historyOf } from './fixtures/histories.ts';
import { planTickets, type PlanOptions } from './plan.ts';
import { labelOf } from './text/fields.ts';
import { commonLabel, duplicateLabel, type Ticket } from './trackers/tracker.ts';

const options: PlanOptions = { after: 5, most: 10, own: ({ cause }) => `text of ${cause}` };

function ticketOf(cause: number, own: Partial<Ticket> = {}): Ticket {
  const number = own.number ?? cause;
  return {
    number,
    name: `#${number}`,
    labels: [commonLabel, labelOf(causeOf(cause))],
    isOpen: true,
    isHandsOff: false,
    own: `text of ${causeOf(cause).cause}`,
    notes: '',
    ...own,
  };
}

/** Returns the actions on lines: `close #12: …`. */
function planned(...given: Parameters<typeof planTickets>): string[] {
  return planTickets(...given).actions.map((action) => {
    const name = 'ticket' in action ? action.ticket.name : action.label;
    return `${action.do} ${name}: ${action.why}`;
  });
}

test('a cause that leaks gets a ticket, the worst first: one that is seen in no test alone', () => {
  const history = historyOf(
    causeOf(1, { isInTest: true }),
    causeOf(2),
    causeOf(3, { weeks: [{ week: '2026-W48', count: 9, runs: 1 }] }),
    causeOf(4, { evidence: 'pending' }),
    causeOf(5, { evidence: 'unreachable', runs: 1 }),
  );
  expect(planned(history, [], options)).toEqual([
    'create leaklab-000000050123: 3 at once, in 1 run',
    'create leaklab-000000030123: 9 at once, in 4 runs',
    'create leaklab-000000020123: 3 at once, in 4 runs',
    'create leaklab-000000040123: 3 at once, in 4 runs',
    'create leaklab-000000010123: 3 at once, in 4 runs',
  ]);
});

test('the cap holds for new tickets alone, and the others are named', () => {
  const history = historyOf(causeOf(1), causeOf(2), causeOf(3));
  const { actions, more } = planTickets(history, [ticketOf(3, { own: '' })], { ...options, most: 1 });
  expect(actions.map((action) => [action.do, action.label])).toEqual([
    ['update', 'leaklab-000000030123'],
    ['create', 'leaklab-000000010123'],
  ]);
  expect(more.map(labelOf)).toEqual(['leaklab-000000020123']);
});

test('a cause that the last run did not see gets no ticket', () => {
  expect(planned(historyOf(causeOf(1, fixedAfter(1)), causeOf(2, fixedAfter(9))), [], options)).toEqual([]);
});

test('a ticket is updated only when its text changes', () => {
  const history = historyOf(causeOf(1), causeOf(2));
  expect(planned(history, [ticketOf(1), ticketOf(2, { own: 'old' })], options)).toEqual([
    'update #2: 3 at once, last 2026-11-25',
  ]);
});

describe('closing', () => {
  test('names the commit, after as many clean runs as asked for', () => {
    const history = historyOf(causeOf(1, fixedAfter(4)), causeOf(2, fixedAfter(5)));
    expect(planned(history, [ticketOf(1), ticketOf(2)], options)).toEqual([
      'close #2: fixed by f1f1f1f1f1f1: 5 runs without it since 2026-11-27',
    ]);
    expect(planned(history, [ticketOf(1), ticketOf(2)], { ...options, after: 4 })).toHaveLength(2);
  });

  test('says so if the commit is unknown', () => {
    const fixed = { time: '2026-11-27T08:00:00.000Z' };
    const history = historyOf(causeOf(1, { cleanRuns: 6, fixed }));
    expect(planned(history, [ticketOf(1)], options)).toEqual([
      'close #1: gone, by an unknown commit: 6 runs without it since 2026-11-27',
    ]);
  });

  test('is no matter for a ticket that is closed', () => {
    const closed = ticketOf(1, { isOpen: false, closed: '2026-11-28T00:00:00Z', own: 'old' });
    expect(planned(historyOf(causeOf(1, fixedAfter(9))), [closed], options)).toEqual([]);
  });
});

describe('reopening', () => {
  const closedOn = (closed: string): Ticket => ticketOf(1, { isOpen: false, closed });

  test('needs a run after the ticket was closed', () => {
    const history = historyOf(causeOf(1));
    expect(planned(history, [closedOn('2026-11-24T00:00:00Z')], options)).toEqual([
      'reopen #1: seen again 2026-11-25',
    ]);
    expect(planned(history, [closedOn('2026-11-25T10:00:00+01:00')], options)).toEqual([]);
  });

  test('is left to people where they said so', () => {
    const ticket = { ...closedOn('2026-11-24T00:00:00Z'), isHandsOff: true };
    expect(planned(historyOf(causeOf(1)), [ticket], options)).toEqual([]);
  });
});

describe('two tickets of one cause', () => {
  test('the lower number stays, also a closed one', () => {
    const first = ticketOf(1, { number: 7, isOpen: false, closed: '2026-11-28T00:00:00Z' });
    expect(planned(historyOf(causeOf(1)), [ticketOf(1, { number: 9 }), first], options)).toEqual([
      'close duplicate #9: #7 has the same cause',
    ]);
  });

  test('a duplicate that is marked and still open is closed, and takes no part otherwise', () => {
    const marked = ticketOf(1, { number: 5, labels: [commonLabel, duplicateLabel] });
    expect(planned(historyOf(causeOf(1)), [marked, ticketOf(1, { number: 9 })], options)).toEqual([
      'close duplicate #5: it is marked as one',
    ]);
  });
});

test('an open ticket of a cause that the history does not know is left alone, and named', () => {
  const { actions, unknown } = planTickets(
    historyOf(),
    [ticketOf(1), ticketOf(2, { isOpen: false })],
    options,
  );
  expect(actions).toEqual([]);
  expect(unknown.map(({ name }) => name)).toEqual(['#1']);
});
