/** @file Referral leaders: a table, most arrivals first, without a score. */

import { html } from 'lit';
import { exportTable } from '../commands/backup.js';
import { mayWrite } from '../commands.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { count, lang, t } from '../words/index.js';
import { answerTo } from './answers.js';
import { shown } from './states.js';

/** Numbers of leaders requested and shown; the export contains all requested ones. */
const [ASKED, SHOWN] = [10_000, 200];
/** Later than any invitation. */
const END = Date.UTC(2199, 0);
const COLUMNS = ['invited', 'arrived', 'active', 'purchased', 'value', 'shares', 'engagements'];

class Referrals extends PageElement {
  /** `period`: `{ from, to }` of the invitations. */
  static properties = { period: {} };

  constructor() {
    super();
    this.watch('data', 'results');
  }

  willUpdate() {
    const { from = 0, to = END } = this.period;
    this.state = answerTo('referrals', 'referrals', { from, to, limit: ASKED });
  }

  render() {
    return html`
      <section class="card part" aria-labelledby="referrals-head">
        <h2 id="referrals-head">${t.results.referrals}</h2>
        <p class="hint">${t.results.referralsHint}</p>
        ${shown(this.state, (leaders) => (leaders.length ? this.#table(leaders) : html`<p class="empty">${t.results.noReferrals}</p>`))}
      </section>
    `;
  }

  #table(leaders) {
    const figure = (column, n) => (column === 'value' ? n.toLocaleString(lang, { maximumFractionDigits: 2 }) : count(n));
    const { users } = store.get('data');
    return html`
      <div class="table tall" role="group" tabindex="0" aria-label=${t.results.referrals}>
        <table class="bars referrals">
          <thead><tr><th scope="col">${t.people.user}</th>${COLUMNS.map((column) => html`<th scope="col" class="number">${t.results.columns[column]}</th>`)}</tr></thead>
          <tbody>${leaders.slice(0, SHOWN).map((leader) => html`<tr><th scope="row"><a href=${href(['people', 'user', leader.user])}><bdi>${users.get(leader.user)?.name ?? leader.user}</bdi></a></th>${COLUMNS.map((column) => html`<td class="number">${figure(column, leader[column])}</td>`)}</tr>`)}</tbody>
        </table>
      </div>
      <div class="part-head foot">
        <p class="hint" role="status">${leaders.length > SHOWN ? t.results.more(count(leaders.length - SHOWN)) : t.people.persons(count(leaders.length))}</p>
        <button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => exportTable('referrals', 'referrals', ['user', ...COLUMNS], leaders.map((leader) => [leader.user, ...COLUMNS.map((column) => leader[column])]))}>${t.data.exports} CSV</button>
      </div>
    `;
  }
}
customElements.define('nx-referrals', Referrals);
