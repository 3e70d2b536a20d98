import { expect, test } from 'vitest';
import { numberedLines, reportBlock, searchWords } from './prose.ts';

test('the line that leaks is told apart in a report', () => {
  expect(reportBlock(['1 leak', '  > 46 │     lock(); // LEAK: await', '    47 │   } else {'])).toBe(
    '<pre tabindex="0"><code class="text">1 leak\n' +
      '<span class="line leaks">  &gt; 46 │     lock(); // LEAK: await\n</span>' +
      '    47 │   } else {\n</code></pre>',
  );
});

test('each line of a source has its anchor', () => {
  expect(numberedLines('const a = 1 < 2;\nopen(); // FIX: closed\n')).toBe(
    '<pre class="source" tabindex="0"><code>' +
      '<span class="line" id="L1"><a href="#L1">1</a>const a = 1 &lt; 2;\n</span>' +
      '<span class="line fixes" id="L2"><a href="#L2">2</a>open(); // FIX: closed\n</span></code></pre>',
  );
});

test('words are searched, and no address and no number', () => {
  const text =
    'A [pool](../pool/x.md#l12), e2e over http2: `sock_et` of pg#80, 25 runs, see https://a.example/issues/81.';
  expect(searchWords(text)).toBe('A pool e2e over http2 sock_et of pg runs see');
});
