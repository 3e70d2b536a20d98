/** Checks that the files for CI services are valid, and use only options that leaklab ci has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { leaklab } from '../fixtures/cli.ts';
import { projectRoot } from '../shared/project-root.ts';
import { ciHelp } from './ci-command.ts';

const workflows = ['.github/workflows/ci.yml', '.github/workflows/score.yml', 'docs/guides/ci/github.yml'];
const ofDebt = 'docs/guides/ci/github-debt.yml';

function textOf(name: string): string {
  return readFileSync(join(projectRoot, name), 'utf8');
}

test.each([...workflows, ofDebt])('%s fits the schema of GitHub', async (name) => {
  const read = parseWorkflow({ name, content: textOf(name) }, new NoOperationTraceWriter());
  if (!read.value) throw new Error(`${name} can't be read`);
  await convertWorkflowTemplate(read.context, read.value);
  expect(read.context.errors.getErrors().map(({ message }) => message)).toEqual([]);
});

test('what does not fit is told', () => {
  const content = textOf('.github/workflows/ci.yml').replace('runs-on:', 'runs-at:');
  const read = parseWorkflow({ name: 'wrong.yml', content }, new NoOperationTraceWriter());
  expect(read.context.errors.getErrors().length).toBeGreaterThan(0);
});

test('action.yml fits the schema of GitHub, and each input goes to an option', () => {
  const content = textOf('action.yml');
  const read = parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter());
  expect(read.context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  const { inputs } = parse(content) as { inputs: Readonly<Record<string, unknown>> };
  const options = Object.keys(inputs)
    .filter((name) => name !== 'working-directory')
    .map((name) => (name === 'sarif' ? '--format sarif' : `--${name} "$${name.toUpperCase()}"`));
  expect(options.filter((option) => !content.includes(option))).toEqual([]);
  // an input in the script itself would be run as a part of it
  expect(content.slice(content.indexOf('run: |'))).not.toContain('${{');
});

test.each([...workflows, ofDebt, 'action.yml'])(
  '%s pins each action by its full hash, with its version',
  (name) => {
    const uses = [...textOf(name).matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action);
    const others = uses.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action));
    expect(others.filter((action) => !action.startsWith('./'))).toEqual([]);
  },
);

test.each(workflows)('%s may read, and nothing more', (name) => {
  const { permissions, jobs } = parse(textOf(name)) as {
    permissions: object;
    jobs: Readonly<Record<string, { permissions?: object; 'timeout-minutes'?: number }>>;
  };
  expect(permissions).toEqual({ contents: 'read' });
  for (const job of Object.values(jobs)) {
    expect(job.permissions).toBeUndefined();
    expect(job['timeout-minutes']).toBeTypeOf('number');
  }
});

test('of the jobs for leak debt, the one without tests alone may write', () => {
  const { permissions, jobs } = parse(textOf(ofDebt)) as {
    permissions: object;
    jobs: Readonly<Record<string, { permissions?: object; steps: { run?: string }[] }>>;
  };
  expect(permissions).toEqual({ contents: 'read' });
  expect(Object.keys(jobs)).toEqual(['tests', 'debt']);
  expect(jobs['tests']?.permissions).toBeUndefined();
  expect(jobs['debt']?.permissions).toEqual({ contents: 'write', issues: 'write' });
  const scripts = jobs['debt']?.steps.flatMap(({ run }) => run ?? []) ?? [];
  expect(scripts.join('\n')).not.toMatch(/leaklab ci|npm test|npm ci$/m);
});

test('GitLab keeps tickets and the page on the default branch alone', () => {
  const jobs = parse(textOf('docs/guides/ci/gitlab-debt.yml')) as Readonly<
    Record<string, { rules: object[] }>
  >;
  expect(Object.keys(jobs)).toEqual(['leak-debt', 'leak-tickets', 'pages']);
  for (const { rules } of Object.values(jobs))
    expect(rules).toEqual([{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }]);
});

test.each([ofDebt, 'docs/guides/ci/gitlab-debt.yml', 'ci/jenkins/vars/leaklabDebt.groovy'])(
  '%s asks for options that the verbs have',
  async (name) => {
    const asked = [
      ...textOf(name)
        .replaceAll('--no-install', '')
        .matchAll(/leaklab (ci|history \w+|tickets)\b([^\n]*)/g),
    ];
    expect(asked.length).toBeGreaterThan(2);
    for (const [, verb = '', rest = ''] of asked) {
      const { stdout } = await leaklab([...verb.split(' '), '--help'], projectRoot);
      for (const [option] of rest.matchAll(/--[a-z]+/g)) expect(stdout).toContain(option);
    }
  },
);

test('GitLab gets the keys that it documents, and the files that leaklab writes', () => {
  const { leaks } = parse(textOf('docs/guides/ci/gitlab.yml')) as {
    leaks: {
      script: string[];
      artifacts: { when: string; reports: Readonly<Record<string, string>> };
    };
  };
  expect(Object.keys(leaks).toSorted()).toEqual(['artifacts', 'image', 'script', 'timeout', 'variables']);
  expect(Object.keys(leaks.artifacts.reports)).toEqual(['codequality', 'junit']);
  for (const file of Object.values(leaks.artifacts.reports)) {
    expect(leaks.script.join(' ')).toContain(`--output ${file}`);
  }
});

test.each(['action.yml', 'docs/guides/ci/gitlab.yml', 'ci/jenkins/vars/leaklab.groovy'])(
  '%s asks for options that leaklab ci has',
  (name) => {
    const text = textOf(name).replaceAll('--no-install', '');
    const asked = [...text.matchAll(/--[a-z]+/g)].map(([option]) => option);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((option) => !ciHelp.includes(option))).toEqual([]);
  },
);

test('the step for Jenkins hands on options that leaklab ci has', () => {
  const [, list = ''] = /def known = \[(.*)\]/.exec(textOf('ci/jenkins/vars/leaklab.groovy')) ?? [];
  const known = [...list.matchAll(/'([a-z]+)'/g)].map(([, name = '']) => name);
  expect(known).toEqual(['node', 'packages', 'command', 'limit', 'baseline', 'since']);
  for (const name of known) expect(ciHelp).toContain(`--${name} `);
});
