import { expect, test } from 'vitest';
import { leaklab, refused } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
const root = folder({
  'a.mjs': `console.error('it was run');`,
  'notes.txt': '',
  'src/b.mjs': '',
  'wrong.yaml': 'version: 1\nrules:\n  - kind: timer\nruels: 1\n',
  'poll.mjs': 'setInterval(() => {}, 1000);\n',
  'leaks.yaml':
    'version: 1\nrules:\n  - kind: timer\n    args: { ms: 1000 }\n    reason: it polls for ever\n  - kind: server\n    reason: no one knows\n',
});
const scripts = 'name a file that ends in .js, .mjs, .cjs, .ts, .mts or .cts';

test.concurrent.each<{ args: string[]; problem: string; next: string }>([
  { args: [], problem: 'no file to check', next: 'leaklab check some/file.ts' },
  { args: ['b.mjs'], problem: 'no file "b.mjs"', next: 'name a JavaScript or TypeScript file' },
  { args: ['a.mjs', 'b.mjs'], problem: 'no file "b.mjs"', next: 'name a JavaScript or TypeScript file' },
  { args: ['src'], problem: '"src" is a folder', next: 'name the files in it' },
  { args: ['notes.txt'], problem: '"notes.txt" is neither JavaScript nor TypeScript', next: scripts },
  {
    args: ['a.mjs', '--budget', 'soon'],
    problem: '--budget "soon" is not a number of ms from 0 up',
    next: '--budget 5000',
  },
  {
    args: ['a.mjs', '--budget', ''],
    problem: '--budget "" is not a number of ms from 0 up',
    next: '--budget 5000',
  },
  {
    args: ['a.mjs', '--budget=-1'],
    problem: '--budget "-1" is not a number of ms from 0 up',
    next: '--budget 5000',
  },
  {
    args: ['a.mjs', '--patience', 'Infinity'],
    problem: '--patience "Infinity" is not a number of ms from 0 up',
    next: '--patience 5000',
  },
  {
    args: ['a.mjs', '--node', './no-node'],
    problem: "./no-node can't be started: spawn ./no-node ENOENT",
    next: 'name the executable of a Node',
  },
  {
    args: ['a.mjs', '--policy', 'none.yaml'],
    problem: 'no policy "none.yaml"',
    next: 'name a YAML or JSON file',
  },
  {
    args: ['a.mjs', '--policy', 'wrong.yaml'],
    problem: `the policy does not hold:\nwrong.yaml:3:5: a rule needs a reason\nwrong.yaml:4:8: no key "ruels"; did you mean \`rules\`?`,
    next: 'fix these lines; docs/policy.md has the format',
  },
  {
    args: ['a.mjs', '--fast'],
    problem: `Unknown option '--fast'. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "--fast"`,
    next: 'leaklab <verb> --help lists the options',
  },
])('check $args', async ({ args, problem, next }) => {
  expect(await leaklab(['check', ...args], root)).toEqual(refused(problem, next));
});

test.concurrent('a patience longer than a timer can wait is no short one', async () => {
  expect(await leaklab(['check', 'src/b.mjs', '--patience', '5000000000'], root)).toEqual({
    code: 0,
    stdout: 'src/b.mjs: no leaks\n',
    stderr: '',
  });
});

test.concurrent('what is started in place of a Node, and reports nothing, is lost', async () => {
  expect(await leaklab(['check', 'a.mjs', '--node', '/bin/false'], root)).toEqual({
    code: 1,
    stdout: 'a.mjs: ended with exit code 1 before it reported; nothing is known of what is left\n',
    stderr: '',
  });
});

test.concurrent('what a policy tolerates is told with its reason, and what it has in vain', async () => {
  expect(await leaklab(['check', 'poll.mjs', '--policy', 'leaks.yaml'], root)).toEqual({
    code: 0,
    stdout: `poll.mjs: no leaks

tolerated: 1 timer: it polls for ever

unused rule: no one knows
`,
    stderr: '',
  });
});
