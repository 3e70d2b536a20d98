/**
 * `npm run demo`: makes a repository of three packages and several authors in a temporary folder, with leaklab
 * installed from its tarball. `leaklab ci` on two Node lines blocks the one commit that leaks, passes after its fix,
 * and tolerates a leak of the baseline. Six weeks follow, with a history and tickets. Exits with 1 if any step goes otherwise.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { projectReleases } from '../../lab/shared/project-releases.ts';
import { sixWeeks } from './weeks.ts';
import { fixed, leaking, settings, shop, type Files } from './shop.ts';

const { version: vitest } = JSON.parse(
  readFileSync(join(projectRoot, 'node_modules/vitest/package.json'), 'utf8'),
) as { version: string };
const root = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-demo-')));
const inShop = $({ cwd: root, quiet: true });
let isRight = true;

try {
  await makeShop();
  await step('1. Ada’s code leaked before: the baseline accepts that leak', ['--accept'], 0, [
    'leaks.baseline.json: 1 leak accepted, 1 of them new; 0 taken out',
    'tolerated: 1 timer: in the baseline since ',
  ]);
  await commit('Ada Okafor', 'Accept the leak of the exchange rates', {});
  await step('2. no new leak: the pipeline passes', [], 0, [
    // the runner knows the baseline too
    '@shop/rates on Node 24.21.0: 2 watched, no leaks, exit code 0',
    'no leaks in ',
    'tolerated: 1 timer: in the baseline since ',
  ]);

  await inShop`git switch -q -c shipping-updates`;
  await commit('Cleo Brandt', 'Shipping listens for updates of the carrier', leaking);
  await commit('Ben Sato', 'Say which currencies there are', {
    'packages/rates/README.md': '# Rates\n\nEUR, GBP and USD.\n',
  });
  await step(
    '3. a commit of Cleo’s leaks: the pipeline fails, and names the author of the line',
    ['--since', 'main'],
    1,
    [
      'packages/shipping/carrier.js:4:',
      'packages/shipping/carrier.test.js > a parcel is tracked',
      'of @shop/shipping on Node 22.',
      ', 24.',
      'Cleo Brandt <cleo@shop.example>',
      ': Shipping listens for updates of the carrier',
    ],
  );

  await commit('Cleo Brandt', 'Shipping stops listening when the parcel is there', fixed);
  await step(
    '4. fixed: the pipeline passes, and tolerates the leak of the baseline',
    ['--since', 'main'],
    0,
    ['no leaks in ', 'tolerated: 1 timer: in the baseline since '],
  );
  await sixWeeks({
    root,
    commit,
    expect: (title, output, parts) => {
      process.stdout.write(`\n── ${title}\n${output}`);
      compare(parts.filter((part) => !output.includes(part)));
    },
  });
  process.stdout.write(
    isRight ? '\nevery step went as expected\n' : '\na step went otherwise than expected\n',
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = isRight ? 0 : 1;

async function makeShop(): Promise<void> {
  const packed = await $({ cwd: projectRoot, quiet: true })`npm pack --json --pack-destination ${root}`;
  // the build prints something before the JSON
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { filename: string },
  ];
  await inShop`git init -q -b main`;
  write(settings(filename, vitest));
  await inShop`npm install --no-audit --no-fund`;
  await commit('Ada Okafor', 'A shop of three packages', shop);
}

function write(files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function commit(author: string, message: string, files: Files, date = new Date()): Promise<void> {
  write(files);
  const email = `${author.split(' ')[0]?.toLowerCase()}@shop.example`;
  await inShop`git add -A`;
  const dated = { GIT_AUTHOR_DATE: date.toISOString(), GIT_COMMITTER_DATE: date.toISOString() };
  const inTime = $({ cwd: root, quiet: true, env: { ...process.env, ...dated } });
  await inTime`git -c user.name=${author} -c user.email=${email} commit -q -m ${message}`;
}

/** Runs the pipeline, shows its output, and compares both with what is expected. */
async function step(title: string, args: string[], code: number, parts: readonly string[]): Promise<void> {
  process.stdout.write(`\n── ${title}\n$ npx leaklab ci${args.map((each) => ` ${each}`).join('')}\n`);
  const { stdout, stderr, exitCode } = await $({
    cwd: root,
    quiet: true,
    nothrow: true,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  })`npx leaklab ci --cache ${projectReleases} ${args}`;
  process.stdout.write(`${stderr}\n${stdout}exit code ${exitCode}\n`);
  const missing = parts.filter((part) => !`${stderr}${stdout}`.includes(part));
  compare([...(exitCode === code ? [] : [`exit code ${code}`]), ...missing]);
}

/** Says what is missing of what a step should have shown. */
function compare(missing: readonly string[]): void {
  if (missing.length === 0) return;
  isRight = false;
  process.stdout.write(`✗ expected ${missing.map((part) => `“${part}”`).join(', and ')}\n`);
}
