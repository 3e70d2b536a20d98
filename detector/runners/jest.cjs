'use strict';
/**
 * jest: `setupFilesAfterEnv: ['leaklab/jest']`.
 *
 * jest evaluates this anew for each file of tests, in a realm of its own, and knows no ES modules there unless it is
 * told to. The detector is loaded by Node itself, once for each process, and watches what the realms share.
 */
const { runInThisContext } = require('node:vm');
const { createRequire } = runInThisContext('process').getBuiltinModule('node:module');
const { realms } = createRequire(__filename)('./jest-realm.js');

const { configure, expectLeak, table } = realms.entry(globalThis, () => require('@jest/globals'));
// one by one: who imports them by name has to find them without running this
module.exports = { configure, expectLeak, table };
