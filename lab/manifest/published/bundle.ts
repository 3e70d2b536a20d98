/** Joins the detector's modules that tsc wrote into one file, beside a small one for each entry: `bundle.ts FOLDER`. */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

// Node takes about a millisecond to find and link a module, and each process of a suite loads the detector anew
const [target = 'dist'] = process.argv.slice(2);
const folder = resolve(target, 'detector');
const entries = [
  'index',
  'internal',
  'engine/supported',
  'runners/node-test/index',
  'runners/mocha/index',
  'runners/register/index',
  'watch/index',
  // Node itself loads the hooks and the realm, whatever loads the entry
  'runners/vitest/index',
  'runners/vitest/hooks',
  'runners/jest/realm',
];

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, join(folder, `${entry}.js`)])),
  platform: 'node',
  external: (id) => !/^[./]/.test(id),
  onLog(level, log) {
    if (level === 'warn') throw new Error(`rolldown: ${log.message}`);
  },
});
const { output } = await bundle.generate({
  format: 'esm',
  comments: true,
  entryFileNames: '[name].js',
  // as deep as the sources: the detector knows its own frames by the folder above
  chunkFileNames: 'shared/[name].js',
  codeSplitting: {
    groups: [
      // refuses a runtime before the rest is evaluated
      { name: 'supported', test: /[\\/]engine[\\/](?:refuse-un)?supported\.js$/, priority: 1 },
      // knows its frames by its file, so nothing else may be in it
      { name: 'switches', test: /[\\/]engine[\\/]switches\.js$/, priority: 1 },
      // `growth` stays apart: it is loaded when a program asks for it
      {
        name: 'detector',
        test: /[\\/]detector[\\/](?!growth[\\/]|internal\.js|runners[\\/](?!verify|output))/,
      },
    ],
  },
});
await bundle.close();
for (const file of globSync('**/*.js', { cwd: folder })) rmSync(join(folder, file));
for (const file of output) {
  if (file.type !== 'chunk') throw new Error(`expected modules alone, got ${file.fileName}`);
  const path = join(folder, file.fileName);
  mkdirSync(dirname(path), { recursive: true });
  // V8 reads other characters at half the speed
  writeFileSync(path, file.code.replaceAll(/[^\0-\x7F]/g, escaped));
}
