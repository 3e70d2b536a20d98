import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { $ } from 'zx';
import { projectRoot } from '../../shared/project-root.ts';
import { hashOf } from '../list-programs.ts';
import type { Manifest } from '../manifest.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import type { Board } from '../../score/board/board.ts';

const folder = tempFolders();
const example =
  /```js\n([^`]*)```/.exec(readFileSync(join(projectRoot, 'docs/manifest.md'), 'utf8'))?.[1] ?? '';
// sees timers, and where they were set, as a simple detector would
const detector = `const { setTimeout, setInterval } = globalThis;
export async function findLeaks(work) {
  const live = new Map();
  const watched = (set) => (...args) => {
    const timer = set(...args);
    live.set(timer, /(\\d+):\\d+\\)?$/.exec(new Error().stack.split('\\n')[2])[1]);
    return timer;
  };
  Object.assign(globalThis, { setTimeout: watched(setTimeout), setInterval: watched(setInterval) });
  await work();
  Object.assign(globalThis, { setTimeout, setInterval });
  await new Promise((done) => setTimeout(done, 100));
  return [...live].flatMap(([timer, line]) => (timer._destroyed ? [] : [{ line: Number(line) }]));
}
`;
let root: string;

/** As a user would: the package is packed, and installed in an empty folder. */
beforeAll(async () => {
  root = folder({
    'package.json': JSON.stringify({ private: true, type: 'module' }),
    'score.js': example,
    'my-detector.js': detector,
    'poll.js': 'export function run() {\n  setInterval(() => {}, 1000);\n}\n',
    'once.ts': 'export const run = (times: number): number => times;\n',
    'level.ts': 'enum Level { Low }\nexport const run = () => Level.Low;\n',
  });
  const packed = await $({ cwd: projectRoot, quiet: true })`npm pack --json --pack-destination ${root}`;
  // what the build prints stands before it
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { filename: string },
  ];
  await $({ cwd: root, quiet: true })`npm install --no-audit --no-fund --omit=peer ./${filename}`;
}, 300_000);

function installed(path: string): string {
  return readFileSync(join(root, 'node_modules/leaklab', path), 'utf8');
}

test('every program is there, with the bytes of the manifest and the markers at their lines', () => {
  const { programs } = JSON.parse(installed('dist/catalogue.json')) as Manifest;
  const sources = programs.map(({ path }) =>
    readFileSync(join(projectRoot, path.replace(/js$/, 'ts')), 'utf8'),
  );
  expect(programs.length).toBeGreaterThan(300);
  const found = programs.map(({ path, markers }) => {
    const script = installed(`dist/${path}`);
    const lines = script.split('\n');
    const marked = markers.filter(({ kind, line }) => lines[line - 1]?.includes(`// LEAK: ${kind}`));
    return { path, sha256: hashOf(script), lines: lines.length, markers: marked };
  });
  expect(found).toEqual(
    programs.map(({ path, sha256, markers }, index) => ({
      path,
      sha256,
      lines: sources[index]?.split('\n').length,
      markers,
    })),
  );
});

test('the lines of the docs score a detector', async () => {
  const { stdout, stderr } = await $({ cwd: root, quiet: true })`node score.js`;
  expect(stderr).toBe('');
  const told = stdout.trim().split('\n');
  expect(told).toContain('timer/interval-never-cleared pattern right');
  expect(told).toContain('timer/interval-never-cleared fix right');
  const { programs } = JSON.parse(installed('dist/catalogue.json')) as Manifest;
  expect(told.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
    programs
      .filter(({ family, stage }) => family === 'timer' && stage !== 'e2e')
      .map(({ id, role }) => `${id} ${role}`),
  );
});

/** Cuts the output of a command after the first lines of the report. */
async function leaklab(...args: string[]): Promise<{ code: number | null; told: string[] }> {
  const { exitCode, stdout, stderr } = await $({
    cwd: root,
    quiet: true,
    nothrow: true,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  })`npx leaklab ${args}`;
  return { code: exitCode, told: `${stdout}${stderr}`.trim().split('\n').slice(0, 4) };
}

test.concurrent.each([
  {
    args: ['check', 'poll.js'],
    code: 1,
    told: ['poll.js: 1 leak from 1 line', '', '1 timer (Timeout, setInterval)', '  at poll.js:2:3 in run'],
  },
  { args: ['check', 'once.ts'], code: 0, told: ['once.ts: no leaks'] },
  {
    args: ['check', 'level.ts'],
    code: 2,
    told: [
      'leaklab: level.ts has TypeScript that must be compiled, and there is no compiler',
      'next: npm install --save-dev typescript',
    ],
  },
  {
    args: ['prove'],
    code: 2,
    told: [
      'leaklab: no verb "prove"',
      'next: one of score, check, report, ci, history, tickets, incident, study, workshop; the others work in a clone of the repository',
    ],
  },
])('leaklab $args, as it is installed', async ({ args, code, told }) => {
  expect(await leaklab(...args)).toEqual({ code, told });
});

test('an adapter of docs/adapters.md is scored from its page alone', async () => {
  const page = readFileSync(join(projectRoot, 'docs/adapters.md'), 'utf8');
  for (const [, name = '', text = ''] of page.matchAll(/^`([\w.-]+)`\n\n```\w+\n([\s\S]*?)\n```$/gm))
    writeFileSync(join(root, name), `${text}\n`);
  const { told } = await leaklab('score', '--conform', './runner.ts');
  expect(told.slice(0, 2)).toEqual([
    '✓ the description can be read: hanging-test 1.0.0, command',
    `✓ it answers for a program that does nothing on node-${process.versions.node}`,
  ]);
  const id = 'timer/interval-never-cleared';
  const { stdout } = await $({
    cwd: root,
    quiet: true,
  })`npx leaklab score --adapter ./in-process.ts ${id} --json`;
  const { programs, detectors } = JSON.parse(stdout) as Board;
  expect(detectors.map(({ name }) => name)).toEqual(['active-handles']);
  const outcomes = programs.map(({ role }, index) => `${role} ${detectors[0]?.cells[index] ?? ''}`);
  expect(outcomes).toEqual(['pattern C', 'fix .', 'wrong-fix -']);
});

/** Commands of a learner, with their exit codes. */
async function typed(cwd: string, command: string): Promise<{ code: number | null; told: string }> {
  const { exitCode, stdout, stderr } = await $({
    cwd,
    quiet: true,
    nothrow: true,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  })`sh -c ${command}`;
  return { code: exitCode, told: `${stdout}${stderr}`.trim() };
}

test.concurrent(
  'leaklab study, as it is installed, shows a pair and runs it',
  async () => {
    const { code, told } = await typed(root, 'npx leaklab study timer/interval-never-cleared');
    expect({ code, parts: told.match(/^(?:What|The fix|Seen in|of the fix).*$/gm) }).toEqual({
      code: 0,
      parts: ['What grows', 'What the detector reports', 'of the fix: no leaks', 'The fix', 'Seen in'],
    });
    expect(told).toMatch(/^> 48 │ {3}const pruning = setInterval\(prune, DAY\); \/\/ LEAK: timer$/m);
    expect(told).toMatch(/^ {3}25 {2}█+ \+2\d +0$/m);
    expect(told).toContain('  at patterns/timer/interval-never-cleared.ts:48:19 in createCallCounter');
    expect(told).toContain("+  server.once('close', () => counter.stop());");
    expect(told).toContain('roccomuso/memorystore#31');
  },
  300_000,
);

test.concurrent('leaklab study says what a pair needs that is not installed', async () => {
  expect(await typed(root, 'npx leaklab study pool/ping-keeps-its-client')).toEqual({
    code: 2,
    told: `leaklab: pool/ping-keeps-its-client uses pg, @electric-sql/pglite, @electric-sql/pglite-socket, not installed here
next: npm install --save-dev pg @electric-sql/pglite @electric-sql/pglite-socket`,
  });
});

test.concurrent(
  'leaklab workshop, as it is installed: found, fixed wrongly, fixed',
  async () => {
    const folder = join(root, 'my-folder');
    const program = join(folder, 'exercises/01-create-api/program.ts');
    const fix = (from: string, to: string): void =>
      writeFileSync(program, readFileSync(program, 'utf8').replace(from, to));
    const codes: (number | null)[] = [];
    const type = async (command: string): Promise<string> => {
      const { code, told } = await typed(command.startsWith('npx') ? root : folder, command);
      codes.push(code);
      return told;
    };
    expect(await type('npx leaklab workshop init my-folder')).toBe(`10 exercises in my-folder
an editor will miss @types/node: npm install --save-dev @types/node in my-folder
next: cd my-folder, open it in your editor, and npm run resume`);
    await type('npm run find -- 16');
    fix('(prune, DAY);', '(prune, DAY).unref();');
    expect(await type('npm run check')).toContain('this looks like a wrong fix that people try');
    fix('DAY).unref();', 'DAY);');
    fix('  return server;', "  server.once('close', counter.stop);\n  return server;");
    expect(await type('npm run check')).toMatch(/^✓ 01-create-api: pass\n/);
    await type('npm run next');
    expect(codes).toEqual([0, 0, 1, 0, 0]);
  },
  300_000,
);

test.each(['leaklab', 'leaklab/node-test', 'leaklab/register', 'leaklab/watch'])(
  '%s loads few modules, and not the fetch of Node',
  async (entry) => {
    writeFileSync(
      join(root, 'loaded.mjs'),
      `import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
await import(${JSON.stringify(entry)});
const files = urls.filter((url) => url.startsWith('file:')).map((url) => url.split('/leaklab/').at(-1));
const hasFetch = process.moduleLoadList.some((name) => name.includes('undici'));
console.log(JSON.stringify({ files, hasFetch }));
`,
    );
    const { stdout } = await $({ cwd: root, quiet: true })`node loaded.mjs`;
    const { files, ...rest } = JSON.parse(stdout) as { files: string[] };
    const folders: Readonly<Record<string, string>> = {
      leaklab: 'index.js',
      'leaklab/watch': 'watch/index.js',
    };
    const path = folders[entry] ?? `${entry.replace('leaklab', 'runners')}/index.js`;
    expect(files.toSorted()).toEqual(
      [path, 'shared/detector.js', 'shared/supported.js', 'shared/switches.js']
        .map((file) => `dist/detector/${file}`)
        .toSorted(),
    );
    expect(rest).toEqual({ hasFetch: false });
  },
);

test('find, as it is installed, reports a leak at its line, and not who awaits it', async () => {
  const script = `import { find } from 'leaklab';
async function leaksOf(work) {
  const { leaks } = await find(work, { level: 'full' });
  return leaks.map(({ kind, site }) => kind + ' ' + site?.line);
}
console.log(JSON.stringify([await leaksOf(async () => {}), await leaksOf(() => void setInterval(() => {}, 1000).unref())]));
`;
  writeFileSync(join(root, 'awaited.mjs'), script);
  const { stdout, stderr } = await $({ cwd: root, quiet: true })`node awaited.mjs`;
  expect({ found: JSON.parse(stdout) as unknown, stderr }).toEqual({ found: [[], ['timer 6']], stderr: '' });
});

test('the package has no useless files', async () => {
  const { stdout } = await $({ cwd: join(root, 'node_modules/leaklab'), quiet: true })`find . -type f`;
  const strange = stdout
    .trim()
    .split('\n')
    .filter(
      (path) =>
        !/^\.\/(?:dist\/.*\.(?:c?js|d\.c?ts|json)|dist\/lab\/history\/views\/page\/page\.(?:css|html)|dist\/sources\/(?:patterns|fixes|lab)\/[\w./-]+\.ts|jest\/package\.json|action\.yml|LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(
          path,
        ),
    );
  expect(strange).toEqual([]);
  expect(stdout).not.toMatch(/\.test\.|\/fixtures\//);
});
