/** The configuration can not be used. The message is one line: where, what was found, what is expected. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'CONFIGURATION_INVALID'
}
