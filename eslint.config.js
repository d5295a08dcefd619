import js from 'typescript-eslint';
import vue from 'eslint-plugin-vue';

export default js.config(
  { ignores: ['node_modules/', 'client/dist/', '.hallwatch/'] },
  ...js.configs.recommended,
  ...js.configs.stylistic,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: { parserOptions: { parser: js.parser, extraFileExtensions: ['.vue'] } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-undef': 'off',
      eqeqeq: 'error',
    },
  },
  {
    // Prettier owns the layout; these rules only argue with it.
    files: ['**/*.vue'],
    rules: {
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: ['tests/**/*.ts'],
    ignores: ['tests/helpers/property.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'fast-check', message: 'Import it from tests/helpers/property.ts, which fixes the seed.' },
      ],
    },
  },
);
