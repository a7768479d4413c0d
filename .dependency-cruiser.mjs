/** Arrows point down only; see docs/architecture.md. */
const rooms = ['config', 'common', 'database', 'migrations', 'workers', 'limits', 'runtimes', 'training', 'users', 'logging', 'auth', 'accounts', 'models', 'quotas', 'prediction', 'audit', 'jobs', 'health', 'metrics', 'tracing', 'http', 'cli'];

/** What each room may import, beside itself. */
const allowed = {
  config: [],
  common: ['config', 'logging/audit-draft'],
  database: ['common', 'config'],
  migrations: [],
  workers: ['common', 'config'],
  limits: ['common', 'config', 'database', 'workers'],
  runtimes: [],
  training: ['runtimes', 'models/manifest'],
  users: ['common', 'config', 'database'],
  logging: ['common', 'config', 'database', 'workers'],
  auth: ['common', 'config', 'database', 'users', 'logging', 'limits'],
  accounts: ['common', 'config', 'database', 'users', 'logging', 'auth'],
  models: ['common', 'config', 'database', 'runtimes', 'auth', 'logging', 'workers'],
  quotas: ['common', 'config', 'database', 'users', 'logging', 'limits', 'auth'],
  prediction: ['common', 'config', 'database', 'runtimes', 'models', 'auth', 'logging', 'quotas'],
  jobs: ['common', 'config', 'database', 'runtimes', 'models', 'auth', 'logging', 'quotas', 'prediction'],
  audit: ['common', 'config', 'database', 'runtimes', 'models', 'prediction', 'auth', 'logging'],
  health: ['common', 'config', 'models', 'auth'],
  tracing: ['common', 'config', 'logging'],
  metrics: ['common', 'config', 'auth', 'logging', 'models', 'prediction', 'workers'],
};

const direction = Object.entries(allowed).map(([room, others]) => ({
  name: `${room}-points-down`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(src/|ormconfig)', pathNot: [`^src/${room}/`, '^ormconfig', ...others.map((other) => `^src/${other}`)] },
}));

export default {
  forbidden: [
    ...direction,
    { name: 'no-cycles', severity: 'error', from: { pathNot: '\\.spec\\.ts$' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'runtimes-know-no-server',
      comment: 'A runtime knows nothing of HTTP, Nest or the database.',
      severity: 'error',
      from: { path: '^src/runtimes/' },
      to: { path: 'node_modules/(@nestjs|fastify|@fastify|typeorm|sqlite3|pg|passport)' },
    },
    {
      name: 'orm-only-where-data-lives',
      severity: 'error',
      from: { path: '^src/(common|config|prediction|http)/' },
      to: { path: 'node_modules/(sqlite3|pg)/' },
    },
    { name: 'declared-dependencies', severity: 'error', from: { path: '^src/', pathNot: '\\.spec\\.ts$' }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] } },
    { name: 'known-rooms', severity: 'error', from: {}, to: { path: '^src/[^/]+/', pathNot: rooms.map((room) => `^src/${room}/`) } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
