import { codeParts } from '../format.js'

/** A number stays with its unit. */
const unbroken = (text: string) => text.replaceAll(' %', '\u00a0%')

/** A sentence of the engine, what is in backticks set as code. */
export function Sentence({ text }: { text: string }) {
  return (
    <>
      {codeParts(text).map((part, i) => {
        const key = `${i}`
        return i % 2 === 0 ? <span key={key}>{unbroken(part)}</span> : <code key={key}>{part}</code>
      })}
    </>
  )
}
