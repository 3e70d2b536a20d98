import { mayDepend } from '../origin/owner.ts';
import type { AsCause, Beside, Leftover } from './probe.ts';

/** Drops streams that fetch has taken on its own account, and those that a request or a suspended function reads. */
export const streamAsCause: AsCause = (stream, beside) =>
  isTakenByFetch(stream) || isBodyOfARequest(stream, beside) || isBeingRead(stream, beside)
    ? undefined
    : stream;

/** Fetch reads and tees bodies on its own account as well. */
function isTakenByFetch({ capture }: Leftover): boolean {
  return capture.apiFiles.some((file) => file.startsWith('node:internal/deps/undici/'));
}

/** Bodies of fetch are byte streams; while their request is in flight, that is the finding. */
function isBodyOfARequest(stream: Leftover, { resources }: Beside): boolean {
  const controller = stream.subject && controllerNameOf(stream.subject);
  return (
    controller === 'ReadableByteStreamController' &&
    resources.some((other) => other.kind === 'request' && mayDepend(other.owner, stream.owner))
  );
}

function controllerNameOf(stream: object): string | undefined {
  for (const symbol of Object.getOwnPropertySymbols(stream)) {
    const state: unknown = Reflect.get(stream, symbol);
    if (typeof state !== 'object' || state === null || !('controller' in state)) continue;
    if (typeof state.controller === 'object' && state.controller) return state.controller.constructor.name;
  }
  return undefined;
}

/** A function that took the stream and is suspended reading from it is the finding. */
function isBeingRead({ capture, owner }: Leftover, { waits }: Beside): boolean {
  return waits.some(
    ({ frame, origin, owner: reader }) =>
      mayDepend(reader, owner) &&
      frame.functionId === capture.site?.functionId &&
      origin.made.some(({ apiFiles }) =>
        apiFiles.some((file) => file.startsWith('node:internal/webstreams/')),
      ),
  );
}
