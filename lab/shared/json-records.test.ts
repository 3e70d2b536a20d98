import { expect, test } from 'vitest';
import { formatRecords } from './json-records.ts';

test('records have a line each, and all else a line for its key', () => {
  const value = { version: 2, stages: [1, 5], none: [], programs: [{ id: 'a', x: [1] }, { id: 'b' }] };
  const text = formatRecords(value);
  expect(text.split('\n')).toEqual([
    '{"version":2,',
    '"stages":[1,5],',
    '"none":[],',
    '"programs":[',
    '  {"id":"a","x":[1]},',
    '  {"id":"b"}',
    ']}',
    '',
  ]);
  expect(JSON.parse(text)).toEqual(value);
});
