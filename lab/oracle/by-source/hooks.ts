/** What a rewritten program calls, and the measured child puts on the global object. */
export const hooks = { entered: 'leaklabEntered', iterated: 'leaklabIterated' } as const;
