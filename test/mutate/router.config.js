import { options } from './options.js'

/** The Istio router and its planner: `npx stryker run test/mutate/router.config.js`, with `--mutate FILES` for a part. */
export default options('router', ['packages/router-istio/src/*.ts'])
