/** @file History of a person or group: interactions and sendings in one list, latest first. */

import { html, nothing } from 'lit';
import { kindInWords, timeInWords } from 'nextpick/words';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { ageInWords } from '../view.js';
import { count, lang, t } from '../words/index.js';

class History extends PageElement {
  static properties = { sort: {}, profile: {}, filter: { state: true } };

  constructor() {
    super();
    this.watch('data');
    this.filter = 'all';
  }

  render() {
    const { recent, milestones, received, receivedCount, kinds } = this.profile;
    const events = [
      ...[...recent, ...milestones].map((one) => ({ ...one, type: 'done' })),
      ...received.map((one) => ({ ...one, kind: 'sent', type: 'sent' })),
    ].sort((a, b) => b.at - a.at);
    const total = Object.values(kinds).reduce((sum, number) => sum + number, 0);
    const shown = this.filter === 'all' ? events : events.filter(({ type }) => type === this.filter);
    return html`
      <section class="card part" aria-labelledby="history-head">
        <div class="part-head">
          <h2 id="history-head">${t.people.tab.history}</h2>
          <fieldset class="segments"><legend class="unseen">${t.people.what}</legend>${['all', 'done', 'sent'].map((one) => html`<label><input type="radio" name="what" .checked=${one === this.filter} @change=${() => (this.filter = one)} /><span>${t.people.whats[one]}</span></label>`)}</fieldset>
        </div>
        <p class="hint">${t.people.historyOf({ shown: count(shown.length), interactions: count(total), sent: count(receivedCount) })}</p>
        ${shown.length ? html`<ol class="history">${shown.map((one) => this.#event(one))}</ol>` : html`<p class="empty">${t.people.noHistory}</p>`}
      </section>
    `;
  }

  #event({ at, kind, item, user, group, type }) {
    const { items, users, groups, world, asOf } = store.get('data');
    const place = this.sort === 'group' ? user && (users.get(user)?.name ?? user) : group && (groups.get(group)?.name ?? group);
    return html`<li>
      <time datetime=${new Date(at).toISOString()}>${timeInWords(at, world.offset)}<small>${ageInWords(at, asOf, lang)}</small></time>
      <span><span class="chip ${type === 'sent' ? 'tinted' : ''}">${type === 'sent' ? t.people.sent : kindInWords(kind, lang)}</span></span>
      <span class="history-item">${item ? html`<a href=${href(['library', item])} dir="auto">${items.get(item)?.title ?? item}</a>` : nothing}${place ? html`<small><bdi>${place}</bdi></small>` : nothing}</span>
    </li>`;
  }
}
customElements.define('nx-history', History);
