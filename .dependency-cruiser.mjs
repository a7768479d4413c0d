/** Arrows point down only; see docs/architecture.md. */
const rooms = ['config', 'common', 'database', 'workers', 'limits', 'inference', 'formats', 'packages', 'training', 'users', 'trail', 'logging', 'auth', 'accounts', 'models', 'quotas', 'prediction', 'audit', 'jobs', 'health', 'metrics', 'tracing', 'http', 'server', 'cli'];

/** What each room may import, beside itself. */
const allowed = {
  config: [],
  common: ['config'],
  database: ['common', 'config'],
  workers: ['common', 'config'],
  limits: ['common', 'config', 'database', 'workers'],
  inference: [],
  formats: ['inference'],
  packages: ['inference', 'formats'],
  training: ['inference', 'formats', 'packages'],
  users: ['common', 'config', 'database'],
  trail: ['common', 'config', 'database', 'workers'],
  logging: ['common', 'config', 'trail'],
  auth: ['common', 'config', 'database', 'users', 'trail', 'logging', 'limits'],
  accounts: ['common', 'config', 'database', 'users', 'trail', 'logging', 'auth'],
  models: ['common', 'config', 'database', 'inference', 'formats', 'packages', 'auth', 'trail', 'logging', 'workers'],
  quotas: ['common', 'config', 'database', 'users', 'trail', 'logging', 'limits', 'auth'],
  prediction: ['common', 'config', 'database', 'inference', 'formats', 'packages', 'models', 'auth', 'trail', 'logging', 'quotas'],
  jobs: ['common', 'config', 'database', 'inference', 'formats', 'packages', 'models', 'auth', 'trail', 'logging', 'quotas', 'prediction'],
  audit: ['common', 'config', 'database', 'inference', 'formats', 'packages', 'models', 'prediction', 'auth', 'trail', 'logging'],
  health: ['common', 'config', 'models', 'auth', 'logging'],
  tracing: ['common', 'config', 'logging', 'trail'],
  http: ['common', 'config', 'auth', 'users', 'trail', 'logging', 'limits', 'quotas', 'models', 'prediction', 'metrics', 'tracing'],
  server: [
    'common', 'config', 'database', 'workers', 'limits', 'users', 'trail', 'logging', 'auth', 'accounts', 'models', 'quotas',
    'prediction', 'audit', 'jobs', 'health', 'metrics', 'tracing', 'http', 'app.module.ts',
  ],
  cli: [
    'common', 'config', 'database', 'workers', 'limits', 'inference', 'formats', 'packages', 'training', 'users', 'trail', 'logging',
    'auth', 'accounts', 'models', 'quotas', 'prediction', 'audit', 'jobs', 'server', 'main.ts',
  ],
  metrics: ['common', 'config', 'auth', 'trail', 'logging', 'models', 'prediction', 'workers'],
};

const direction = Object.entries(allowed).map(([room, others]) => ({
  name: `${room}-points-down`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(src/|ormconfig)', pathNot: [`^src/${room}/`, '^ormconfig', ...others.map((other) => `^src/${other}${other.endsWith('.ts') ? '$' : '/'}`)] },
}));

export default {
  forbidden: [
    ...direction,
    { name: 'no-cycles', severity: 'error', from: { pathNot: '\\.spec\\.ts$' }, to: { circular: true } },
    {
      name: 'models-know-no-server',
      comment: 'A format and the numeric core know nothing of HTTP, Nest or the database.',
      severity: 'error',
      from: { path: '^src/(inference|formats)/' },
      to: { path: 'node_modules/(@nestjs|fastify|@fastify|typeorm|sqlite3|pg|passport)' },
    },
    {
      name: 'orm-only-where-data-lives',
      severity: 'error',
      from: { path: '^src/(common|config|prediction|http)/' },
      to: { path: 'node_modules/(sqlite3|pg)/' },
    },
    { name: 'declared-dependencies', severity: 'error', from: { path: '^src/', pathNot: '\\.spec\\.ts$' }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] } },
    { name: 'declared-everywhere', comment: 'Scripts, tests and benches too import only what package.json names.', severity: 'error', from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    { name: 'resolvable', severity: 'error', from: { path: '^(src|scripts|bench|clients|parity)/' }, to: { couldNotResolve: true, pathNot: '^(\\.\\./)*(dist|\\.generated)/' } },
    { name: 'known-rooms', severity: 'error', from: {}, to: { path: '^src/[^/]+/', pathNot: rooms.map((room) => `^src/${room}/`) } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
