import { options } from './options.js'

/** The decision and the judges: `npx stryker run test/mutate/core.config.js`, with `--mutate FILES` for a part. */
export default options('core', ['packages/core/src/{decide,judge}/*.ts'])
