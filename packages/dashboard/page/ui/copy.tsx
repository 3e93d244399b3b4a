import { useEffect, useState } from 'preact/hooks'
import { announce } from './announce.js'

/** A line breaks between its words only: a broken option could be misread. */
const words = (line: string) =>
  line.split(' ').map((word, i) => (
    <span key={`${i} ${word}`}>
      {i > 0 && ' '}
      <span class="word">{word}</span>
    </span>
  ))

/** A text to copy, in full; selecting it by hand works as well. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    // Clipboards are for secure pages only: where this one is not, the text stays selectable.
    await navigator.clipboard?.writeText(text)
    setCopied(navigator.clipboard !== undefined)
    announce(`${label} copied`)
  }
  return (
    <div class={text.includes('\n') ? 'copyable' : 'copyable line'}>
      <pre>
        <code>{text.includes('\n') ? text : words(text)}</code>
      </pre>
      <button type="button" class="quiet" aria-label={`Copy ${label}`} onClick={() => void copy().catch(() => {})}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
