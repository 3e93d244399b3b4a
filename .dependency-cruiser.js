/** The layers of the project. An arrow that is not allowed here fails `npm run lint`. */
const tests = '(\\.test\\.ts$|^packages/[^/]+/test/)'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Modules that need each other to run; types may point back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-imports-nothing',
      comment: 'The engine has no dependency and touches no platform.',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: tests },
      to: { pathNot: '^packages/core/src' },
    },
    {
      name: 'testing-knows-core-only',
      severity: 'error',
      from: { path: '^packages/testing/src', pathNot: tests },
      to: { path: '^packages', pathNot: '^packages/(testing|core)/' },
    },
    {
      name: 'plugins-know-core-only',
      comment: 'Plugins never import each other, the transport or the controller.',
      severity: 'error',
      from: { path: '^packages/((?:provider|notifier|router)-[^/]+)/src', pathNot: tests },
      to: { path: '^packages/', pathNot: '^packages/($1|core)/' },
    },
    {
      name: 'kube-is-independent',
      comment: 'The Kubernetes transport knows nothing of rollouts.',
      severity: 'error',
      from: { path: '^packages/kube/src', pathNot: tests },
      to: { path: '^packages/', pathNot: '^packages/kube/' },
    },
    {
      name: 'only-the-shell-imports-the-controller',
      severity: 'error',
      from: { pathNot: '^(packages/(controller|playground)|test|bench|examples)/' },
      to: { path: '^packages/controller/' },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-test-in-source',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    combinedDependencies: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: { conditionNames: ['@birdwatch/source', 'import', 'node', 'default', 'types'] },
  },
}
