import js from '@eslint/js';
import { globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

export default ts.config(
  globalIgnores(['dist', 'out', 'node_modules']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `node:test` returns promises that nobody has to wait for.
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] }],
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { Buffer: 'readonly', console: 'readonly', process: 'readonly', setTimeout: 'readonly', URL: 'readonly', document: 'readonly', performance: 'readonly', requestAnimationFrame: 'readonly', window: 'readonly' } } },
);
