// The import rules. Floors, from below: what a library may import of ours besides itself. One rule a library is made
// of this.
const layers = {
  kernel: [],
  contracts: ['kernel'],
  tlog: ['kernel', 'contracts'],
  mla: ['kernel', 'contracts'],
  trust: ['kernel', 'contracts', 'tlog'],
  e2ee: ['kernel', 'contracts', 'tlog', 'trust'],
  client: ['kernel', 'contracts', 'tlog', 'mla', 'trust', 'e2ee'],
  testing: ['kernel', 'contracts', 'tlog', 'mla', 'trust', 'e2ee', 'client'],
};

const SPEC = '\\.spec\\.ts$';
const PERSISTENCE = '^apps/api/src/.+\\.(entity|repository)\\.ts$';
const ISOMORPHIC = `^libs/(${Object.keys(layers)
  .filter((lib) => lib !== 'testing')
  .join('|')})/src/`;

const forbid = (name, comment, { from, to }) => ({ name, comment, severity: 'error', from, to });

const libraryRules = Object.entries(layers).map(([lib, below]) =>
  forbid(
    `lib-${lib}-imports-only-below`,
    `libs/${lib} may import of ours: ${below.join(', ') || 'nothing'}. Move the code down, or let the caller pass it in.`,
    {
      from: { path: `^libs/${lib}/src/`, pathNot: SPEC },
      to: { path: '^libs/', pathNot: `^libs/(${[lib, ...below].join('|')})/` },
    },
  ),
);

const graphRules = [
  forbid('no-circular', 'Break the cycle: move what both need to a third file below them.', {
    from: {},
    to: { circular: true },
  }),
  forbid(
    'no-unresolvable',
    'The import resolves nowhere: add the dependency to the package.json of this workspace, or correct the path.',
    { from: {}, to: { couldNotResolve: true } },
  ),
  forbid('no-orphans', 'Nobody imports this file and it imports nobody: use it or delete it.', {
    from: {
      orphan: true,
      pathNot: ['/(main|index|dto)\\.tsx?$', SPEC, '^test/', '\\.d\\.ts$', '\\.(mjs|json)$'],
    },
    to: {},
  }),
];

const houseRules = [
  forbid(
    'libs-never-import-apps',
    'A library knows no program and no test: turn the need into a port.',
    { from: { path: '^libs/' }, to: { path: '^(apps|test)/' } },
  ),
  forbid('apps-are-islands', 'Programs talk over the wire; shared code goes to a library.', {
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  }),
  forbid(
    'libs-by-door-only',
    'Import the library by its name (@enlace/<lib>); export from its index.ts what is missing.',
    {
      from: { path: '^(apps|libs|test)/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/[^/]+/src/(index|dto)\\.ts$', '^$1/$2/'] },
    },
  ),
  forbid(
    'isomorphic-libs-have-no-node',
    'This library runs in browsers too: take a port, or Web APIs that both have.',
    { from: { path: ISOMORPHIC, pathNot: SPEC }, to: { dependencyTypes: ['core'] } },
  ),
  forbid(
    'isomorphic-libs-have-no-server',
    'This library runs in browsers too: server frameworks and drivers stay in apps/api.',
    {
      from: { path: ISOMORPHIC, pathNot: SPEC },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|socket\\.io|fastify)/' },
    },
  ),
  forbid('testing-lib-in-tests-only', 'libs/testing is for specs and test/ only.', {
    from: { path: '^(apps|libs)/', pathNot: [SPEC, '^libs/testing/'] },
    to: { path: '^libs/testing/src/' },
  }),
  forbid('tests-are-not-shipped', 'Shipped code imports no test: move what both need out of it.', {
    from: { path: '^(apps|libs)/', pathNot: [SPEC, '^libs/testing/'] },
    to: { path: [SPEC, '^test/'] },
  }),
];

const keyRules = [
  forbid(
    'group-library-behind-its-port',
    'Only libs/e2ee/src/mls/library.ts imports ts-mls and what comes with it: use the port of groups.',
    {
      from: {
        path: '^(apps|libs|test)/',
        pathNot: ['^libs/e2ee/src/mls/library\\.ts$', '^libs/e2ee/src/mls/.+\\.spec\\.ts$'],
      },
      to: { path: 'node_modules/(ts-mls|@hpke|@noble)/' },
    },
  ),
  forbid(
    'server-cannot-reach-content-keys',
    'The server must not be able to read content, even by accident: no path to the encryption code.',
    {
      from: { path: '^apps/api/', pathNot: SPEC },
      to: { path: ['node_modules/ts-mls/', '^libs/e2ee/', '^libs/client/'], reachable: true },
    },
  ),
  forbid(
    'verifying-commands-stay-small',
    'A reviewer reads the verifying commands alone: they reach tlog, trust and mla, no more.',
    {
      from: { path: '^apps/cli/src/(audit-verify|log|precheck)/', pathNot: SPEC },
      to: { path: ['node_modules/ts-mls/', '^libs/e2ee/', '^libs/client/'], reachable: true },
    },
  ),
  forbid(
    'web-keys-in-the-worker-only',
    'Keys live in the worker: pages send it messages and import its types only.',
    {
      from: { path: '^apps/web/src/', pathNot: ['^apps/web/src/worker/', SPEC] },
      to: {
        path: [
          '^apps/web/src/worker/',
          '^libs/(e2ee|trust|client)/',
          'node_modules/(ts-mls|libsodium[^/]*)/',
        ],
        pathNot: '^apps/web/src/worker/crypto\\.worker\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
  ),
  forbid(
    'web-worker-is-launched-in-one-place',
    'state/worker/worker-script.ts alone takes the address of the worker (?worker&url): ask its proxy.',
    {
      from: {
        path: '^apps/web/src/',
        pathNot: ['^apps/web/src/worker/', '^apps/web/src/state/worker/worker-script\\.ts$', SPEC],
      },
      to: { path: '^apps/web/src/worker/crypto\\.worker\\.ts$' },
    },
  ),
  forbid(
    'dto-classes-on-the-server-only',
    'Import the type from @enlace/contracts; the validated class is for the server.',
    {
      from: { path: '^(apps/(web|cli)|libs)/', pathNot: ['^libs/contracts/', SPEC] },
      to: { path: '^libs/contracts/src/dto\\.ts$', dependencyTypesNot: ['type-only'] },
    },
  ),
];

const serverRules = [
  forbid(
    'typeorm-only-in-persistence',
    'SQL and TypeORM stay in *.repository.ts and *.entity.ts: ask the repository.',
    {
      from: {
        path: '^apps/api/',
        pathNot: [
          '\\.(entity|repository|module)\\.ts$',
          '^apps/api/src/platform/(bus|database|embedded|tlog)/',
          SPEC,
        ],
      },
      to: { path: 'node_modules/(@types/)?(typeorm|pg)/' },
    },
  ),
  forbid(
    'socketio-only-at-the-door',
    'Sockets stay in *.gateway.ts and platform/realtime: publish an event after commit.',
    {
      from: {
        path: '^apps/api/',
        pathNot: ['\\.gateway\\.ts$', '^apps/api/src/platform/realtime/', SPEC],
      },
      to: { path: 'node_modules/socket\\.io/' },
    },
  ),
  forbid(
    'persistence-imports-nothing-above',
    'The store answers the act; it calls no service, door or module.',
    { from: { path: PERSISTENCE }, to: { path: '\\.(service|controller|gateway|module)\\.ts$' } },
  ),
  forbid(
    'service-knows-no-transport',
    'The act knows neither HTTP nor sockets: throw a DomainError, return plain values.',
    {
      from: { path: '^apps/api/src/.+\\.service\\.ts$' },
      to: { path: '\\.(controller|gateway|filter|guard|module)\\.ts$' },
    },
  ),
  forbid(
    'door-only-through-service',
    'The door calls the service, which decides and records; it never goes to the store.',
    { from: { path: '^apps/api/src/.+\\.(controller|gateway)\\.ts$' }, to: { path: PERSISTENCE } },
  ),
  forbid(
    'persistence-is-private-to-its-feature',
    "Another feature's tables are asked through its service.",
    {
      from: { path: '^apps/api/src/([^/]+)/', pathNot: SPEC },
      to: { path: PERSISTENCE, pathNot: '^apps/api/src/$1/' },
    },
  ),
  forbid(
    'platform-knows-no-feature',
    'The platform is mechanism: let the feature register itself.',
    {
      from: { path: '^apps/api/src/platform/' },
      to: { path: '^apps/api/src/', pathNot: '^apps/api/src/platform/' },
    },
  ),
];

export default {
  forbidden: [...graphRules, ...houseRules, ...libraryRules, ...keyRules, ...serverRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Anchored: a bare `dist/` also hides node_modules/*/dist and blinds the rules on third parties.
    exclude: { path: '^(apps|libs)/[^/]+/dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@enlace/source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
