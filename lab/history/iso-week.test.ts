import { expect, test } from 'vitest';
import { weekName, weekNumberOf } from './iso-week.ts';

// from the tables of ISO 8601
test.each([
  ['2026-11-30T00:00:00.000Z', '2026-W49'],
  ['2026-11-29T23:59:59.999Z', '2026-W48'],
  ['2027-01-01T12:00:00.000Z', '2026-W53'],
  ['2027-01-04T00:00:00.000Z', '2027-W01'],
  ['2024-12-30T00:00:00.000Z', '2025-W01'],
  ['2023-01-01T00:00:00.000Z', '2022-W52'],
  ['1970-01-01T00:00:00.000Z', '1970-W01'],
])('%s is in %s', (time, week) => {
  expect(weekName(weekNumberOf(time))).toBe(week);
});
