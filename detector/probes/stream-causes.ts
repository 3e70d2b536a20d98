import { getProperty } from '../engine/intrinsics.ts';
import { mayDepend } from '../origin/owner.ts';
import type { AsCause, Beside, Leftover } from './probe.ts';

/** Drops streams that fetch took for itself, or that a request or a suspended function reads. */
export const streamAsCause: AsCause = (stream, beside) =>
  isTakenByFetch(stream) || isBodyOfARequest(stream, beside) || isBeingRead(stream, beside)
    ? undefined
    : stream;

/** Reports whether fetch took the stream: it reads and tees bodies for itself too. */
function isTakenByFetch({ capture }: Leftover): boolean {
  return capture.apiFiles.some((file) => file.startsWith('node:internal/deps/undici/'));
}

/** Reports whether the stream is the body of a request in flight, which is the finding; bodies are byte streams. */
function isBodyOfARequest(stream: Leftover, { resources }: Beside): boolean {
  const controller = stream.subject && controllerNameOf(stream.subject);
  return (
    controller === 'ReadableByteStreamController' &&
    resources.some((other) => other.kind === 'request' && mayDepend(other.owner, stream.owner))
  );
}

function controllerNameOf(stream: object): string | undefined {
  for (const symbol of Object.getOwnPropertySymbols(stream)) {
    const state: unknown = getProperty(stream, symbol);
    if (typeof state !== 'object' || state === null || !('controller' in state)) continue;
    if (typeof state.controller === 'object' && state.controller) return state.controller.constructor.name;
  }
  return undefined;
}

/** Reports whether the function that took the stream is suspended reading it, and so is the finding. */
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
