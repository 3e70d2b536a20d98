import { join } from 'node:path';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { families } from '../../contract.ts';
import { readProofs } from '../../oracle/proof-file.ts';
import { familyWords } from '../pages/family-words.ts';
import { html } from '../pages/html.ts';
import { readReports } from '../../run/reports-file.ts';
import { growthCurves, growthOf } from '../pictures/growth.ts';
import { inPage, picture } from '../pictures/svg.ts';
import type { SitePage } from './pages.ts';
import { reportBlock } from './prose.ts';

/** The first pair of the page: three lines of it show the mistake. */
const shown = 'stream/pipe-client-gone';

/** Returns the start page, in HTML: a leak that grows and is reported, the catalogue, and links. */
export function startPage(catalogue: Catalogue, pages: readonly SitePage[]): string {
  const { programs, root, sources } = catalogue;
  const count = (role: string): number => programs.filter((each) => each.role === role).length;
  const growth = growthOf(shown, 'fds', readProofs(root));
  const [first, last] = [growth.pattern[0] ?? 0, growth.pattern.at(-1) ?? 0];
  const runs = growth.runs.at(-1);
  const report = readReports(join(root, 'docs', 'reports.json')).programs.find(
    ({ path }) => path === `patterns/${shown}.ts`,
  );
  const numbers: readonly (readonly [string | number, string])[] = [
    [count('pattern'), `pairs in ${families.length} families, each a leak and the same program fixed`],
    [count('wrong-fix'), 'plausible fixes that still leak'],
    [count('decoy'), 'clean programs that look like leaks'],
    [sources.size, 'reports of the real bugs behind them'],
  ];
  return `<div class="tsd-typography">
<h1>Find what a Node.js program leaks</h1>
<p class="lead">leaklab is ${count('pattern')} pairs of programs, one that leaks and the same one fixed, each proven without a detector; and a leak detector for your tests that names the line.</p>
<div class="shown">
<figure>
${inPage(picture(460, 300, `open files after ${growth.runs.join(', ')} runs: the leak ${growth.pattern.join(', ')}; the fix ${growth.fix.join(', ')}`, growthCurves(growth, { left: 34, top: 30, width: 354, height: 236, unit: 'open files, by runs of the same work' })))}
<figcaption>A film is piped to a viewer who closes the page; <code>pipe()</code> does not close the file. ${runs} viewers later, ${last - first} more files are open. Measured <a href="oracle.html">without a detector</a>: <a href="catalogue/${shown}.html">${shown}</a>.</figcaption>
</figure>
<figure>
${reportBlock(report?.report ?? [])}
<figcaption>What the detector reports after one run. With the line <code>response.once('close', () =&gt; recording.destroy())</code> it reports nothing.</figcaption>
</figure>
</div>
<dl class="numbers">
${numbers.map(([figure, words]) => `<div><dt>${words}</dt><dd>${figure}</dd></div>`).join('\n')}
</dl>
<h2>Two commands</h2>
<div class="two">
<div><pre tabindex="0"><code class="sh">npm ci &amp;&amp; npm start
</code></pre>
<p>Runs every program of the catalogue under the detector: each leak is reported at its line, each fix is silent.</p></div>
<div><pre tabindex="0"><code class="sh">npx leaklab check some/program.ts
</code></pre>
<p>Checks any module or script of yours: what leaked, which line made it, what keeps it alive, how to fix it.</p></div>
</div>
<h2>The catalogue</h2>
<ul class="families">
${families.map((family) => `<li><span>${programs.filter((each) => each.family === family && each.role === 'pattern').length}</span><a href="catalogue/${family}/index.html">${family}</a><br>${html(familyWords[family])}</li>`).join('\n')}
</ul>
<h2>Where next</h2>
<div class="ways">
${ways(pages)}
</div>
</div>`;
}

/** Returns links to the pages that a reader may want next. */
function ways(pages: readonly SitePage[]): string {
  const wanted: readonly (readonly [string, string, string])[] = [
    ['docs/concepts/leaks.md', 'What a leak is', 'in a language with a garbage collector'],
    ['docs/concepts/blind-spots.md', "What can't be seen", 'by a detector of this kind, and by this one'],
    ['docs/guides/vitest.md', 'In vitest', 'a setup file, and each test fails for its leaks'],
    ['docs/guides/node-test.md', 'In node:test', 'without another package'],
    ['docs/guides/ci.md', 'In CI', 'reports that a reviewer reads'],
    ['docs/policy.md', 'Tolerated leaks', 'each with a reason, an owner and an end date'],
    ['docs/workshop.md', 'Workshop', 'find the leak, then fix it, in your editor'],
    [
      'docs/method.md',
      'How detectors are scored',
      'a leak counts only if it is reported and its fix is silent',
    ],
    ['docs/manifest.md', 'For other detectors', 'the catalogue as data, and as a package'],
  ];
  return wanted
    .flatMap(([file, title, words]) => {
      const page = pages.find((each) => each.file === file);
      return page ? [`<div><h3><a href="${page.url}">${title}</a></h3><p>${words}</p></div>`] : [];
    })
    .join('\n');
}
