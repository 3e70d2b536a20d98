/** Names of the global functions that a rewritten program calls and the measured child defines. */
export const hooks = { entered: 'leaklabEntered', iterated: 'leaklabIterated' } as const;
