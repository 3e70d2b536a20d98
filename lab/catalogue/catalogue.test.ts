import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  catalogue,
  decoy,
  fix,
  metadata,
  pattern,
  stopped,
  stories,
  ticking,
  unrefd,
  wrongFix,
} from '../fixtures/mini-catalogue.ts';
import { refusal } from '../fixtures/refusal.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { readCatalogue, type Catalogue } from './catalogue.ts';
import { select } from './select.ts';
import { parseStory } from './story.ts';

const folder = tempFolders();
const clock = { id: 'timer/clock', family: 'timer' } as const;
const leak = { leaks: [{ kind: 'timer', line: 6, count: 1 }], also: [] };
const none = { leaks: [], also: [] };

test('a sound catalogue is read: patterns first, then what stands in fixes', async () => {
  const root = folder(
    catalogue({
      'fixes/timer/clock.decoy.ts': decoy(stopped),
      'fixes/timer/clock.wrong-unref.ts': wrongFix(unrefd),
      'fixes/stream/quiet.decoy.ts': decoy('  return {};'),
    }),
  );
  const whole = await readCatalogue(root);
  expect(whole.root).toBe(root);
  expect([...whole.sources.keys()]).toEqual(['acme/clock#1']);
  expect(whole.programs).toEqual([
    {
      ...clock,
      role: 'pattern',
      file: join(root, 'patterns/timer/clock.ts'),
      markers: leak,
      story: parseStory(stories.pattern, 'pattern', ''),
      pattern: metadata,
    },
    {
      id: 'stream/quiet',
      family: 'stream',
      role: 'decoy',
      file: join(root, 'fixes/stream/quiet.decoy.ts'),
      markers: none,
      story: parseStory(stories.decoy, 'decoy', ''),
    },
    {
      ...clock,
      role: 'decoy',
      file: join(root, 'fixes/timer/clock.decoy.ts'),
      markers: none,
      story: parseStory(stories.decoy, 'decoy', ''),
      pattern: metadata,
    },
    {
      ...clock,
      role: 'fix',
      file: join(root, 'fixes/timer/clock.ts'),
      markers: none,
      story: parseStory(stories.fix, 'fix', ''),
      pattern: metadata,
    },
    {
      ...clock,
      role: 'wrong-fix',
      file: join(root, 'fixes/timer/clock.wrong-unref.ts'),
      markers: { leaks: [{ kind: 'timer', line: 2, count: 1 }], also: [] },
      story: parseStory(stories.wrong, 'wrong-fix', ''),
      pattern: metadata,
    },
  ]);
});

test('a sibling that belongs to a story is no program', async () => {
  const root = folder(catalogue({ 'patterns/timer/tick.ts': 'export function tick() {}\n' }));
  expect((await readCatalogue(root)).programs.map(({ id }) => id)).toEqual(['timer/clock', 'timer/clock']);
});

test('a catalogue behind a link has the files that findings name', async () => {
  const root = folder(catalogue());
  const link = join(folder(), 'link');
  symlinkSync(root, link);
  expect((await readCatalogue(link)).programs.map(({ file }) => file)).toEqual([
    join(root, 'patterns/timer/clock.ts'),
    join(root, 'fixes/timer/clock.ts'),
  ]);
});

describe('selected are', () => {
  let whole: Catalogue;

  beforeAll(async () => {
    const root = folder(
      catalogue({
        'patterns/timer/bell.ts': pattern(ticking),
        'fixes/timer/bell.ts': fix(stopped),
        'fixes/stream/quiet.decoy.ts': decoy('  return {};'),
      }),
    );
    whole = await readCatalogue(root);
  });
  const chosen = (...names: string[]): string[] =>
    select(whole.programs, names).map(({ id, role }) => `${id} ${role}`);

  test('all without a name', () => {
    expect(select(whole.programs, [])).toBe(whole.programs);
  });

  test('both of a pair, by its id', () => {
    expect(chosen('timer/clock')).toEqual(['timer/clock pattern', 'timer/clock fix']);
  });

  test('those of a family and of an id, in the order of the catalogue', () => {
    expect(chosen('stream', 'timer/bell', 'stream/quiet')).toEqual([
      'timer/bell pattern',
      'stream/quiet decoy',
      'timer/bell fix',
    ]);
  });

  test.each([
    ['timer/cloc', 'no program or family "timer/cloc"', 'did you mean timer/clock?'],
    ['bell', 'no program or family "bell"', 'did you mean timer/bell?'],
    ['stream/bell', 'no program or family "stream/bell"', 'did you mean timer/bell?'],
    ['socket', 'no program or family "socket"', 'npm run lab -- corpus lists them all'],
  ])('none for %s', async (name, problem, next) => {
    expect(await refusal(() => select(whole.programs, ['timer', name]))).toEqual({ problem, next });
  });
});
