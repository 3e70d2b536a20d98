import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../shared/project-root.ts';
import { leaklab } from '../../fixtures/cli.ts';
import {
  catalogue,
  decoy,
  fix,
  pattern,
  stopped,
  ticking,
  unrefd,
  wrongFix,
} from '../../fixtures/mini-catalogue.ts';
import { tempFolders, writeFiles } from '../../fixtures/temp-folders.ts';

const folder = tempFolders();
const page = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8');
const steps = /## A pair\n(.*?)\n## /s.exec(page)?.[1] ?? '';
const commands = [...steps.matchAll(/`npm run lab -- ([^`]*)`/g)].map(([, args = '']) => args);
const id = 'timer/tea-reminder';

/** Files that a contributor writes between two commands: each file that the page names. */
const written = {
  [`patterns/${id}.ts`]: pattern(ticking),
  [`fixes/${id}.ts`]: fix(stopped),
  [`fixes/${id}.decoy.ts`]: decoy('  return {};'),
  [`fixes/${id}.wrong-unref.ts`]: wrongFix(unrefd),
};

test('the steps for a pair, as they stand, lead to a page for it', async () => {
  const root = folder(catalogue({ 'patterns/timer/clock.ts': undefined, 'fixes/timer/clock.ts': undefined }));
  expect(commands).toEqual([
    'new <family>/<name>',
    'prove <family>/<name> --save docs/proofs/node-24.json',
    'run <family>/<name>',
  ]);
  for (const command of commands) {
    const args = command.replace('<family>/<name>', id).split(' ');
    const { code, stderr } = await leaklab([...args, '--catalogue', '.'], root);
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
    if (args[0] === 'new') writeFiles(root, written);
  }
  // as `npm run pages` does
  const pages = ['corpus', '--pages', 'docs/catalogue', '--catalogue', '.'];
  expect(await leaklab(['run', '--reports', 'docs/reports.json', '--catalogue', '.'], root)).toMatchObject({
    code: 0,
  });
  expect(await leaklab(pages, root)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await leaklab([...pages, '--check'], root)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(join(root, `docs/catalogue/${id}.md`), 'utf8')).toContain(
    '# Clock that is never stopped',
  );

  // and what is changed without being brought there again is found
  writeFileSync(join(root, `fixes/${id}.ts`), fix(stopped.replace('the work is done', 'tea is made')));
  expect(await leaklab([...pages, '--check'], root)).toMatchObject({ code: 1 });
});
