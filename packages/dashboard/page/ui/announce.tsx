import { useEffect, useState } from 'preact/hooks'

let listener: (text: string) => void = () => {}

/** Says something to those who do not see the page. */
export const announce = (text: string): void => listener(text)

export function Announcer() {
  const [text, setText] = useState('')
  useEffect(() => {
    listener = setText
    return () => {
      listener = () => {}
    }
  }, [])
  return (
    <div class="unseen" role="status">
      {text}
    </div>
  )
}
