/** How the traffic is split, as one bar: the canary's share from the left, and the limit as a notch. */
export function Split({ weight, limit, done }: { weight: number; limit: number; done: boolean }) {
  return (
    <span class={done ? 'split done' : 'split'} aria-hidden="true">
      <span class="canary slide" style={{ inlineSize: `${weight}%` }} />
      {limit < 100 && !done && <span class="limit" style={{ insetInlineStart: `${limit}%` }} />}
    </span>
  )
}
