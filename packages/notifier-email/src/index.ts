export { createEmailNotifier, type EmailNotifier } from './notifier.js'
export type { EmailOptions, TlsOptions } from './options.js'
