import { nextSerial } from '../owner.ts';
import { patch } from '../patch.ts';

/**
 * When event targets were made: Node has no hook for it, and a census of the heap costs several collections.
 *
 * The global `EventTarget` and `AbortController` are put behind a proxy that notes what they construct, also
 * for classes that extend them. A signal is as old as its controller, which makes it when first asked for.
 */
export class TargetBirths {
  readonly #born = new WeakMap<object, number>();
  #restore: (() => void)[] = [];

  start(): void {
    const born = this.#born;
    const note = (made: unknown): void => {
      if (typeof made === 'object' && made !== null) born.set(made, nextSerial());
    };
    const noting = <Result>(result: Result): Result => {
      note(result);
      return result;
    };
    this.#restore = [
      proxyConstructor('EventTarget', noting),
      proxyConstructor('AbortController', noting),
      patch(AbortSignal, 'timeout', (real) => {
        return function timeout(this: unknown, ...args: unknown[]): unknown {
          return noting(Reflect.apply(real, this, args));
        };
      }),
      patchSignalGetter((controller, signal) => {
        const serial = born.get(controller);
        if (serial !== undefined && !born.has(signal)) born.set(signal, serial);
      }),
    ];
  }

  stop(): void {
    for (const takeBack of this.#restore.toReversed()) takeBack();
  }

  /**
   * Whether it was there before: seen being made earlier, or a signal that was not seen being made at all.
   * Targets that Node makes on its own (ports, sockets) are nobody's long-lived bus.
   */
  isOlder(target: EventTarget, serial: number): boolean {
    const born = this.#born.get(target);
    return born === undefined ? target instanceof AbortSignal : born < serial;
  }
}

type GlobalClass = 'EventTarget' | 'AbortController';

function proxyConstructor(name: GlobalClass, noting: <Result>(made: Result) => Result): () => void {
  const real = globalThis[name];
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  const proxy = new Proxy(real, {
    construct: (target, args, newTarget) => noting(Reflect.construct(target, args, newTarget) as object),
  });
  Object.defineProperty(globalThis, name, {
    value: proxy,
    writable: true,
    configurable: true,
    enumerable: descriptor?.enumerable ?? false,
  });
  return () => {
    if (globalThis[name] === proxy && descriptor) Object.defineProperty(globalThis, name, descriptor);
  };
}

function patchSignalGetter(onSignal: (controller: object, signal: object) => void): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(AbortController.prototype, 'signal');
  const getter = descriptor?.get;
  if (!descriptor || !getter) return () => {};
  const standIn = {
    get signal(): AbortSignal {
      const signal = Reflect.apply(getter, this, []) as AbortSignal;
      onSignal(this, signal);
      return signal;
    },
  };
  const get = Object.getOwnPropertyDescriptor(standIn, 'signal')?.get;
  Object.defineProperty(AbortController.prototype, 'signal', { ...descriptor, ...(get && { get }) });
  return () => {
    if (Object.getOwnPropertyDescriptor(AbortController.prototype, 'signal')?.get === get) {
      Object.defineProperty(AbortController.prototype, 'signal', descriptor);
    }
  };
}
