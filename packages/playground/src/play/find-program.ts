import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The program that a shell would find; undefined where there is none.
 * @param path directories, as in `PATH`
 */
export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(directory => directory !== '')
    .map(directory => join(directory, name))
    .find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
