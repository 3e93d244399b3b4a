import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** The CustomResourceDefinition as it is shipped. */
export const birdWatchCrd = (): unknown =>
  parse(readFileSync(new URL('../../../helm/files/crd.yaml', import.meta.url), 'utf8'))
