import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Rows } from '../live/models.js'
import { countGroups, type Filter, groupNames, groups, select } from './filter.js'
import { Empty, Loading, NoMatch } from './states.js'
import { Table } from './table.js'

/** Kept while a rollout is looked at. */
let last: Filter = { text: '', group: 'all', sort: 'urgency' }

/** All rollouts; `rows` is undefined before the first answer. */
export function List({ rows }: { rows: Rows | undefined }) {
  const [filter, setFilter] = useState(last)
  const search = useRef<HTMLInputElement>(null)
  const change = (part: Partial<Filter>) => {
    last = { ...last, ...part }
    setFilter(last)
  }
  const counts = useMemo(() => countGroups(rows?.values() ?? []), [rows])
  const shown = useMemo(() => select(rows?.values() ?? [], filter), [rows, filter])
  useSlash(search)
  useEffect(() => {
    document.title = counts.attention > 0 ? `(${counts.attention}) BirdWatch` : 'BirdWatch'
  }, [counts.attention])

  if (rows === undefined) return <Loading />
  if (rows.size === 0) return <Empty />
  return (
    <>
      <search class="filter">
        <input
          ref={search}
          type="search"
          placeholder="Filter by service, version, phase"
          aria-label="Filter"
          aria-keyshortcuts="/"
          value={filter.text}
          onInput={event => change({ text: event.currentTarget.value })}
          onKeyDown={event => event.key === 'Escape' && change({ text: '' })}
        />
        <fieldset>
          <legend class="unseen">Show</legend>
          {groupNames.map(group => (
            <label key={group} class={group === 'attention' && counts.attention > 0 ? 'chip wants' : 'chip'}>
              <input type="radio" name="group" checked={filter.group === group} onChange={() => change({ group })} />
              {groups[group].label} <b>{counts[group]}</b>
            </label>
          ))}
        </fieldset>
      </search>
      {shown.length === 0 ? (
        <NoMatch clear={() => change({ text: '', group: 'all' })} />
      ) : (
        <Table rows={shown} sort={filter.sort} onSort={sort => change({ sort })} />
      )}
      <p class="keys">
        <kbd>/</kbd> filter, <kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>Enter</kbd> open, <kbd>Esc</kbd> back
      </p>
    </>
  )
}

/** The key `/` goes to the filter, from anywhere but another field. */
function useSlash(search: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return
      event.preventDefault()
      search.current?.focus()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}
