import { codeParts } from '../format.js'

/** A sentence of the engine, what is in backticks set as code. */
export function Sentence({ text }: { text: string }) {
  return (
    <>
      {codeParts(text).map((part, i) => {
        const key = `${i}`
        return i % 2 === 0 ? <span key={key}>{part}</span> : <code key={key}>{part}</code>
      })}
    </>
  )
}
