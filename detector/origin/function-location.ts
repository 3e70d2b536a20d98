import type { Session } from 'node:inspector';
import { deleteProperty } from '../engine/intrinsics.ts';

const given = Symbol.for('leaklab.given');

/** The place where a function is written, as V8 knows it. */
export interface FunctionLocation {
  /** The URL or path of its script. */
  readonly url: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

interface ScriptLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * Returns where a function is written; undefined if it is native or there is no inspector.
 *
 * The inspector alone knows it, and lists all scripts for that: some ms.
 */
export function locationOf(of: object): FunctionLocation | undefined {
  let session: Session | undefined;
  try {
    session = new (process.getBuiltinModule('node:inspector').Session)();
    session.connect();
    const location = scriptLocationOf(of, session);
    const url = location && urlOf(location.scriptId, session);
    if (!location || url === undefined || url === '') return undefined;
    return { url, line: location.lineNumber + 1, column: location.columnNumber + 1 };
  } catch {
    return undefined;
  } finally {
    session?.disconnect();
  }
}

function scriptLocationOf(of: object, session: Session): ScriptLocation | undefined {
  Object.defineProperty(globalThis, given, { value: of, configurable: true });
  try {
    let objectId: string | undefined;
    const expression = `globalThis[Symbol.for('${given.description}')]`;
    // in the same process, the answers come before `post` returns
    session.post('Runtime.evaluate', { expression }, (_error, answer) => (objectId = answer.result.objectId));
    if (objectId === undefined) return undefined;
    let found: ScriptLocation | undefined;
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_error, answer) => {
      const internal = answer.internalProperties?.find(({ name }) => name === '[[FunctionLocation]]');
      found = internal?.value?.value as ScriptLocation | undefined;
    });
    session.post('Runtime.releaseObject', { objectId });
    return found;
  } finally {
    deleteProperty(globalThis, given);
  }
}

function urlOf(scriptId: string, session: Session): string | undefined {
  let url: string | undefined;
  const note = ({ params }: { params: { scriptId: string; url: string } }): void => {
    if (params.scriptId === scriptId) url = params.url;
  };
  session.on('Debugger.scriptParsed', note);
  session.post('Debugger.enable');
  session.post('Debugger.disable');
  session.off('Debugger.scriptParsed', note);
  return url;
}
