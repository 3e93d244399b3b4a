import { expect, it, onTestFinished } from 'vitest'
import { describeInBrowser, visit } from '../../dashboard/browser/support/browse.js'
import { LocalApi } from '../src/api/local.js'
import { startPlayground } from '../src/play/playground.js'

const rollout = '/apis/otomato.link/v1alpha1/namespaces/default/birdwatches/aleph'
/** A whole rollout, on a machine that is busy with others. */
const patience = { timeout: 120_000 }

/** A playground in a hurry, and a tab that looks at its rollout. */
async function open() {
  const hurry = { interval: 1, increment: 10, propagation: 1, sampleMs: 100 }
  const playground = await startPlayground({ ...hurry, logLevel: 'error' })
  onTestFinished(() => playground.stop())
  const { page, complaints } = await visit(playground.urls.page)
  await page.getByRole('link', { name: 'aleph' }).click(patience)
  const hero = page.locator('.hero')
  const until = (phase: string) => hero.locator('.phase').getByText(phase, { exact: true }).waitFor(patience)
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click(patience)
  const fail = (version: string) => page.getByRole('switch', { name: `Make ${version} fail` }).click(patience)
  return { api: new LocalApi(playground.machine, 'somebody'), complaints, hero, until, press, fail }
}

describeInBrowser('The story of the playground, before the eyes of who opens its page', () => {
  it('is a promotion, then a rollback of what fails, with the reason in numbers.', async () => {
    const { complaints, hero, until, press, fail } = await open()
    await until('Promoted')

    await press('Release v05')
    await until('Progressing')
    await fail('v05')
    await until('Rolled back')

    expect(await hero.textContent()).toMatch(/v05 is unhealthy at \d+\s%: [\w-]+ is [\d.]+, baseline [\d.]+/)
    expect(await hero.locator('.ends').textContent()).toMatch(/^0 %\s*v05 canary.*v04 production\s*100 %$/)
    expect(complaints).toEqual([])
  }, 400_000)

  it('is a freeze, where that is asked for, and a promotion by a person who presses the button twice.', async () => {
    const { api, complaints, hero, until, press, fail } = await open()
    await until('Promoted')
    await press('Release v05')
    await until('Progressing')
    api.merge(rollout, { spec: { if_unhealthy: 'freeze' } })
    await fail('v05')
    await until('Frozen')

    await press('Promote')
    await press('Yes, promote')
    await until('Promoted')

    expect(await hero.locator('.ends').textContent()).toMatch(/^100 %\s*v05 production/)
    expect(complaints).toEqual([])
  }, 400_000)
})
