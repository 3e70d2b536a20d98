import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { brokenLinks } from './links.ts';

const folder = tempFolders();

test('a link leads to a page, to a place on it, to a file, or to an address', () => {
  const site = folder({
    'index.html':
      '<link rel="stylesheet" href="assets/a.css"><a href="b/c.html#here">c</a><a href="#">top</a>' +
      '<a href="?family=timer#x">filter</a><h1 id="x">x</h1><a href="https://example.test">out</a>' +
      '<script>"<a href=nowhere.html>"</script>',
    'b/c.html': '<p id="here">c</p><a href="../index.html#x">back</a>',
    'assets/a.css': '',
  });
  expect(brokenLinks(site)).toEqual([]);
});

test('what leads nowhere is told, and what is asked of another host', () => {
  const site = folder({
    'index.html':
      '<script src="https://example.test/count.js"></script><a href="gone.html">a</a><a href="b.html#gone">b</a>' +
      '<a href="#gone">c</a><a href="docs">d</a><a href="javascript:void 0">e</a>',
    'b.html': '',
  });
  mkdirSync(join(site, 'docs'));
  expect(brokenLinks(site)).toEqual([
    'index.html: gone.html: there is no such page',
    'index.html: b.html#gone: there is no such place on that page',
    'index.html: #gone: there is no such place on that page',
    'index.html: docs: a folder, which a disk does not open',
    'index.html: javascript:void 0: neither a page of the site nor an address',
    'index.html: remote:https://example.test/count.js: neither a page of the site nor an address',
  ]);
});
