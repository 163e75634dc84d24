/** @file Refused items as counts by rule; the items of a rule are fetched when it is opened, searched and paged. */

import { html, nothing } from 'lit';
import { refusalInWords, timeInWords } from 'nextpick/words';
import { engine, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { t, lang } from '../words/index.js';

/** Number of items fetched at once. */
const PAGE = 100;

class Refused extends PageElement {
  static properties = { answer: {}, open: { state: true }, wanted: { state: true }, found: { state: true } };

  willUpdate(changed) {
    if (!changed.has('answer')) return;
    this.open = undefined;
    this.found = undefined;
  }

  async #fetch(offset = 0) {
    const { open: rule, wanted } = this;
    try {
      const { total, rows } = await engine.latest('refusals', 'refusals', { request: this.answer.request, rule, wanted, offset, limit: PAGE });
      if (this.open === rule) this.found = { total, rows: offset ? [...this.found.rows, ...rows] : rows };
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  #turn(rule) {
    this.open = this.open === rule ? undefined : rule;
    this.found = undefined;
    this.wanted = '';
    if (this.open) void this.#fetch();
  }

  #search(wanted) {
    this.wanted = wanted;
    void this.#fetch();
  }

  render() {
    const refusals = this.answer?.slate.refusals;
    if (!refusals?.length) return nothing;
    const total = refusals.reduce((sum, { count }) => sum + count, 0);
    return html`
      <section class="refused" aria-labelledby="refused-head">
        <h2 id="refused-head">${t.slate.refused(total)}</h2>
        <p class="hint">${t.slate.refusedHint}</p>
        <div class="card rules">${refusals.map((one) => this.#rule(one))}</div>
      </section>
    `;
  }

  #rule({ rule, count }) {
    const open = this.open === rule;
    const words = refusalInWords(rule, lang);
    return html`
      <div class="rule" data-rule=${rule}>
        <button type="button" class="opener" aria-expanded=${open ? 'true' : 'false'} @click=${() => this.#turn(rule)}><span>${words}</span><span class="tally">${count.toLocaleString(lang)}</span></button>
        ${open ? this.#items(words) : nothing}
      </div>
    `;
  }

  #items(words) {
    if (!this.found) return html`<p class="hint">${t.shell.loading}</p>`;
    const { total, rows } = this.found;
    const { items, world } = store.get('data');
    return html`
      ${total > PAGE || this.wanted ? html`<input type="search" aria-label=${t.slate.findItem} placeholder=${t.slate.findItem} .value=${this.wanted} @input=${(event) => this.#search(event.target.value)} />` : nothing}
      <div class="listed" tabindex="0" role="region" aria-label=${words}><ul>
        ${rows.map(({ item, until }) => html`<li><a href=${href(['library', item])} dir="auto">${items.get(item)?.title ?? item}</a>${until === undefined ? nothing : html`<small>${t.slate.until(timeInWords(until, world.offset))}</small>`}</li>`)}
        ${rows.length ? nothing : html`<li class="hint">${t.shell.none}</li>`}
      </ul></div>
      ${total > rows.length ? html`<button type="button" class="quiet" @click=${() => this.#fetch(rows.length)}>${t.slate.moreItems(total - rows.length)}</button>` : nothing}
    `;
  }
}
customElements.define('nx-refused', Refused);
