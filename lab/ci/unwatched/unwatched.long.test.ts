import { expect, test } from 'vitest';
import { otherVersion } from '../../../detector/runners/fixtures/other-version.ts';
import { suites, type Files } from '../../../detector/runners/fixtures/suites.ts';
import { leaklab, type Told } from '../../fixtures/cli.ts';

const suite = suites();
const older = ['2.1.9', '3.2.7', '4.0.18'].map((version) => ({
  version,
  suite: suites({ vitest: otherVersion('vitest', version) }),
}));
const vitest = ['--', 'node', '../node_modules/vitest/vitest.mjs', 'run'];
const jest = ['--', 'node', '../node_modules/jest/bin/jest.js'];

function leaking(imports: string): string {
  return `${imports}
test('is clean', () => {});
test('leaks', () => { setInterval(() => {}, 1000).unref(); }); // 3
`;
}
const vitestFile = leaking("import { test } from 'vitest';");
const jestFile = leaking('');

/** Returns the problems, as they are printed, without the package and the Node that each names first. */
function problemsIn({ stdout }: Told): string[] {
  return [...stdout.matchAll(/^shop on Node [\d.]+: (.*)$/gm)].map(([, problem = '']) => problem);
}

const manifest = { 'package.json': '{ "name": "shop", "type": "module" }' };

async function ci(files: Files, command: readonly string[], make = suite): Promise<Told> {
  return leaklab(['ci', ...command], make({ ...manifest, ...files }));
}

const projects: Files = {
  'packages/a/a.test.js': vitestFile,
  'packages/b/b.test.js': vitestFile,
  'packages/b/more.test.js': vitestFile,
  'packages/a/vitest.config.js': "export default { test: { name: 'a', setupFiles: ['leaklab/vitest'] } };",
  'packages/b/vitest.config.js': "export default { test: { name: 'b' } };",
};
const unwatchedB =
  'nothing was watched in vitest\'s project "b": 2 test files ran without leaklab: packages/b/b.test.js, ' +
  "packages/b/more.test.js; next: add setupFiles: ['leaklab/vitest'] to that project";

test('vitest: a project without the line beside one that has it is a problem, with its name', async () => {
  const told = await ci(
    { ...projects, 'vitest.config.js': "export default { test: { projects: ['packages/*'] } };" },
    vitest,
  );
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/^1 leak from 1 line in 2 tests, 1 file on Node [\d.]+; 1 problem\n/);
  expect(told.stdout).toContain('  at packages/a/a.test.js:3:');
  expect(problemsIn(told)).toEqual([unwatchedB]);
});

test.each(older)('vitest $version: so it is', async ({ version, suite: make }) => {
  const config =
    version < '3'
      ? { 'vitest.workspace.js': "export default ['packages/*'];" }
      : { 'vitest.config.js': "export default { test: { projects: ['packages/*'] } };" };
  const told = await ci({ ...projects, ...config }, vitest, make);
  expect(told.code).toBe(1);
  expect(problemsIn(told)).toEqual([unwatchedB]);
});

test('vitest: projects that take nothing from a root with the line are each named', async () => {
  const told = await ci(
    {
      ...projects,
      'packages/a/vitest.config.js': "export default { test: { name: 'a' } };",
      'vitest.config.js':
        "export default { test: { setupFiles: ['leaklab/vitest'], projects: ['packages/*'] } };",
    },
    vitest,
  );
  expect(told.code).toBe(1);
  expect(problemsIn(told)).toEqual([
    expect.stringMatching(/^nothing was watched: no test wrote a report; next: /),
    expect.stringMatching(/^nothing was watched in vitest's project "a": 1 test file ran without leaklab: /),
    expect.stringMatching(/^nothing was watched in vitest's project "b": 2 test files ran without leaklab: /),
  ]);
});

test('vitest: of two projects that run the same files, the one without the line is named', async () => {
  const config = `export default { test: { projects: [
    { test: { name: 'forked', pool: 'forks', setupFiles: ['leaklab/vitest'] } },
    { test: { name: 'threaded', pool: 'threads' } },
  ] } };`;
  const told = await ci({ 'shop.test.js': vitestFile, 'vitest.config.js': config }, vitest);
  expect(problemsIn(told)).toEqual([
    expect.stringMatching(/^nothing was watched in vitest's project "threaded": 1 test file ran/),
  ]);
});

test('vitest: nothing is said of watched projects, of skipped tests and of files that fail to load', async () => {
  const config = `export default { test: {
    setupFiles: ['./setup.js'],
    projects: [
      { extends: true, test: { name: 'a', include: ['a.test.js', 'skipped.test.js', 'broken.test.js'] } },
      { test: { name: 'b', include: ['skipped.test.js', 'broken.test.js'] } },
    ],
  } };`;
  const clean = "import { test } from 'vitest';\n";
  const told = await ci(
    {
      'a.test.js': `${clean}test('sees no option of leaklab', () => {
  if (process.env.NODE_OPTIONS !== '--no-deprecation') throw new Error(process.env.NODE_OPTIONS);
});`,
      'skipped.test.js': `${clean}test.skip('is skipped', () => {});`,
      'broken.test.js': "throw new Error('broken');",
      'setup.js': "import 'leaklab/vitest';",
      'vitest.config.js': config,
    },
    ['--', 'sh', '-c', `NODE_OPTIONS="--no-deprecation $NODE_OPTIONS" ${vitest.slice(1).join(' ')} || true`],
  );
  expect({ code: told.code, problems: problemsIn(told) }).toEqual({ code: 0, problems: [] });
  expect(told.stdout).toContain('no leaks in 1 test');
});

const jestProjects: Files = {
  'packages/a/a.test.cjs': jestFile,
  'packages/b/b.test.cjs': jestFile,
  'packages/a/package.json': '{ "name": "a" }',
  'packages/b/package.json': '{ "name": "b" }',
};

function jestConfig(ofB: string): Files {
  const common = "testEnvironment: 'node', testMatch: ['<rootDir>/*.test.cjs']";
  const line = "setupFilesAfterEnv: ['leaklab/jest']";
  return {
    'jest.config.cjs': `module.exports = { projects: [
  { displayName: 'a', rootDir: '<rootDir>/packages/a', ${common}, ${line} },
  { rootDir: '<rootDir>/packages/b', ${common}, ${ofB || line} },
] };`,
  };
}

test.each([['--runInBand'], ['--maxWorkers=2']])(
  'jest %s: a project without the line beside one that has it is a problem, with its folder',
  async (flag) => {
    const told = await ci({ ...jestProjects, ...jestConfig('slowTestThreshold: 9') }, [...jest, flag]);
    expect(told.code).toBe(1);
    expect(told.stdout).toContain('  at packages/a/a.test.cjs:3:');
    expect(problemsIn(told)).toEqual([
      "nothing was watched in jest's project in packages/b: 1 test file ran without leaklab: " +
        "packages/b/b.test.cjs; next: add setupFilesAfterEnv: ['leaklab/jest'] to that project",
    ]);
  },
);

test('jest: nothing is said of watched projects', async () => {
  const told = await ci({ ...jestProjects, ...jestConfig('') }, jest);
  expect(told.stdout).toContain('  at packages/b/b.test.cjs:3:');
  expect(problemsIn(told)).toEqual([]);
});

test('a command that replaces NODE_OPTIONS leaves unknown which test files ran, and that is said', async () => {
  const files = { 'clean.test.js': "import { test } from 'vitest';\ntest('is clean', () => {});" };
  const config = { 'vitest.config.js': "export default { test: { setupFiles: ['leaklab/vitest'] } };" };
  const command = `NODE_OPTIONS=--no-deprecation ${vitest.slice(1).join(' ')}`;
  const told = await ci({ ...files, ...config }, ['--command', command]);
  expect(told.code).toBe(0);
  expect(told.stderr).toMatch(
    /: 2 watched, no leaks, exit code 0, [\d.]+ s; not known whether all projects were watched, as NODE_OPTIONS did not reach the runner\n$/,
  );
});

test('leaklab report says it of reports that were kept', async () => {
  const folder = suite({
    ...manifest,
    ...projects,
    'vitest.config.js': "export default { test: { projects: ['packages/*'] } };",
  });
  await leaklab(['ci', '--reports', 'reports', ...vitest], folder);
  const told = await leaklab(['report', 'reports'], folder);
  expect(told.code).toBe(1);
  expect(told.stdout).toContain(`\n${unwatchedB}\n`);
});
