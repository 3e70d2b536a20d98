import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaklab, refused } from '../fixtures/cli.ts';
import { catalogue, decoy, pattern, ticking } from '../fixtures/mini-catalogue.ts';
import { tempFolders, writeFiles } from '../fixtures/temp-folders.ts';
import { wrongCatalogue } from './fixtures/wrong-catalogue.ts';

const folder = tempFolders();
const { version } = process;

/** The lines of two programs, which come in any order, and what follows; without the times. */
function parts(stdout: string): { programs: string[]; rest: string } {
  const [first = '', second = '', ...rest] = stdout.replaceAll(/ +\d+\.\d s/g, ' N s').split('\n');
  return { programs: [first, second].toSorted(), rest: rest.join('\n') };
}

test.concurrent(
  'a sound catalogue: a line for each program, a table, and that all is as marked',
  async () => {
    const { code, stdout, stderr } = await leaklab(['run', '--catalogue', '.'], folder(catalogue()));
    expect({ code, stderr, ...parts(stdout) }).toEqual({
      code: 0,
      stderr: '',
      programs: ['✓ timer/clock fix: clean', '✓ timer/clock pattern: timer at line 6'],
      rest: `
family  caught  right kind  right line  fix clean  decoys clean        time
timer      1/1         1/1         1/1        1/1           0/0 N s each
all        1/1         1/1         1/1        1/1           0/0 N s

all 2 programs as marked on Node ${version}
`,
    });
  },
);

test.concurrent('a program whose marker is a line off is shown with its source', async () => {
  const args = ['run', 'timer/marked-below', '--catalogue', '.'];
  const { code, stdout, stderr } = await leaklab(args, folder(wrongCatalogue));
  expect({ code, stderr, ...parts(stdout) }).toEqual({
    code: 1,
    stderr: '',
    programs: ['✓ timer/marked-below fix: clean', '✗ timer/marked-below pattern: wrong line'],
    rest: `
✗ patterns/timer/marked-below.ts: wrong line
  expected  timer at line 7
  reported  timer at line 6

        4 │ } satisfies Pattern;
        5 │ export async function run(lab) {
   R    6 │   const clock = setInterval(() => {}, 1000);
  E     7 │   // LEAK: timer
        8 │   return { started: true };
        9 │ }

  1 leak from 1 line

  1 timer (Timeout, setInterval)
    at patterns/timer/marked-below.ts:6:17 in run

      4 │ } satisfies Pattern;
      5 │ export async function run(lab) {
    > 6 │   const clock = setInterval(() => {}, 1000);
        │                 ^
      7 │   // LEAK: timer

    fact   every 1,000 ms
    why    an interval runs, and keeps its callback in memory, until clearInterval() is called
    known  seen: still open after the wait
    fix    keep what setInterval() returns, and pass it to clearInterval() when the work ends
    lesson Clear the interval when what it works for ends, and before another takes its place
           (timer/interval-never-cleared)

family  caught  right kind  right line  fix clean  decoys clean        time
timer      1/1         1/1         0/1        1/1           0/0 N s each
all        1/1         1/1         0/1        1/1           0/0 N s

1 of 2 programs not as expected on Node ${version}
`,
  });
});

test.concurrent('a program is given its lab: an upstream, an empty folder, and visitors', async () => {
  const visited = `  const { createServer } = await import('node:http');
  const { readdir } = await import('node:fs/promises');
  const server = createServer((request, response) => response.end(request.url));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { status, body } = await lab.visit('http://127.0.0.1:' + server.address().port + '/door');
  server.close();
  const ok = await fetch(lab.upstream.http + '/ok', { headers: { connection: 'close' } });
  const said = { status, body, ok: await ok.json(), files: await readdir(lab.scratch) };
  if (JSON.stringify(said) !== WANTED) throw new Error(JSON.stringify(said));
  return said;`;
  const wanted = JSON.stringify({ status: 200, body: '/door', ok: { ok: true }, files: [] });
  const program = decoy(visited.replace('WANTED', JSON.stringify(wanted)));
  const root = folder(catalogue({ 'fixes/unclosed-server/door.decoy.ts': program }));
  const args = ['run', 'unclosed-server', '--catalogue', root, '--json'];
  const { code, stderr } = await leaklab(args, root);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '✓ unclosed-server/door decoy: clean\n' });
});

test.concurrent('a catalogue holds as well behind a link, and in a folder with a strange name', async () => {
  const root = join(folder(), 'my clocks #1 100%');
  writeFiles(root, catalogue());
  const link = join(folder(), 'link');
  symlinkSync(root, link);
  const { code, stdout } = await leaklab(['run', '--catalogue', link, '--json'], '/');
  const { programs } = JSON.parse(stdout) as { programs: { verdict: string }[] };
  expect({ code, verdicts: programs.map(({ verdict }) => verdict) }).toEqual({
    code: 0,
    verdicts: ['ok', 'ok'],
  });
});

test.concurrent('a pair that does not hold on this Node is not run, a decoy without a pair is', async () => {
  const root = folder(
    catalogue({
      'patterns/timer/clock.ts': pattern(ticking, { node: '<22' }),
      'fixes/timer/quiet.decoy.ts': decoy('  return {};'),
    }),
  );
  const [all, one] = await Promise.all([
    leaklab(['run', '--catalogue', root], root),
    leaklab(['run', 'timer/clock', '--catalogue', root], root),
  ]);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/^✓ timer\/quiet decoy: clean\n\nfamily /);
  expect(one).toEqual(
    refused(`none of them holds on Node ${version}`, 'leaklab corpus says which versions they hold on'),
  );
});
