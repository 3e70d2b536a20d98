import { defineConfig } from 'vitest/config';

// the configuration file of vitest has to be a default export
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: { root: import.meta.dirname, include: ['vitest-work.ts'], pool: 'forks' },
});
