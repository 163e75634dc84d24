// States of the screens of the page, and steps that lead to them: for tests of access, and for screenshots.

/** Goes to an address within the open page. */
export const go = (page, hash) => page.evaluate((to) => (location.hash = to), hash);
export const shown = (page, selector) => page.locator(selector).first().waitFor({ timeout: 240_000 });
export const click = (page, selector) => page.locator(selector).first().click();

/** States by name, in the order of a visit: each goes on from the one before. */
export const STATES = {
  'today, nothing planned': async (page) => (await go(page, '#/today'), await shown(page, '.tour')),
  'week, not planned': async (page) => (await go(page, '#/week'), await shown(page, '.week-start')),
  'week, planning': async (page) => (await click(page, '.week-start .main'), await shown(page, 'nx-jobs .job')),
  'week, planned': (page) => shown(page, '.plan-grid'),
  'week, rhythm': async (page) => (await click(page, '.rhythm .link'), await shown(page, '#rhythm-form')),
  'week, filter': async (page) => (await click(page, '.rhythm .link'), await go(page, '#/week?f=close'), await shown(page, '.filter[aria-pressed=true]')),
  'week, lines': async (page) => (await go(page, '#/week?view=lines'), await shown(page, '.lines')),
  'details': async (page) => (await go(page, '#/week'), await click(page, '#cell-0-0'), await shown(page, 'nx-sheet .other-rank')),
  'details, rows of a family': async (page) => (await click(page, 'nx-sheet .opener'), await shown(page, 'nx-sheet .rows')),
  'details, a search': async (page) => (await page.locator('nx-why-not input').fill('茶'), await shown(page, 'nx-why-not li small:not(:empty)')),
  'details, what if': async (page) => (await click(page, '.what-if summary'), await shown(page, '.levers')),
  'selection': async (page) => (await page.keyboard.press('Escape'), await go(page, '#/week'), await page.locator('#cell-0-0').focus(), await page.keyboard.press('Shift+ArrowDown'), await shown(page, '.selection')),
  'bulk approval': async (page) => (await click(page, '.selection .main'), await shown(page, 'dialog[open]')),
  'week, some approved': async (page) => (await click(page, 'dialog[open] .main'), await shown(page, '.state-approved')),
  'week, out of date': async (page) => (await page.locator('#cell-3-3').focus(), await page.keyboard.press('n'), await shown(page, '.notice.slim')),
  'today, next day': async (page) => (await go(page, '#/today'), await shown(page, '.lines')),
  'hand-over': async (page) => (await go(page, '#/handover'), await shown(page, '.block .main:not(:disabled)')),
  'handed over': async (page) => (await click(page, '.block .main'), await shown(page, '.block [aria-label]')),
  'people, groups': async (page) => (await go(page, '#/people/groups'), await shown(page, '.person')),
  'people, users': async (page) => (await go(page, '#/people/users'), await shown(page, '.person')),
  'next, a group': async (page) => (await go(page, '#/people/group/g-spring'), await shown(page, '.pick')),
  'next, reasons and refusals': async (page) => (await click(page, '.pick .link'), await click(page, '.rule .opener'), await shown(page, '.rule .listed')),
  'next, a stranger': async (page) => (await go(page, '#/people/user/stranger'), await shown(page, '.badge')),
  'time of the page': async (page) => (await click(page, '.as-of-turn'), await shown(page, '#time')),
  'people, filtered': async (page) => (await go(page, '#/people/groups?purpose=growth'), await shown(page, '[data-filter=purpose]')),
  'people, tiers': async (page) => (await go(page, '#/people/tiers'), await shown(page, 'nx-tiers .bars')),
  'person, profile': async (page) => (await go(page, '#/people/user/u0083?tab=profile'), await shown(page, 'nx-profile section')),
  'person, history': async (page) => (await go(page, '#/people/user/u0083?tab=history'), await shown(page, 'nx-history li')),
  'person, journeys': async (page) => (await go(page, '#/people/user/u0083?tab=journeys'), await shown(page, 'nx-journeys :is(section, p)')),
  'person, rights': async (page) => (await go(page, '#/people/user/u0083?tab=rights'), await shown(page, 'nx-rights section')),
  'results, funnel': async (page) => (await go(page, '#/results'), await shown(page, '.by-key tbody tr')),
  'results, by week': async (page) => (await go(page, '#/results?by=week'), await shown(page, '.line-chart')),
  'results, experiments': async (page) => (await go(page, '#/results/experiments'), await shown(page, '.experiment-list')),
  'results, an open experiment': async (page) => (await click(page, '.experiment-list a'), await shown(page, '.verdict')),
  'results, an invalid experiment': async (page) => (await go(page, '#/results/experiments'), await page.locator('.experiment-list a').nth(1).click(), await shown(page, '[data-verdict=invalid]')),
  'results, what if': async (page) => (await go(page, '#/results/what-if'), await shown(page, '.evaluation')),
  'results, what if, families': async (page) => (await click(page, '.evaluation summary'), await page.locator('.checks input').first().uncheck(), await shown(page, '.evaluation [type=submit]:not(:disabled)')),
  'results, what if, answered': async (page) => (await click(page, '.evaluation [type=submit]'), await shown(page, '.evidence-bar')),
  'results, what if, refused': async (page) => (await go(page, '#/results/what-if?families=affinity,freshness&run=1'), await shown(page, '[data-verdict=cannot-tell]')),
  'results, referrals': async (page) => (await go(page, '#/results/referrals'), await shown(page, '.referrals tbody tr')),
  'library': async (page) => (await go(page, '#/library'), await page.locator('.person-last').filter({ hasNotText: '…' }).first().waitFor()),
  'library, filtered': async (page) => (await go(page, '#/library?f=planned'), await shown(page, '.chip-turn[aria-pressed=true]')),
  'item': async (page) => (await go(page, '#/library'), await click(page, '.person'), await shown(page, 'nx-item .fact-list')),
  'settings, page': async (page) => (await go(page, '#/settings'), await shown(page, '#theme')),
  'settings, operations': async (page) => (await go(page, '#/settings/operations'), await shown(page, '[data-part=journeys] li')),
  'settings, an unsaved change': async (page) => (await page.locator('[data-part=rules] summary').click(), await page.locator('#json-rules').fill('[{'), await shown(page, '[data-part=rules] .chip')),
  'settings, a refused change': async (page) => (await page.locator('[data-part=rules] .main').click(), await shown(page, '[data-part=rules] .problem span')),
  'settings, configuration': async (page) => (await go(page, '#/settings/config'), await shown(page, '.weight')),
  'activity': async (page) => (await go(page, '#/activity'), await shown(page, '.activity li')),
  'import': async (page) => (await go(page, '#/data/import'), await shown(page, '.drop')),
  'import, doubts': async (page) => {
    await page.locator('[data-sort=items]').setInputFiles({ name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from('编号;标题;标签;发布时间\na;甲;茶，春;46113\na;;茶，夏;46114.5\nb;丙;茶;2026-13-01\n') });
    await shown(page, '.doubt');
  },
  'import, opened': async (page) => (await click(page, '.preview summary'), await click(page, '.format summary'), await shown(page, '.preview[open]')),
  'export': async (page) => (await go(page, '#/data/export'), await shown(page, '#export-head')),
  'data': async (page) => (await go(page, '#/data'), await shown(page, '.source')),
  'help': async (page) => (await page.keyboard.press('Escape'), await click(page, '.help-turn'), await shown(page, 'dialog[open]')),
};
