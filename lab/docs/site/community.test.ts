import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../shared/project-root.ts';
import { observables } from '../../contract.ts';

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: {
    readonly label?: string;
    readonly options?: readonly (string | { label: string })[];
  };
  readonly validations?: { readonly required?: boolean };
}

function read(file: string): string {
  return readFileSync(join(projectRoot, file), 'utf8');
}

function fieldsOf(form: string): readonly Field[] {
  return (parse(read(`.github/ISSUE_TEMPLATE/${form}.yml`)) as { body: readonly Field[] }).body;
}

test('the citation names the version of the package', () => {
  const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string };
  expect(parse(read('CITATION.cff'))).toMatchObject({ 'cff-version': '1.2.0', version, license });
});

test('who reports a missed leak or a false alarm is asked for the report as data', () => {
  for (const form of ['missed-leak', 'false-alarm']) {
    const report = fieldsOf(form).find(({ id }) => id === 'report');
    expect(report).toMatchObject({
      type: 'textarea',
      attributes: { label: 'Output of `leaklab check FILE --json`' },
      validations: { required: true },
    });
  }
});

test('what can grow in a new pair is what the contract knows', () => {
  const grows = fieldsOf('new-pair').find(({ id }) => id === 'grows');
  expect(grows?.attributes.options?.slice(0, -1)).toEqual(observables);
});

test('every action is pinned to a commit, the same in each workflow', () => {
  const uses = globSync('.github/workflows/*.yml', { cwd: projectRoot }).flatMap((file) =>
    [...read(file).matchAll(/uses: (?<action>[^@\s]+)@(?<commit>\S+)/g)].map(({ groups }) => groups ?? {}),
  );
  expect(uses.length).toBeGreaterThan(0);
  const commits = Map.groupBy(uses, ({ action }) => action);
  for (const [action, pins] of commits) {
    const found = [...new Set(pins.map(({ commit }) => commit))];
    expect({ action, found }).toEqual({ action, found: [expect.stringMatching(/^[0-9a-f]{40}$/)] });
  }
});
