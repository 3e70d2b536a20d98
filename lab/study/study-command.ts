import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatReport, wantsColour, type Report } from '../../detector/index.ts';
import { demandPackages } from '../catalogue/link-packages.ts';
import { ownCatalogue } from '../catalogue/own-catalogue.ts';
import type { Catalogue } from '../catalogue/program.ts';
import { families, kinds, stages as allStages, type Observable } from '../contract.ts';
import { readProofs } from '../oracle/proof-file.ts';
import { stages } from '../oracle/reading.ts';
import { pairsOf, type Pair } from '../catalogue/pairs.ts';
import { readReports } from '../run/reports-file.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { browse, matching, type Entry, type Filter } from './browser.ts';
import { browseOnTerminal } from './browse-terminal.ts';
import { growthChart, type Paint } from './growth-chart.ts';
import { folded, foldedCode, headLines, heading, painted, tailLines, type Layout } from './study-lines.ts';
import { studyPage } from './study-page.ts';
import { savedValues, studyRun, valuesOf, type Readings } from './study-run.ts';

const studyHelp = `usage: leaklab study [ID] [--saved] [--family NAME] [--kind NAME] [--stage NAME] [--search WORDS]
                     [--json] [--catalogue FOLDER]

Shows a pair on the terminal: the program with its marked lines, leak and fix run live with a chart of what grows,
the detector's report, the diff, and the real bugs. Without an id, shows the catalogue: on a terminal you browse it
with the arrow keys, in a pipe it is a list.

  --saved             run nothing; show the committed proofs and reports
  --family NAME       list only pairs of this family
  --kind NAME         list only pairs with this kind of leak
  --stage NAME        list only pairs of this stage
  --search WORDS      list only pairs with all these words in id or title
  --json              print one object, with a version
  --catalogue FOLDER  in a clone, the folder that holds patterns/, fixes/ and docs/; default this project

exit code: 0 the pair or list was shown; 1 nothing fits, or a program could not be measured to its end; 2 used
wrongly`;

export const verb: Verb = { help: studyHelp, run: studyCommand };

/** Runs `leaklab study`, prints to standard output, and returns the exit code. */
async function studyCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      saved: { type: 'boolean', default: false },
      family: { type: 'string', default: '' },
      kind: { type: 'string', default: '' },
      stage: { type: 'string', default: '' },
      search: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      catalogue: { type: 'string' },
    },
  });
  const { saved, json, family, kind, stage, search } = values;
  if (positionals.length > 1) throw new UsageError('more than one id', 'leaklab study timer/unref-interval');
  known('family', family, families);
  known('kind', kind, kinds);
  known('stage', stage, allStages);
  const catalogue = await ownCatalogue(values.catalogue && resolve(values.catalogue));
  const [id] = positionals;
  const study = new Study(catalogue, saved);
  if (id !== undefined) return (await study.show(pairNamed(catalogue, id), json)) ? 0 : 1;
  return list(catalogue, { family, kind, stage, search }, json, study);
}

async function list(catalogue: Catalogue, filter: Filter, json: boolean, study: Study): Promise<number> {
  const state = browse(entriesOf(catalogue), filter);
  const fitting = matching(state);
  if (json) {
    process.stdout.write(`${JSON.stringify({ version: 1, pairs: fitting })}\n`);
  } else if (process.stdin.isTTY && process.stdout.isTTY) {
    await browseOnTerminal(state, async (id) => {
      await study.show(pairNamed(catalogue, id), false);
    });
    return 0;
  } else {
    const width = Math.max(0, ...fitting.map(({ id }) => id.length));
    const lines = fitting.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`);
    process.stdout.write(lines.length === 0 ? 'nothing fits\n' : lines.join(''));
  }
  return fitting.length > 0 ? 0 : 1;
}

/** Shows pairs of one catalogue. */
class Study {
  readonly #catalogue: Catalogue;
  readonly #isSaved: boolean;

  constructor(catalogue: Catalogue, isSaved: boolean) {
    this.#catalogue = catalogue;
    // the oracle reads /proc
    this.#isSaved = isSaved || process.platform !== 'linux';
  }

  /** Shows a pair; reports whether both programs could be measured to their end. */
  async show(pair: Pair, json: boolean): Promise<boolean> {
    const { root, sources } = this.#catalogue;
    const page = studyPage(pair, sources, root);
    const { grows } = pair.pattern.pattern;
    if (!this.#isSaved) demandPackages(pair.pattern.id, readFileSync(pair.pattern.file, 'utf8'));
    if (json) return this.#showJson(pair, page, grows);
    const layout = layoutOf(process.stdout);
    const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n\n`);
    print(headLines(page, layout));
    print([
      heading('What grows', layout),
      ...folded('Measured without any detector: run 1, 5 and 25 times in one process.', layout.width),
    ]);
    if (this.#isSaved) {
      const { curves, report } = this.#saved(pair);
      print(grows.flatMap((name) => chartOf(name, curves(name), layout)));
      print([heading('What the detector reports', layout), ...report.flatMap((line) => fit(line, layout))]);
      print(tailLines(page, layout));
      return true;
    }
    const live = new LiveLines(process.stdout);
    const draw = (readings: Readings): void =>
      live.write(grows.flatMap((name) => chartOf(name, curvesIn(readings, name), layout)));
    draw({ leak: [], fix: [] });
    const { readings, reports, problems } = await studyRun(pair, draw);
    draw(readings);
    live.end();
    if (problems.length > 0)
      print(problems.map((problem) => painted('yellow', `not measured to its end: ${problem}`, layout)));
    print([heading('What the detector reports', layout), ...reportLines(reports.leak, root, layout)]);
    print([`of the fix: ${reportLines(reports.fix, root, layout).join('\n')}`]);
    print(tailLines(page, layout));
    return problems.length === 0;
  }

  async #showJson(pair: Pair, page: object, grows: readonly Observable[]): Promise<boolean> {
    const write = (parts: object): void =>
      void process.stdout.write(`${JSON.stringify({ version: 1, ...page, stages, ...parts })}\n`);
    const byName = (of: (name: Observable) => object): object =>
      Object.fromEntries(grows.map((name) => [name, of(name)]));
    if (this.#isSaved) {
      const { curves, report } = this.#saved(pair);
      write({ curves: byName((name) => named(curves(name))), report });
      return true;
    }
    const { readings, reports, problems } = await studyRun(pair, () => {});
    write({ curves: byName((name) => named(curvesIn(readings, name))), reports, problems });
    return problems.length === 0;
  }

  #saved(pair: Pair): { curves: (name: Observable) => Curves; report: readonly string[] } {
    const { root } = this.#catalogue;
    const proofs = readProofs(root);
    const path = `patterns/${pair.pattern.id}.ts`;
    const reports = readReports(resolve(root, 'docs/reports.json'));
    return {
      curves: (name) => [
        { name: 'leak', values: savedValues(proofs, pair.pattern, name, root) },
        { name: 'fix', values: savedValues(proofs, pair.fix, name, root) },
      ],
      report: reports.programs.find((each) => each.path === path)?.report ?? ['(no report)'],
    };
  }
}

type Curves = readonly { readonly name: string; readonly values: readonly number[] }[];

function curvesIn({ leak, fix }: Readings, name: Observable): Curves {
  return [
    { name: 'leak', values: valuesOf(leak, name) },
    { name: 'fix', values: valuesOf(fix, name) },
  ];
}

function named(curves: Curves): object {
  return Object.fromEntries(curves.map(({ name, values }) => [name, values]));
}

function chartOf(name: Observable, curves: Curves, layout: Layout): string[] {
  const paint: Paint = (text, curve) => painted(curve === 0 ? 'red' : 'green', text, layout);
  return growthChart(name, stages, curves, layout.width, paint);
}

/** Returns the lines of a report, with paths relative to the catalogue. */
function reportLines(report: Report, root: string, { width, hasColour }: Layout): string[] {
  const text = formatReport(report, { width, colour: hasColour });
  const here = relative(process.cwd(), root);
  return text
    .replaceAll(`${root}/`, '')
    .replaceAll(here === '' ? '\0' : `${here}/`, '')
    .split('\n');
}

/** Folds a committed line, which may have 100 characters. */
function fit(line: string, { width }: Layout): string[] {
  return foldedCode(line, width).map((part, index) => (index === 0 ? part : `    ${part}`));
}

/** Lines that a terminal rewrites in place; a pipe gets only the last ones. */
class LiveLines {
  readonly #stream: NodeJS.WriteStream;
  #lines: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  write(lines: readonly string[]): void {
    const back = this.#lines.length > 0 ? `\x1b[${this.#lines.length}A\x1b[J` : '';
    if (this.#stream.isTTY) this.#stream.write(`${back}${lines.join('\n')}\n`);
    this.#lines = lines;
  }

  end(): void {
    this.#stream.write(this.#stream.isTTY ? '\n' : `${this.#lines.join('\n')}\n\n`);
  }
}

/** Returns the layout of a stream: as wide as the terminal, up to 100; 80 in a pipe. */
function layoutOf(stream: NodeJS.WriteStream): Layout {
  const columns = stream.isTTY ? stream.columns : 80;
  return { width: Math.min(100, Math.max(40, columns)), hasColour: wantsColour(stream) };
}

function entriesOf(catalogue: Catalogue): Entry[] {
  return pairsOf(catalogue).map(({ pattern }) => ({
    id: pattern.id,
    title: pattern.pattern.title,
    family: pattern.family,
    kinds: [...new Set(pattern.markers.leaks.map(({ kind }) => kind))],
    stage: pattern.pattern.stage,
  }));
}

function pairNamed(catalogue: Catalogue, id: string): Pair {
  const pairs = pairsOf(catalogue);
  const pair = pairs.find(({ pattern }) => pattern.id === id);
  if (pair) return pair;
  const last = id.split('/').at(-1) ?? id;
  const near = pairs.find(({ pattern }) => pattern.id.includes(last));
  throw new UsageError(
    `no pair ${JSON.stringify(id)}`,
    near ? `did you mean ${near.pattern.id}?` : 'leaklab study lists them all',
  );
}

function known(option: string, value: string, allowed: readonly string[]): void {
  if (value === '' || allowed.includes(value)) return;
  throw new UsageError(`no ${option} ${JSON.stringify(value)}`, `one of ${allowed.join(', ')}`);
}
