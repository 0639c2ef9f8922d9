/**
 * The walls of the house, checked by folder path. Floors import only downward, within a floor
 * only leftward; a lib is entered by its index; what belongs to one room stays in it.
 */
const FLOORS = [
  ['kernel', 'config'],
  ['calendar', 'workflow', 'database', 'jobs', 'audit'],
  ['organization', 'identity', 'catalogue'],
  ['dossier'],
  ['posting', 'reporting', 'documents', 'notification'],
];
const ORDER = FLOORS.flat();
/** Rooms that must not know each other although one stands left of the other. */
const STRANGERS = {
  workflow: ['calendar'],
  database: ['calendar', 'workflow'],
  jobs: ['calendar', 'workflow'],
  audit: ['calendar', 'workflow'],
};

const any = (rooms) => `^libs/(${rooms.join('|')})/`;
const SPEC = '\\.(spec|fixture)\\.ts$';

const floors = ORDER.map((room, at) => ({
  name: `floor-${room}`,
  comment: `${room} may import only what stands below it or to its left`,
  severity: 'error',
  from: { path: `^libs/${room}/`, pathNot: SPEC },
  to: { path: any([...ORDER.slice(at + 1), ...(STRANGERS[room] ?? [])].concat('testing')) },
}));

module.exports = {
  forbidden: [
    ...floors,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'by-the-door',
      comment: 'a lib is imported by its index.ts only; the bench looks behind the doors',
      severity: 'error',
      from: { path: '^(libs/([^/]+)|apps|migrations|test)/', pathNot: '^test/load/' },
      to: { path: '^libs/([^/]+)/.+', pathNot: ['^libs/[^/]+/index\\.ts$', '^libs/$2/'] },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/', pathNot: SPEC },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'migrations-import-nothing',
      comment: 'entities change, migrations must not',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(libs|apps)/' },
    },
    {
      name: 'xstate-in-workflow',
      severity: 'error',
      from: { pathNot: ['^libs/workflow/', '^test/load/'] },
      to: { path: 'node_modules/xstate/' },
    },
    {
      name: 'bullmq-in-jobs',
      severity: 'error',
      from: { pathNot: '^libs/jobs/' },
      to: { path: 'node_modules/bullmq/' },
    },
    {
      name: 'sql-in-persistence',
      comment: 'pg and typeorm only under a persistence folder, in database and in migrations',
      severity: 'error',
      from: {
        pathNot: [
          '^libs/[^/]+/persistence/',
          '^libs/(database|testing)/',
          '^migrations/',
          '^test/load/',
          SPEC,
        ],
      },
      to: { path: 'node_modules/(@types/)?(pg|typeorm)/' },
    },
    {
      name: 'no-http-in-libs',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: ['node_modules/(@nestjs|fastify|@fastify)/', '^(node:)?https?2?$'] },
    },
    {
      name: 'pure-rooms',
      comment: 'calendar and workflow do no I/O',
      severity: 'error',
      from: { path: '^libs/(calendar|workflow)/', pathNot: SPEC },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'testing-in-tests',
      severity: 'error',
      from: { pathNot: [SPEC, '^test/', '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['types', 'main'],
    },
  },
};
