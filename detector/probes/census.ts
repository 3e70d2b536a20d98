import { Session } from 'node:inspector';

/**
 * Every object alive whose prototype chain has one of these, after a collection.
 *
 * The inspector finds them, and a function that it calls inside this very process hands them over, so
 * they are the objects and not copies. 5 to 20 ms on a small heap.
 */
export function liveInstances(prototype: object): object[] {
  const session = new Session();
  session.connect();
  const found: object[] = [];
  const mailbox = Symbol.for('leaklab.census');
  Reflect.set(globalThis, mailbox, { prototype, receive: (objects: object[]) => found.push(...objects) });
  try {
    // in-process sessions answer before `post` returns
    session.post(
      'Runtime.evaluate',
      { expression: "globalThis[Symbol.for('leaklab.census')].prototype" },
      (_, asked) => {
        const prototypeObjectId = asked?.result.objectId;
        if (prototypeObjectId === undefined) return;
        session.post('Runtime.queryObjects', { prototypeObjectId }, (_error, answer) => {
          const objectId = answer?.objects.objectId;
          if (objectId === undefined) return;
          session.post('Runtime.callFunctionOn', {
            objectId,
            functionDeclaration: "function () { globalThis[Symbol.for('leaklab.census')].receive(this) }",
          });
        });
      },
    );
  } finally {
    Reflect.deleteProperty(globalThis, mailbox);
    session.disconnect();
  }
  return found;
}
