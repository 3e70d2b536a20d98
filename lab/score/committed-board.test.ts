import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { projectRoot } from '../shared/project-root.ts';
import { formatRecords } from '../shared/json-records.ts';
import type { Adapter } from './answer/adapter.ts';
import { adapters } from './adapters.ts';
import { boardHtml } from './board/board-html.ts';
import { boardMarkdown } from './board/board-markdown.ts';
import { boardPlan } from './board/board-plan.ts';
import type { Board } from './board/board.ts';
import { readExpected } from './board/expected.ts';
import { readBoard, type ScoredBoard } from './board/scored-board.ts';

const docs = join(projectRoot, 'docs');
const text = (name: string): string => readFileSync(join(docs, name), 'utf8');
const board = JSON.parse(text('board.json')) as Board;

test('board.json follows its schema', () => {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(text('board.schema.json')) as object);
  validate(board);
  expect(validate.errors).toBeNull();
});

test('every detector on it is an adapter here, has a letter for each program, and blessed results', () => {
  const blessed = readExpected(join(projectRoot, 'lab/score/expected.json')).map(({ detector }) => detector);
  for (const { name, cells } of board.detectors) {
    expect(blessed).toContain(name);
    expect(adapters.map((adapter) => adapter.name)).toContain(name);
    expect(cells).toHaveLength(board.programs.length);
  }
  expect(new Set(board.detectors.map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
});

test('it follows its plan: each detector, on each Node line, in each way', () => {
  const lineOf = (runtime: string): string => /^node-(\d+)/.exec(runtime)?.[1] ?? runtime;
  const shown = new Set(
    board.detectors.map(({ name, runtime, axis }) => `${name} ${lineOf(runtime)} ${axis}`),
  );
  const planned = boardPlan.flatMap(({ adapters: names, runtimes, axes }) =>
    (names.length > 0 ? names : adapters.map(({ name }) => name)).flatMap((name) => {
      const { runtimes: [first = 'node'] = [] } = adapters.find((each) => each.name === name) as Adapter;
      const own = runtimes.length > 0 ? runtimes : [first];
      return own.flatMap((runtime) => axes.map((axis) => `${name} ${runtime} ${axis}`));
    }),
  );
  const here = new Set(planned.map((row) => row.replace(' node ', ' 24 ')));
  expect([...shown].map((row) => row.replace(/ (deno|bun)-\S+/, ' $1')).toSorted()).toEqual(
    [...here].toSorted(),
  );
});

test('the page of the board needs nothing else, and holds the same board with its rates', () => {
  const scored = readBoard(projectRoot);
  const html = boardHtml(scored, []);
  expect([...html.matchAll(/(?:src|href)="(?!#)([^"]*)"/g)].map(([, to]) => to)).toEqual([
    'data:,',
    'index.html',
    'method.html',
    'adapters.html',
    'board.json',
  ]);
  const [, packed = ''] = /id="data">\s*([\w+/=]+)\s*<\/script>/.exec(html) ?? [];
  const { board: inside } = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as {
    board: ScoredBoard;
  };
  expect(new Set(inside.detectors)).toEqual(new Set(scored.detectors));
});

test('board.md and board.json are of one writing', async () => {
  const markdown = await format(boardMarkdown(readBoard(projectRoot)), {
    parser: 'markdown',
    printWidth: 110,
  });
  expect(text('board.md')).toBe(markdown);
  expect(text('board.json')).toBe(formatRecords(board));
});
