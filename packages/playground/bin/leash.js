/**
 * Runs a program for as long as this process has its parent: `leash.js command argument…`. A program that knows nothing
 * of its parent would outlive it when that is killed.
 */
import { spawn } from 'node:child_process'

const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] })
child.once('error', () => process.exit(127))
child.once('exit', code => process.exit(code ?? 1))
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('disconnect', () => child.kill('SIGKILL'))
