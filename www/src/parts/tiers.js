/** @file Tiers: users of each, as bars with numbers, and the moves of the last week. */

import { html, nothing } from 'lit';
import { ask, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { percent } from '../view.js';
import { count, lang, t } from '../words/index.js';

const WEEK = 7 * 86_400_000;
/** Moves listed. */
const MOVES = 12;

class Tiers extends PageElement {
  static properties = { report: { state: true } };

  #requested;

  constructor() {
    super();
    this.watch('data');
  }

  willUpdate() {
    const { revision, asOf } = store.get('data');
    const requested = `${revision} ${asOf}`;
    if (requested === this.#requested) return;
    this.#requested = requested;
    void this.#ask(asOf);
  }

  async #ask(now) {
    try {
      this.report = await ask('tierReport', { now, since: now - WEEK });
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  render() {
    if (!this.report) return html`<p class="hint">${t.shell.loading}</p>`;
    const { tiers, untiered, moves = [] } = this.report;
    if (!tiers.length) return html`<p class="card empty">${t.people.noTiers}</p>`;
    const all = tiers.reduce((sum, { users }) => sum + users, 0);
    const most = Math.max(1, ...tiers.map(({ users }) => users));
    return html`
      <section class="card part" aria-labelledby="tiers-head">
        <h2 id="tiers-head">${t.people.tiers}</h2>
        <table class="bars">
          <thead><tr><th scope="col">${t.people.tier}</th><th scope="col">${t.people.users}</th><th scope="col">${t.people.share}</th><th scope="col">${t.people.meanActivity}</th></tr></thead>
          <tbody>
            ${tiers.map(
              ({ name, users, meanActivity }) => html`<tr>
                <th scope="row">${t.people.tierName(name)}</th>
                <td class="bar-cell"><span class="bar" aria-hidden="true" ${vars({ '--length': `${(100 * users) / most}%` })}></span><span class="number">${count(users)}</span></td>
                <td class="number">${all ? percent(users / all, lang) : '–'}</td>
                <td class="number">${meanActivity.toFixed(1)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
        ${untiered ? html`<p class="hint">${t.people.untiered(count(untiered))}</p>` : nothing}
      </section>
      <section class="card part" aria-labelledby="moves-head">
        <h2 id="moves-head">${t.people.moves}</h2>
        ${moves.length
          ? html`<ul class="moves">${moves.toSorted((a, b) => b.users - a.users).slice(0, MOVES).map(({ from, to, users }) => html`<li><span>${t.people.move(t.people.tierName(from), t.people.tierName(to))}</span><span class="number">${t.people.persons(count(users))}</span></li>`)}</ul>`
          : html`<p class="hint">${t.people.noMoves}</p>`}
      </section>
    `;
  }
}
customElements.define('nx-tiers', Tiers);
