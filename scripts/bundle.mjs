// Bundles src/ and the packages it uses into a few files, dist/bundle/, so that a start has some 2,600 fewer files to
// find, read and compile. It strips types without checking them: `npm run typecheck` and `nest build` do that.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Each is started as a process; all files lie in one folder, so that what stands beside a module still does. */
const ENTRIES = {
  cli: 'src/cli.ts',
  runner: 'src/jobs/runner.ts',
  'model-child': 'src/packages/process/model-child.ts',
};

/**
 * Native, or they look for files beside their own, as gRPC's reflection does, which brings the rest of gRPC along; `pg` is
 * also loaded by TypeORM, past the bundle.
 */
const KEPT_OUTSIDE = [
  'bcrypt',
  'lz4-napi',
  'onnxruntime-node',
  'pg',
  'sqlite3',
  /^@grpc\//,
  /^@tensorflow\//,
  /^swagger-ui-dist/,
];

const bundle = await rolldown({
  cwd: root,
  input: ENTRIES,
  platform: 'node',
  external: KEPT_OUTSIDE,
  plugins: [requiresOfNest()],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  // As tsconfig.json has them.
  transform: {
    decorator: { legacy: true, emitDecoratorMetadata: true },
    assumptions: { setPublicClassFields: true },
    typescript: { removeClassFieldsWithoutInitializer: true },
  },
  tsconfig: false,
  onLog(level, log, report) {
    // Optional packages of TypeORM's and Nest's that are not installed: left as they are, for nobody to reach.
    if (log.code !== 'UNRESOLVED_IMPORT') report(level, log);
  },
});
await bundle.write({
  dir: join(root, 'dist', 'bundle'),
  cleanDir: true,
  // Dependency injection and the OpenAPI document tell classes by their names.
  keepNames: true,
  // V8 keeps a source in one byte a character only where it has no others.
  charset: 'ascii',
  comments: false,
  sourcemap: true,
});

/**
 * Nest's packages take one another, and TypeORM, through `createRequire` at run time, past the bundle: a second copy of
 * each would be loaded, whose classes are not those of the first. A plain `require` is seen.
 */
function requiresOfNest() {
  const made = /^const require = createRequire\(import\.meta\.url\);$/m;
  return {
    name: 'requires-of-nest',
    transform: {
      filter: { id: /\/@nestjs\//, code: made },
      handler: (code) => ({ code: code.replace(made, ''), map: null }),
    },
  };
}
