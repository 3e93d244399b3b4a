/**
 * What is said of a defect that ends the process: where it happened, without the properties of the error and of its causes.
 * Node would show all of them, and the errors of HTTP clients carry the request with its credentials.
 */
export const crashText = (error: unknown): string =>
  `birdwatch: a defect: ${error instanceof Error ? (error.stack ?? error.message) : typeof error}\n`
