import type { Session } from 'node:inspector';

const take = Symbol.for('leaklab.take');
const group = 'leaklab';

interface RemoteProperty {
  readonly name: string;
  readonly value?: { readonly objectId?: string };
}

interface RemoteProperties {
  readonly result: readonly RemoteProperty[];
  readonly internalProperties?: readonly RemoteProperty[];
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The live objects of a heap snapshot, through an inspector of this process: no function of Node finds them. */
export class LiveObjects {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Connects an inspector, which keeps everything that is written to the console while it is connected.
   *
   * Once it is disconnected, V8 forgets the ids of all objects (`V8HeapProfilerAgentImpl::disable`), and later
   * snapshots have new ones.
   *
   * @returns undefined if Node was built without an inspector
   */
  static async connect(): Promise<LiveObjects | undefined> {
    const inspector = await import('node:inspector').catch(() => undefined);
    if (!inspector) return undefined;
    const session = new inspector.Session();
    session.connect();
    return new LiveObjects(session);
  }

  /** Releases all objects that were looked at: the inspector's hold would be their shortest way from the root. */
  release(): void {
    this.#post('Runtime.releaseObjectGroup', { objectGroup: group });
  }

  disconnect(): void {
    this.#session.disconnect();
  }

  /** Returns the URLs of all scripts, by their id. */
  urls(): Map<string, string> {
    const urls = new Map<string, string>();
    const note = ({ params }: { params: { scriptId: string; url: string } }): void =>
      void urls.set(params.scriptId, params.url);
    this.#session.on('Debugger.scriptParsed', note);
    this.#post('Debugger.enable');
    this.#post('Debugger.disable');
    this.#session.off('Debugger.scriptParsed', note);
    return urls;
  }

  /** Returns an object by its id in a heap snapshot; undefined if it is gone or no JavaScript object. */
  object(id: number): object | undefined {
    const remote = this.#remote(id);
    return remote === undefined ? undefined : this.#local(remote);
  }

  /** Returns the name of the variable in a function's scopes with this value; snapshots don't name block variables. */
  variableOf(closureId: number, value: object): string | undefined {
    const closure = this.#remote(closureId);
    if (closure === undefined) return undefined;
    const scopes = this.#internalProperties(closure).find(({ name }) => name === '[[Scopes]]');
    for (const scope of this.#properties(scopes?.value?.objectId)) {
      for (const { name, value: held } of this.#properties(scope.value?.objectId))
        if (held?.objectId !== undefined && this.#local(held.objectId) === value) return name;
    }
    return undefined;
  }

  #remote(id: number): string | undefined {
    try {
      const { result } = this.#post('HeapProfiler.getObjectByHeapObjectId', {
        objectId: String(id),
        objectGroup: group,
      }) as {
        readonly result?: { readonly objectId?: string };
      };
      return result?.objectId;
    } catch {
      // V8's internal objects, such as the variables of a function, have no JavaScript object
      return undefined;
    }
  }

  #properties(objectId: string | undefined): readonly RemoteProperty[] {
    if (objectId === undefined) return [];
    return (this.#post('Runtime.getProperties', { objectId, ownProperties: true }) as RemoteProperties)
      .result;
  }

  #internalProperties(objectId: string): readonly RemoteProperty[] {
    const { internalProperties = [] } = this.#post('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    }) as RemoteProperties;
    return internalProperties;
  }

  /** Returns the object that the inspector knows by a remote id. */
  #local(objectId: string): object | undefined {
    let found: unknown;
    Object.defineProperty(globalThis, take, { value: (it: unknown) => (found = it), configurable: true });
    try {
      this.#post('Runtime.callFunctionOn', {
        objectId,
        functionDeclaration: `function () { globalThis[Symbol.for('${take.description}')](this); }`,
      });
    } finally {
      Reflect.deleteProperty(globalThis, take);
    }
    return isObject(found) ? found : undefined;
  }

  /** Sends a command; in the same process, the answer comes before `post` returns. */
  #post(method: string, params: object = {}): object {
    let answer: object = {};
    let failure: Error | null = null;
    this.#session.post(method, params, (error, result) => {
      failure = error;
      answer = result ?? {};
    });
    // assigned by the callback, which the compiler can't see
    if (failure as Error | null) throw failure as unknown as Error;
    return answer;
  }
}
