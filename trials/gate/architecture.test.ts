import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { projectRoot } from '../../lab/shared/project-root.ts';

/** The sources without tests and fixtures, each with what it imports of the project, types included. */
const imports = new Map(
  globSync('{detector,lab,trials,patterns,fixes}/**/*.{ts,cts,cjs}', { cwd: projectRoot })
    .filter((file) => !/\.test\.ts$|\/fixtures\/|node_modules/.test(file))
    .map((file) => [file, importsOf(file)] as const),
);

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(projectRoot, file), 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));
}

/** Lists `a -> b` for the imports by files of one kind that a test refuses. */
function refused(from: RegExp, isRefused: (to: string, by: string) => boolean): string[] {
  return [...imports].flatMap(([file, all]) =>
    from.test(file) ? all.filter((to) => isRefused(to, file)).map((to) => `${file} -> ${to}`) : [],
  );
}

test('the sources are found', () => {
  expect(imports.size).toBeGreaterThan(700);
  expect(imports.get('lab/cli.ts')).toContain('lab/verbs.ts');
});

test('trials import lab and detector, lab imports detector, and none the other way', () => {
  expect(refused(/^detector\//, (to) => !to.startsWith('detector/'))).toEqual([]);
  expect(refused(/^lab\//, (to) => to.startsWith('trials/'))).toEqual([]);
  expect(refused(/^(?:patterns|fixes)\//, (to) => /^(?:detector|trials)\//.test(to))).toEqual([]);
});

test('programs of the catalogue import types of the contract, and nothing else of the lab', () => {
  expect(refused(/^(?:patterns|fixes)\//, (to) => to.startsWith('lab/') && to !== 'lab/contract.ts')).toEqual(
    [],
  );
});

test('lab and trials import from detector its index, internal.ts and the check of the runtime alone', () => {
  const isInner = (to: string): boolean =>
    to.startsWith('detector/') && !/^detector\/(?:index|internal|engine\/supported)\.ts$/.test(to);
  expect(refused(/^(?:lab|trials)\//, isInner)).toEqual([]);
});

test('the engine knows no probe, and nothing above it', () => {
  expect(refused(/^detector\/engine\//, (to) => !to.startsWith('detector/engine/'))).toEqual([]);
});

test('probes know no scope, no runner and no report', () => {
  expect(
    refused(/^detector\/(?:probes|origin)\//, (to) =>
      /^detector\/(?:scope|runners|report|causes|lessons)\//.test(to),
    ),
  ).toEqual([]);
});

test('runners are known to no other part of the detector', () => {
  const isPublic = (file: string): boolean => /^detector\/(?:internal\.ts|runners\/)/.test(file);
  expect(refused(/^detector\//, (to, by) => to.startsWith('detector/runners/') && !isPublic(by))).toEqual([]);
});

test('no circle of imports', () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const to of imports.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

test('no folder has more than twenty sources, lists of programs aside', () => {
  const folders = Map.groupBy(imports.keys(), (file) => dirname(file));
  const large = [...folders].filter(([folder, files]) => files.length > 20 && !isListOfPrograms(folder));
  expect(large.map(([folder, { length }]) => `${folder}: ${length}`)).toEqual([]);
});

function isListOfPrograms(folder: string): boolean {
  return /^(?:patterns|fixes)\/|^trials\/packages\/programs$/.test(folder);
}
