import { Command, InvalidArgumentError } from 'commander'

export { InvalidArgumentError }

export const commandLine = (script, about) =>
  new Command(`npm run ${script} --`)
    .description(about)
    .showHelpAfterError(`\`npm run ${script} -- --help\` tells what there is.`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

const numeric = (what, fits) => least => text => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!fits(value) || value < least) throw new InvalidArgumentError(`It must be ${what} of at least ${least}.`)
  return value
}

export const whole = numeric('a whole number', Number.isSafeInteger)
export const number = numeric('a number', Number.isFinite)

export const listOf = known => text => {
  const words = text.split(',')
  const unknown = words.find(word => !known.includes(word))
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is none of ${known.join(',')}.`)
  return words
}
