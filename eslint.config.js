import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** The rooms of src-main in the order data flows: a room may import the ones before it, never a later one. */
const ROOMS = [
  'settings',
  'library',
  'audio',
  'features',
  'demo',
  'inference',
  'models',
  'embedding',
  'similarity',
  'projection',
  'labels',
  'training',
  'classifiers',
  'autoencoder',
  'groups',
  'journey',
  'playback',
  'indexing',
  'exporting',
];

/** Each of these packages has one importer, so that it can be replaced in one place. */
const SOLE_IMPORTERS = [
  { package: 'electron', files: ['src-main/hosts/electron/**', 'src-preload/**'] },
  { package: 'better-sqlite3', files: ['src-main/database/**'] },
  { package: 'onnxruntime-node', files: ['src-main/inference/**'] },
  { package: 'echarts', files: ['src-renderer/ui/charts.ts', 'src-renderer/map/charts.ts'] },
  { package: 'echarts-gl', files: ['src-renderer/ui/charts.ts', 'src-renderer/map/charts.ts'] },
  { package: 'music-metadata', files: ['src-main/library/**'] },
];

const solePatterns = (file) =>
  SOLE_IMPORTERS.filter((sole) => !sole.files.some((allowed) => allowed.startsWith(file))).map(
    (sole) => ({
      regex: `^${sole.package}(/|$)`,
      message: `${sole.package} is imported by ${sole.files.join(', ')} only.`,
    }),
  );

/** What a file of this room may not import, as patterns for `no-restricted-imports`. */
function roomRules(room, index) {
  const later = [...ROOMS.slice(index + 1), 'hosts'];
  const others = ROOMS.filter((other) => other !== room);
  return {
    files: [`src-main/${room}/**/*.ts`],
    ignores: ['**/*.test.ts', '**/fixtures/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.\\./(\\.\\./)*(${later.join('|')})/(?!contract\\.ts$)`,
              message: `${room} may not import a later room.`,
            },
            {
              regex: `^\\.\\./(\\.\\./)*(${others.join('|')})/(?!(room|contract)\\.ts$)`,
              message: 'Another room is reached through its front door: room.ts or contract.ts.',
            },
            { regex: '^\\.\\./(\\.\\./)*app\\.ts$', message: 'Rooms do not know the application.' },
            ...solePatterns(`src-main/${room}/`),
          ],
        },
      ],
    },
  };
}

const restricted = (files, patterns, ignores = []) => ({
  files,
  ignores: ['**/*.test.ts', ...ignores],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export default ts.config(
  {
    ignores: [
      'out/**',
      'dist/**',
      'node_modules/**',
      'src-main/*/kernels/**',
      'resources/**',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'no-console': 'off',
      'no-undef': 'off', // TypeScript knows better.
      'no-control-regex': 'off', // Hostile names and tags are matched by their control characters.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  restricted(
    ['src-main/base/**/*.ts'],
    [{ regex: '^\\.\\./', message: 'base imports no room.' }, ...solePatterns('src-main/base/')],
  ),
  restricted(
    ['src-main/database/**/*.ts'],
    [
      {
        regex: `^\\.\\./(\\.\\./)*(${ROOMS.join('|')}|hosts)/`,
        message: 'The database knows no room.',
      },
    ],
  ),
  ...ROOMS.map(roomRules),
  restricted(
    ['src-main/**/contract.ts'],
    [
      {
        regex: '^(?!zod$)(?!(\\./|\\.\\./).*(contract|errors|host)\\.ts$)',
        message: 'A contract imports only contracts and the schema library.',
      },
    ],
  ),
  restricted(
    ['src-renderer/**/*.ts', 'src-renderer/**/*.svelte'],
    [
      {
        regex: 'src-main/(?!.*contract\\.ts$|base/(errors|host)\\.ts$|drawing/)',
        message: 'The renderer knows src-main by its contracts, and what both draw by.',
      },
      ...solePatterns('src-renderer/app/').filter((rule) => !rule.regex.startsWith('^echarts')),
    ],
  ),
  {
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.svelte'],
    ignores: ['src-renderer/ui/charts.ts', 'src-renderer/map/charts.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^echarts', message: 'echarts has one importer: charts.ts.' }] },
      ],
    },
  },
  restricted(
    ['src-main/drawing/**/*.ts'],
    [
      {
        regex: '^\\.\\./\\.\\./(?!.*contract\\.ts$)',
        message: 'What core and window both draw by knows contracts only.',
      },
    ],
  ),
  restricted(
    ['src-preload/**/*.ts'],
    [
      {
        regex: 'src-main/(?!.*contract\\.ts$)',
        message: 'The preload knows src-main by its contracts only.',
      },
    ],
  ),
);
