export { createSlackNotifier, type SlackNotifier } from './notifier.js'
export type { SlackOptions } from './options.js'
