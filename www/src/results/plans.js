/** @file Planned against sent messages of the weeks that the page planned. */

import { html, nothing } from 'lit';
import { kept, keysOf } from '../db/admin.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { dateInWords, percent } from '../view.js';
import { dayOf } from '../week/fixed.js';
import { count, lang, t } from '../words/index.js';

/** Weeks shown: the latest. */
const WEEKS = 12;

class Plans extends PageElement {
  static properties = { weeks: { state: true } };

  #of;

  constructor() {
    super();
    this.watch('data');
  }

  willUpdate() {
    const { id, revision } = store.get('data');
    if (this.#of === `${id} ${revision}`) return;
    this.#of = `${id} ${revision}`;
    void this.#read(`plan:${id}:`);
  }

  async #read(start) {
    const keys = await keysOf(start);
    const plans = await Promise.all(keys.map(kept));
    this.weeks = plans.map(countsOf).sort((a, b) => b.from - a.from).slice(0, WEEKS);
  }

  render() {
    if (!this.weeks?.length) return nothing;
    const { offset } = store.get('data').world;
    const columns = /** @type {const} */ (['planned', 'leftOut', 'handed', 'sent', 'notSent']);
    return html`
      <section class="card part" aria-labelledby="plans-head">
        <h2 id="plans-head">${t.results.plannedAndSent}</h2>
        <p class="hint">${t.results.plannedAndSentHint}</p>
        <div class="table" role="group" tabindex="0" aria-label=${t.results.plannedAndSent}>
          <table class="bars rates plans-sent">
            <thead><tr><th scope="col">${t.results.keys.week}</th>${columns.map((name) => html`<th scope="col" class="number">${t.results.planColumns[name]}</th>`)}<th scope="col" class="number">${t.results.shareSent}</th></tr></thead>
            <tbody>${this.weeks.map((week) => {
              const day = dayOf(week.from, offset);
              const address = href('week', { from: new Date(day * 86_400_000).toISOString().slice(0, 10) });
              return html`<tr><th scope="row"><a href=${address}>${dateInWords(day, lang)}</a></th>${columns.map((name) => html`<td class="number">${count(week[name])}</td>`)}<td class="number">${week.planned ? percent(week.sent / week.planned, lang) : '–'}</td></tr>`;
            })}</tbody>
          </table>
        </div>
      </section>
    `;
  }
}

/** Returns the number of messages of a plan by outcome, without messages that never had a candidate. */
function countsOf({ from, messages }) {
  const real = messages.filter(({ picks }) => picks.length);
  const having = (...states) => real.filter(({ state }) => states.includes(state)).length;
  return { from, planned: real.length, leftOut: having('rejected'), handed: having('handed', 'sent', 'missed'), sent: having('sent'), notSent: having('missed') };
}
customElements.define('nx-plans', Plans);
