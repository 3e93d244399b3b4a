import { readFile } from 'node:fs/promises'
import { BirdWatchError } from '@birdwatch/core'
import type { Settings } from './options.js'

/** Who logs in. */
export interface Login {
  readonly user: string
  readonly pass: string
}

/** The login of a connection, or undefined for none; the file is read anew, because what it holds is renewed. */
export async function readLogin({ user, password, passwordFile }: Settings): Promise<Login | undefined> {
  if (user === undefined) return undefined
  if (passwordFile === undefined) return { user, pass: password ?? '' }
  const text = await readFile(passwordFile, 'utf8').catch(({ code = 'an error' }: NodeJS.ErrnoException) => {
    const message = `the password in ${passwordFile} can not be read (${code}); mount the file`
    throw new BirdWatchError('NOTIFIER_UNAUTHORIZED', message)
  })
  return { user, pass: text.trim() }
}

/** The forms in which a password is sent, and could be echoed. */
function formsOf({ user, pass }: Login): string[] {
  const encoded = [pass, `\0${user}\0${pass}`].map(text => Buffer.from(text).toString('base64'))
  return [...encoded, encodeURIComponent(pass), pass].filter(form => form !== '')
}

/** A text from outside in one line, short enough for a message, with the password that it echoes taken out. */
export function quote(text: string, login: Login | undefined, longest = 500): string {
  const forms = login === undefined ? [] : formsOf(login)
  const clean = forms.reduce((rest, form) => rest.replaceAll(form, '***'), text)
  const line = clean.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
