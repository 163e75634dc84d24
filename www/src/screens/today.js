/** @file Today: messages that need approval, and messages due next. On a first visit, a tour of the sample. */

import { html, nothing } from 'lit';
import { defaultWeek, openWeek } from '../commands/plan.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { dayInWords } from '../view.js';
import { dayOf } from '../week/fixed.js';
import { WINDOW_HOURS, flagsOf, isEmpty, isGoing } from '../week/model.js';
import { t, lang } from '../words/index.js';
import '../parts/lines.js';

class Today extends PageElement {
  constructor() {
    super();
    this.watch('data', 'plan', 'route');
  }

  willUpdate() {
    void openWeek(store.get('plan')?.from ?? defaultWeek());
  }

  render() {
    const { world, asOf, kind } = store.get('data');
    const plan = store.get('plan');
    const messages = plan?.messages ? [...plan.messages.values()].sort((a, b) => a.at - b.at) : [];
    const flags = flagsOf(messages, world.offset);
    const today = dayOf(asOf, world.offset);
    const days = [...new Set(messages.map(({ at }) => dayOf(at, world.offset)))];
    const shown = days.includes(today) ? today : days.find((day) => day > today);
    return html`
      <div class="screen-head"><h1>${dayInWords(today, lang)}</h1></div>
      ${this.#exceptions(messages, asOf, plan)}
      ${shown === undefined ? this.#nothing(world, kind) : html`
        <section aria-labelledby="due-head">
          <h2 id="due-head" class="due-head">${shown === today ? t.today.due : t.today.next(dayInWords(shown, lang))} <a class="link" href=${href('week')}>${t.today.wholeWeek}</a></h2>
          <nx-lines .messages=${messages.filter((message) => dayOf(message.at, world.offset) === shown && isGoing(message))} .flags=${flags}></nx-lines>
        </section>
        ${kind === 'sample' ? this.#tour() : nothing}
      `}
    `;
  }

  /** Exceptions that need a decision, as links to the screen for it. */
  #exceptions(messages, asOf, plan) {
    const late = messages.filter(({ state, at }) => state === 'handed' && at + WINDOW_HOURS * 3_600_000 < asOf);
    const handed = messages.filter(({ state }) => state === 'handed').length - late.length;
    const rows = [
      [late.length, t.today.late(late.length), href('handover')],
      [plan?.stale ? 1 : 0, `${t.week.stale} ${t.week.staleBecause[plan?.stale] ?? ''}`, href('week')],
      [messages.filter(isEmpty).length, t.today.empty(messages.filter(isEmpty).length), href('week', { f: 'empty', view: 'lines' })],
      [handed, t.today.unconfirmed(handed), href('handover')],
    ].filter(([count]) => count);
    if (!rows.length) return nothing;
    return html`<ul class="card exceptions" aria-label=${t.today.exceptions}>${rows.map(([, words, address]) => html`<li>${icons.warning}<span>${words}</span><a href=${address}>${t.today.look}</a></li>`)}</ul>`;
  }

  #nothing(world, kind) {
    return html`
      <div class="notice week-start">${icons.today}<div>
        <h2>${t.today.nothing}</h2>
        <p>${world.counts.groups ? t.today.nothingHint : t.week.noGroupsHint}</p>
        <a class="button main" href=${href(world.counts.groups ? 'week' : 'data')}>${world.counts.groups ? t.week.plan : t.shell.tabs.data}</a>
      </div></div>
      ${kind === 'sample' ? this.#tour() : nothing}
    `;
  }

  /** Steps for a newcomer on the sample. */
  #tour() {
    const addresses = { plan: href('week'), why: href(['people', 'group', store.get('data').world.groups[0]?.id ?? '']), approve: href('week', { f: 'close' }), handover: href('handover'), own: href('data') };
    return html`
      <section class="card tour" aria-labelledby="tour-head">
        <h2 id="tour-head">${t.today.tour}</h2>
        <p class="hint">${t.today.tourHint}</p>
        <ol>${Object.entries(t.today.steps).map(([step, [head, words]]) => html`<li><a href=${addresses[step]}>${head}</a><span>${words}</span></li>`)}</ol>
      </section>
    `;
  }
}
customElements.define('nx-screen-today', Today);
