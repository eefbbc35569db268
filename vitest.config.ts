import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ configFile: './svelte.config.js' })],
  test: {
    include: ['src-*/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Processes, not threads: native add-ons and WebAssembly memory end with them.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
