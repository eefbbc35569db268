import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { noEval } from './scripts/build/no-eval.ts';

/** Every program that is started on its own: the two hosts and the processes that may die. */
const MAIN_ENTRIES = {
  electron: 'src-main/hosts/electron/main.ts',
  cli: 'src-main/hosts/cli/main.ts',
  demo: 'src-main/demo/demo.worker.ts',
  tags: 'src-main/library/tags.worker.ts',
  analysis: 'src-main/indexing/analysis.worker.ts',
  projection: 'src-main/projection/projection.worker.ts',
  similarity: 'src-main/similarity/similarity.worker.ts',
  classifiers: 'src-main/classifiers/classifiers.worker.ts',
  autoencoder: 'src-main/autoencoder/autoencoder.worker.ts',
  groups: 'src-main/groups/groups.worker.ts',
  journey: 'src-main/journey/journey.worker.ts',
  inference: 'src-main/inference/inference.worker.ts',
};

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: MAIN_ENTRIES,
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: 'src-preload/index.ts' },
        // A sandboxed preload is CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [svelte({ configFile: '../svelte.config.js' }), noEval()],
    build: {
      outDir: 'out/renderer',
      target: 'chrome130',
      rollupOptions: { input: 'src-renderer/index.html' },
    },
  },
});
