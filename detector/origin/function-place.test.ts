import { expect, test } from 'vitest';
import { placesIn } from '../fixtures/left-by.ts';
import { placeOfFunction } from './function-place.ts';

/** Types vanish from the compiled source, so that its lines are others than the written ones. */
interface Order {
  readonly id: number;
}

const at = placesIn(import.meta.filename);

// prettier-ignore
function check(order: Order): boolean { return order.id > 0; } // here: named
const anonymous = [async (): Promise<void> => {}]; // here: anonymous

function placed(of: object): string | undefined {
  const frame = placeOfFunction(of);
  return frame && `function-place.test.ts:${frame.line} ${frame.function}`;
}

test('a function has the place where it is written, in the source that the program wrote', () => {
  expect(placed(check)).toBe(at('named', 'check'));
  expect(placed(anonymous[0] ?? {})).toBe(at('anonymous', '<anonymous>'));
  expect(check({ id: 1 })).toBe(true);
});

test('a function of the engine, a bound one and an object have none', () => {
  expect([Math.max, check.bind(undefined), {}].map(placed)).toEqual([undefined, undefined, undefined]);
});

test('looking leaves nothing behind', () => {
  placeOfFunction(() => {});
  expect(Object.getOwnPropertySymbols(globalThis).map(String)).not.toContain('Symbol(leaklab.given)');
});
