import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Pure rooms take time and chance as arguments: asking for them there is an error. */
const IMPURE = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'time is an argument here',
  },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'time is an argument here' },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'chance is an argument here',
  },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
    message: 'time is an argument here',
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.motcua/**', 'coverage/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      eqeqeq: 'error',
      'no-control-regex': 'off',
    },
  },
  {
    // node:test's describe and it return promises that the runner itself awaits.
    files: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    files: ['libs/calendar/**/*.ts', 'libs/workflow/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...IMPURE] },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        AbortController: 'readonly',
        module: 'writable',
        Buffer: 'readonly',
      },
    },
  },
);
