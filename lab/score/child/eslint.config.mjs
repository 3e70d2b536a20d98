import { dirname, join } from 'node:path';
import listeners from 'eslint-plugin-listeners';
import promise from 'eslint-plugin-promise';
import tseslint from 'typescript-eslint';

const root = join(import.meta.dirname, '..', '..', '..');

// ESLint wants a default export
// oxlint-disable-next-line import/no-default-export
export default [
  {
    files: ['**/*.ts'],
    linterOptions: { reportUnusedDisableDirectives: 'off', noInlineConfig: true },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: join(root, 'tsconfig.json'),
        tsconfigRootDir: dirname(join(root, 'tsconfig.json')),
      },
    },
    plugins: { listeners, promise, '@typescript-eslint': tseslint.plugin },
    rules: {
      'listeners/no-missing-remove-event-listener': 'error',
      'listeners/matching-remove-event-listener': 'error',
      'promise/catch-or-return': 'error',
      'promise/no-multiple-resolved': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
];
