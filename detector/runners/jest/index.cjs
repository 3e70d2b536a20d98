'use strict';
/**
 * jest: `setupFilesAfterEnv: ['leaklab/jest']`.
 *
 * jest evaluates this anew for each file of tests, in a separate realm, without ES modules unless they are enabled.
 * Node itself loads the detector, once for each process, and the detector watches what the realms share.
 */
// jest 26 knows no `node:`, and has to get as far as the sentence that it is too old
// oxlint-disable-next-line unicorn/prefer-node-protocol
const { runInThisContext } = require('vm');
const { createRequire } = runInThisContext('process').getBuiltinModule('node:module');
const { realms } = createRequire(__filename)('./realm.js');

const { configure, expectLeak, table } = realms.entry(globalThis, () => require('@jest/globals'));
// one by one, so that Node finds their names without running this
module.exports = { configure, expectLeak, table };
