import { codeParts } from '../format.js'

/** A number stays with its unit, and an arrow is one. */
const typeset = (text: string) => text.replaceAll(' %', '\u00a0%').replaceAll(' -> ', ' → ')

/** A sentence of the engine, what is in backticks set as code. */
export function Sentence({ text }: { text: string }) {
  return (
    <>
      {codeParts(text).map((part, i) => {
        const key = `${i}`
        return i % 2 === 0 ? <span key={key}>{typeset(part)}</span> : <code key={key}>{part}</code>
      })}
    </>
  )
}
