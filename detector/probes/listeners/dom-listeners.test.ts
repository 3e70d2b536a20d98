import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { snapshot } from '../../index.ts';
import { brief, budget, doNothing, leak, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';
import { makePackage } from '../../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);

/** A target as a DOM library makes them, with none of Node's classes. */
class ForeignTarget {
  readonly heard: unknown[][] = [];
  addEventListener(...args: unknown[]): void {
    this.heard.push(args);
  }
  removeEventListener(...args: unknown[]): void {
    this.heard.splice(
      this.heard.findIndex(([event]) => event === args[0]),
      1,
    );
  }
}
class ForeignDocument extends ForeignTarget {
  readonly body = new ForeignTarget();
}

/** The global object where a DOM library has put its window. */
const view = globalThis as unknown as Pick<ForeignTarget, 'addEventListener' | 'removeEventListener'>;
let page: ForeignDocument;
let inWindow: ForeignTarget;
beforeEach(() => {
  page = new ForeignDocument();
  inWindow = new ForeignTarget();
  vi.stubGlobal('document', page);
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    vi.stubGlobal(name, inWindow[name].bind(inWindow));
  }
  onTestFinished(() => void vi.unstubAllGlobals());
});

const listener = { kind: 'listener', evidence: 'attached' } as const;

test('a listener stays on the document, on its body, or on the window', async () => {
  function listen(): void {
    page.addEventListener('click', doNothing); // here: document
    page.body.addEventListener('click', doNothing, true); // here: body
    view.addEventListener('resize', doNothing); // here: window
  }
  expect(await leftBy(listen)).toEqual(
    only(
      { ...listener, type: 'Document', at: at('document', 'listen'), detail: "'click' of Document" },
      { ...listener, type: 'ForeignTarget', at: at('body', 'listen'), detail: "'click' of ForeignTarget" },
      { ...listener, type: 'Window', at: at('window', 'listen'), detail: "'resize' of Window" },
    ),
  );
  expect([page, page.body, inWindow].map(({ heard }) => heard.length)).toEqual([1, 1, 1]);
});

test('a listener that is removed, aborted, called once, or on an element of the test is none', async () => {
  function listen(): void {
    page.addEventListener('click', doNothing, true);
    page.removeEventListener('click', doNothing, { capture: true });
    view.addEventListener('resize', doNothing);
    view.removeEventListener('resize', doNothing);
    const stop = new AbortController();
    page.addEventListener('click', doNothing, { signal: stop.signal });
    stop.abort();
    page.addEventListener('load', doNothing, { once: true });
    new ForeignTarget().addEventListener('click', doNothing);
  }
  expect(await leftBy(listen)).toEqual(nothing);
});

test('a listener that is removed in another phase is still there', async () => {
  function listen(): void {
    page.addEventListener('click', doNothing, true); // here: captured
    page.removeEventListener('click', doNothing);
  }
  expect(await leftBy(listen)).toEqual(
    only({ ...listener, type: 'Document', at: at('captured', 'listen'), detail: "'click' of Document" }),
  );
});

test('a listener that a package adds for itself is none', async () => {
  const { render } = await makePackage<{ render: () => void }>(
    'shop-view',
    "export const render = () => document.addEventListener('selectionchange', () => {});",
  );
  expect(await leftBy(render)).toEqual(nothing);
});

test('a listener that the file removes belongs to no test, and the methods are as before', async () => {
  const own = [view.addEventListener, ForeignTarget.prototype.addEventListener];
  const file = snapshot({ budget, name: 'file' });
  const inner = file.run(() => snapshot({ budget, name: 'test' }));
  inner.run(function listen() {
    page.addEventListener('click', doNothing); // here: shared
    page.addEventListener('load', doNothing);
  });
  file.run(() => page.removeEventListener('load', doNothing));
  const { leaks } = brief(await inner.find());
  const left = { ...listener, type: 'Document', at: at('shared', 'listen'), detail: "'click' of Document" };
  expect(leaks).toEqual([leak({ ...left, owner: 'test' })]);
  inner.dispose();
  file.dispose();
  expect([view.addEventListener, ForeignTarget.prototype.addEventListener]).toEqual(own);
});
