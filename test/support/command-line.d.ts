/** How the tools of this repository read their arguments. Plain JavaScript, for some of them run without a build. */
import { type Command, InvalidArgumentError } from 'commander'

export { InvalidArgumentError }

/**
 * The command line of a script of package.json. It prints its usage when asked with `--help`; what it does not know, it
 * refuses in two lines with exit code 2, before anything is run.
 *
 * @param script its name, as for `npm run`
 */
export function commandLine(script: string, about: string): Command

/** Reads a whole number of at least `least`. */
export function whole(least: number): (text: string) => number

/** Reads a number of at least `least`. */
export function number(least: number): (text: string) => number

/** Reads words with commas between them, each of them one of `known`. */
export function listOf<Word extends string>(known: readonly Word[]): (text: string) => Word[]
