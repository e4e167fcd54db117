// Every project resolves our libraries to source through the condition `@enlace/source`.
const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    experimental: { keepImportAttributes: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
    },
  },
};

const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch: testMatch.map((glob) => `<rootDir>/${glob}`),
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@enlace/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  setupFiles: ['reflect-metadata'],
  ...extra,
});

const database = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
const browser = { ...database, globalSetup: '<rootDir>/test/support/browser-setup.mjs' };

export default {
  testTimeout: 30_000,
  maxWorkers: '100%', // Jest's default on 2 cores is a single worker
  // Modules of a finished suite are never freed; at some gigabytes a collection takes seconds, and servers seem dead.
  workerIdleMemoryLimit: '1500MB',
  projects: [
    project('unit', ['{apps,libs}/*/src/**/*.spec.ts']),
    project('architecture', ['test/architecture/**/*.spec.ts']),
    project('integration', ['test/integration/**/*.spec.ts'], database),
    project('e2e', ['test/e2e/!(web)/**/*.spec.ts'], database),
    project('scenarios', ['test/scenarios/**/*.spec.ts'], database),
    project('hostile', ['test/hostile/**/*.spec.ts'], database),
    project('browser', ['test/e2e/web/**/*.spec.ts'], browser),
  ],
};
