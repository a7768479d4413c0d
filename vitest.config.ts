import { defineConfig } from 'vitest/config';

/** Unit specs beside their source, and the end-to-end suites, which start the built server as a process. */
export default defineConfig({
  // tsconfig.json, which says so too, leaves out the specs.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.e2e.ts'],
    // These end a test that hangs, and nothing else: on a busy machine a suite waits for processes and bcrypt for minutes.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 3,
    restoreMocks: true,
    // Of the unit specs alone (`npm run coverage`): the end-to-end suites run the program in processes of its own.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.spec.ts', 'src/**/*.d.ts'],
      reporter: ['text-summary'],
      thresholds: { statements: 60, branches: 54, functions: 55, lines: 60 },
    },
  },
});
