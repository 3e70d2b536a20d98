import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { History } from '../cause-history.ts';
import { html } from '../../docs/pages/html.ts';
import { levelsOf } from './heat.ts';
import { pageDataOf, type PageOptions } from './page-data.ts';
import { impactNotes, matrixNotes, termMeanings } from './priorities-text.ts';
import { scoresAsScript } from './scores.ts';
import { grouped, plural } from './sheet.ts';
import { fixWords, trendNotes } from './trend-text.ts';

const folder = join(import.meta.dirname, 'page');
/** Modules of the page, each after those that it imports. */
const modules = [
  'element',
  'theme',
  'data',
  'report',
  'rows',
  'heat',
  'trend',
  'matrix',
  'priorities',
  'main',
];

/** Makes the page with all views of a history: one file that requests nothing. */
export function pageOf(history: History, options: PageOptions): string {
  const { json, cells, timeToFix } = pageDataOf(history, options);
  const parts: Readonly<Record<string, string>> = {
    STYLE: read('page.css'),
    SCRIPT: scriptOf(),
    INTRO: html(introOf(history)),
    FIXES: html(fixWords(timeToFix)),
    TREND: html(trendNotes),
    MATRIX: html(matrixNotes),
    IMPACT: html(impactNotes),
    FREQUENCY: html(termMeanings.frequency),
    BLOCKING: html(termMeanings.blocking),
    COMPLEXITY: html(termMeanings.complexity),
    DATA: packed(json),
    CELLS: packed(new Uint8Array(cells.buffer)),
  };
  return read('page.html').replaceAll(
    /(?:\/\* |<!-- |\{\{)([A-Z]+)(?: \*\/| -->|\}\})/g,
    (whole, name: string) => parts[name] ?? whole,
  );
}

/** Returns the files of the page that the compiler leaves out. */
export function pageFiles(): readonly string[] {
  return globSync('*', { cwd: folder });
}

function introOf({ runs, causes }: History): string {
  const open = causes.filter(({ fixed }) => !fixed).length;
  const [first, last] = [runs[0], runs.at(-1)].map((run) => run?.time.slice(0, 10) ?? '');
  return `${grouped(open)} of ${plural(causes.length, 'known cause')} of leaks ${open === 1 ? 'is' : 'are'} open, after ${plural(runs.length, 'run')}${first === '' ? '' : ` from ${first} to ${last}`}.`;
}

/** Returns the modules as one script: each is a function that returns its exports, so that none sees another's names. */
function scriptOf(): string {
  const texts = modules.map((name) => {
    const text = read(`${name}.js`);
    const exported = [...text.matchAll(/^export (?:async )?(?:const|function) ([\w$]+)/gm)].map(
      ([, each]) => each,
    );
    const body = text
      .replaceAll(/^import (\{[^}]*\}) from '\.\/(\w+)\.js';$/gm, 'const $1 = module_$2;')
      .replaceAll(/^export /gm, '');
    return `const module_${name} = await (async () => {\n${body}\nreturn { ${exported.join(', ')} };\n})();`;
  });
  return [scoresAsScript(), String(levelsOf), ...texts].join('\n');
}

function packed(content: string | Uint8Array): string {
  return gzipSync(content).toString('base64');
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8').trim();
}
