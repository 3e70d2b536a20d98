/**
 * Census of this process's heap, by the engine's own walk over it (the inspector's `Runtime.queryObjects`, which
 * collects garbage first): timers, handles, ports, workers, and the listeners on anything reachable.
 */
import { EventEmitter, getEventListeners } from 'node:events';
import { Session } from 'node:inspector';
import { types } from 'node:util';
import { MessagePort, Worker } from 'node:worker_threads';

/** Counts by type, such as `handles Timeout` and `listeners Socket close`. */
export type Census = Record<string, number>;

const hook = Symbol.for('leaklab.oracle.census');
const timer = setTimeout(() => {}, 0);
const timeoutPrototype: object = Object.getPrototypeOf(timer);
clearTimeout(timer);
const handlePrototype = findHandlePrototype();

/** Counts live handles and reachable listeners. Takes about 0.1 s: it collects garbage several times. */
export function takeCensus(session: Session): Census {
  const census: Census = {};
  const global = globalThis as { [hook]?: (objects: object[]) => void };
  global[hook] = (objects) => {
    for (const object of objects) count(object, census);
  };
  // connected for this moment only: a connected inspector keeps every value that the console gets
  session.connect();
  try {
    const prototype = evaluate(session, 'Object.prototype');
    const found = post(session, 'Runtime.queryObjects', { prototypeObjectId: prototype });
    post(session, 'Runtime.callFunctionOn', {
      objectId: idOf(found, 'objects'),
      functionDeclaration: `function () { globalThis[Symbol.for('${hook.description}')](this); }`,
    });
  } finally {
    session.disconnect();
    delete global[hook];
  }
  return census;
}

function count(object: object, census: Census): void {
  // a proxy's traps are the program's code, and a prototype has the methods of a class without its insides
  if (types.isProxy(object) || Object.hasOwn(object, 'constructor')) return;
  if (isA(timeoutPrototype, object)) {
    if (own(object, '_destroyed') === false && !isOfDateHeader(object)) add(census, 'handles Timeout');
  } else if (isA(handlePrototype, object)) {
    if (isOpenHandle(object)) add(census, `handles ${nameOf(object)}`);
  } else if (isA(EventEmitter.prototype, object)) {
    // the thread id of an ended worker is -1
    if (isA(Worker.prototype, object) && (object as Worker).threadId > 0) add(census, 'handles Worker');
    countEmitter(object, census);
  } else if (isA(EventTarget.prototype, object)) {
    if (isA(MessagePort.prototype, object) && isOpenPort(object)) add(census, 'handles MessagePort');
    countTarget(object, census);
  }
}

/**
 * Reports whether a timer is the one that expires Node's text of the Date header (lib/internal/http.js). It lives
 * to the end of a second, so its presence at a reading is chance.
 */
function isOfDateHeader(timer: object): boolean {
  const callback = own(timer, '_onTimeout');
  return (
    typeof callback === 'function' &&
    callback.name === 'resetCache' &&
    Function.prototype.toString.call(callback).includes('utcCache = undefined')
  );
}

function countEmitter(emitter: object, census: Census): void {
  const events = own(emitter, '_events');
  if (typeof events !== 'object' || events === null) return;
  for (const event of Reflect.ownKeys(events)) {
    const listeners = own(events, event);
    const n = Array.isArray(listeners) ? listeners.length : typeof listeners === 'function' ? 1 : 0;
    if (n > 0) add(census, `listeners ${nameOf(emitter)} ${String(event)}`, n);
  }
}

function countTarget(target: object, census: Census): void {
  const table = tableOf(target);
  // Node's own maps are cut off from Map.prototype
  for (const type of table ? Map.prototype.keys.call(table) : []) {
    if (typeof type !== 'string') continue;
    // not the table's own size, which includes weakly held listeners that have gone
    const n = getEventListeners(target as EventTarget, type).length;
    if (n > 0) add(census, `listeners ${nameOf(target)} ${type}`, n);
  }
}

/** Returns the table of event types of a target; no public function lists them. */
function tableOf(target: object): Map<unknown, unknown> | undefined {
  const key = Object.getOwnPropertySymbols(target).find((symbol) => symbol.description === 'kEvents');
  const table = key && own(target, key);
  return types.isMap(table) ? table : undefined;
}

/**
 * Reports whether this wrapper of a libuv handle is open, ref'd or not: Node answers `hasRef` with a boolean then.
 * The heap also holds prototypes and templates of wrappers. They have no handle inside, and a call of their
 * `hasRef` crashes the process. Unlike real wrappers, they have neither an owner nor a callback.
 */
function isOpenHandle(handle: object): boolean {
  const used = Reflect.ownKeys(handle).some((key) => {
    const value = own(handle, key);
    return typeof value === 'function' || (typeof value === 'object' && value !== null);
  });
  return used && typeof (handle as { hasRef(): unknown }).hasRef() === 'boolean';
}

/** Reports whether a port is open. `hasRef` is a boolean even for a closed port, but only an open one can be ref'd. */
function isOpenPort(port: object): boolean {
  // the engine's template of ports has no table of listeners
  if (!tableOf(port)) return false;
  const { ref, unref } = MessagePort.prototype;
  const hasRef = (): boolean => (port as MessagePort).hasRef();
  if (hasRef()) return true;
  ref.call(port);
  const isOpen = hasRef();
  if (isOpen) unref.call(port);
  return isOpen;
}

/** Finds HandleWrap.prototype by a stream that is a handle: the measured child has a pipe for stderr. */
function findHandlePrototype(): object {
  const handle: unknown = Reflect.get(process.stderr, '_handle');
  let prototype: unknown = handle;
  while (typeof prototype === 'object' && prototype !== null) {
    if (Object.hasOwn(prototype, 'constructor') && nameOf(prototype) === 'HandleWrap') return prototype;
    prototype = Object.getPrototypeOf(prototype);
  }
  throw new Error('standard error is no pipe: the measured child has to be started by the prover');
}

function isA(prototype: object, object: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, object);
}

/** Reads an own data property: getters are the program's code, or crash when called on a prototype. */
function own(object: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function nameOf(object: object): string {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const constructor = own(at, 'constructor');
    if (typeof constructor === 'function' && constructor.name !== '') return constructor.name;
  }
  return 'Object';
}

function add(census: Census, name: string, n = 1): void {
  census[name] = (census[name] ?? 0) + n;
}

function evaluate(session: Session, expression: string): string {
  return idOf(post(session, 'Runtime.evaluate', { expression }), 'result');
}

/** Posts a message; in-process, the inspector answers before `post` returns. */
function post(session: Session, method: string, params: object): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  const thrown = (answer as { exceptionDetails?: { exception?: { description?: string } } }).exceptionDetails;
  if (thrown) throw new Error(`${method}: ${thrown.exception?.description ?? 'threw'}`);
  return answer;
}

function idOf(answer: unknown, name: string): string {
  const remote = (answer as Record<string, { objectId?: unknown } | undefined> | undefined)?.[name];
  if (typeof remote?.objectId === 'string') return remote.objectId;
  throw new Error(`the inspector gave no ${name}: ${JSON.stringify(answer)}`);
}
