import { expect, test } from 'vitest';
import { searchWords } from './search-words.ts';

test('words are searched, and no address and no number', () => {
  const text =
    'A [pool](../pool/x.md#l12), e2e over http2: `sock_et` of pg#80, 25 runs, see https://a.example/issues/81.';
  expect(searchWords(text)).toBe('A pool e2e over http2 sock_et of pg runs see');
});
