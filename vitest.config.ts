import { defineConfig } from 'vitest/config';

/** Unit specs beside their source, and the end-to-end suites, which start the built server as a process. */
export default defineConfig({
  // tsconfig.json, which says so too, leaves out the specs.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.e2e.ts'],
    // A suite waits for processes and for bcrypt, on machines with few cores; no test asserts how long anything takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 3,
    restoreMocks: true,
  },
});
