import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../shared/project-root.ts';
import { leaklab } from '../../fixtures/cli.ts';
import {
  blocksOf,
  commandsOf,
  typeProblems,
  unknownOptions,
  writtenBlocks,
  type Command,
} from './code-blocks.ts';
import { importable } from './importable.ts';
import { verbsOfLearner } from '../../workshop/learner/folder.ts';

const blocks = writtenBlocks(projectRoot);
const modules = importable(projectRoot);

test('TypeScript has nothing against the code of the documents', () => {
  expect(blocks.filter(({ file }) => file === 'README.md').length).toBeGreaterThan(1);
  expect(typeProblems(blocks, projectRoot, modules)).toEqual([]);
});

/** Returns the verb of a command; that of `leaklab history` has a sub-command with options. */
function verbOf({ verb, args }: Command): string | undefined {
  return verb === 'history' && args[0] !== undefined ? `history ${args[0]}` : verb;
}

test('the scripts, verbs and options that documents name are there', async () => {
  const commands = commandsOf(blocks);
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  // these pages name scripts of the learner's folder
  const ofLearner = ['docs/workshop.md', 'docs/workshop-session.md', 'docs/teaching.md'];
  const isThere = ({ file, script }: { file: string; script: string }): boolean =>
    Object.hasOwn(scripts, script) || (ofLearner.includes(file) && verbsOfLearner.includes(script));
  const unknown = commands.filter((command) => command.script !== 'leaklab' && !isThere(command));
  expect(unknown).toEqual([]);
  const verbs = new Set(commands.flatMap((command) => verbOf(command) ?? []));
  expect(verbs.size).toBeGreaterThan(3);
  const helps = new Map(
    await Promise.all(
      [...verbs].map(
        async (verb) => [verb, await leaklab([...verb.split(' '), '--help'], projectRoot)] as const,
      ),
    ),
  );
  const problems = commands.flatMap((command) => {
    const { file, line } = command;
    const verb = verbOf(command);
    const help = verb === undefined ? undefined : helps.get(verb);
    if (!help) return [];
    if (help.code !== 0) return [`${file}:${line}: no verb ${verb}`];
    return unknownOptions(command, help.stdout).map((option) => `${file}:${line}: ${verb} has no ${option}`);
  });
  expect(problems).toEqual([]);
});

test('what is wrong in a document is told, with its line', () => {
  const text = `# Wrong

\`\`\`ts
import { snapshott, find } from 'leaklab';
await find(work, { level: 'loud' });
\`\`\`

\`\`\`js
import { anything } from 'leaklab/nothing';
\`\`\`

\`\`\`sh
npm run lab -- check a.ts --jsonn # for machines
LEAKS=1 npx leaklab chekc a.ts && npm run nothing
\`\`\`

And \`leaklab check
--jsom\`, not \`leaklab/vitest\`.
`;
  const wrong = blocksOf(text, 'wrong.md');
  expect(typeProblems(wrong, projectRoot, modules).map((problem) => problem.slice(0, 60))).toEqual([
    `wrong.md:4: '"leaklab"' has no exported member named 'snapsh`,
    `wrong.md:5: Type '"loud"' is not assignable to type '"counts`,
    `wrong.md:9: Cannot find module 'leaklab/nothing' or its corr`,
  ]);
  const commands = commandsOf(wrong);
  expect(commands).toEqual([
    { file: 'wrong.md', line: 13, script: 'leaklab', verb: 'check', args: ['a.ts', '--jsonn'] },
    { file: 'wrong.md', line: 14, script: 'leaklab', verb: 'chekc', args: ['a.ts'] },
    { file: 'wrong.md', line: 14, script: 'nothing', args: [] },
    { file: 'wrong.md', line: 17, script: 'leaklab', verb: 'check', args: ['--jsom'] },
  ]);
  expect(commands.map((command) => unknownOptions(command, '--json  print the report'))).toEqual([
    ['--jsonn'],
    [],
    [],
    ['--jsom'],
  ]);
});
