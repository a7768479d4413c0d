import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/fuzz/*.fuzz.ts'], root: new URL('../..', import.meta.url).pathname },
});
