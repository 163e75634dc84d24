/** @file Reasons of a pick: one row per family, largest first, which add up to the total shown; each opens its rows. */

import { html, nothing } from 'lit';
import { reasonInWords } from 'nextpick/words';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { axisOf, familyInSentence, roundToSum, signed } from '../view.js';
import { t, lang } from '../words/index.js';

class Reasons extends PageElement {
  /** `limit`: number of families shown at first; `axis`: scale shared with other picks; `rowsOf`: fetches all reasons. */
  static properties = { pick: {}, rowsOf: {}, points: {}, axis: {}, group: { type: Boolean }, at: {}, limit: { type: Number }, all: { state: true }, opened: { state: true }, rows: { state: true } };

  constructor() {
    super();
    this.watch('data');
    this.limit = Infinity;
    this.all = false;
    this.opened = new Set();
  }

  willUpdate(changed) {
    if (!changed.has('pick') || changed.get('pick')?.item === this.pick.item) return;
    this.rows = undefined;
    this.opened = new Set();
  }

  #names() {
    const { items, users } = store.get('data');
    const published = items.get(this.pick.item)?.publishedAt;
    return { items, users, group: this.group, age: published === undefined ? undefined : this.at - published };
  }

  render() {
    const { pick, points } = this;
    const rounded = roundToSum(pick.families.map(({ amount }) => points(amount)), 1);
    const families = pick.families.map((family, i) => ({ ...family, shown: rounded[i] })).sort((a, b) => Math.abs(b.shown) - Math.abs(a.shown));
    const axis = this.axis ?? axisOf(families.map(({ shown }) => shown));
    const listed = this.all ? families : families.slice(0, this.limit);
    return html`
      <p class="small-head">${t.slate.why} <span class="soft">${t.slate.total(points(pick.score).toFixed(1))}</span></p>
      <ul class="reasons">${listed.map((family) => this.#family(family, axis))}</ul>
      ${families.length > listed.length || this.all
        ? html`<button type="button" class="link" aria-expanded=${this.all ? 'true' : 'false'} @click=${() => (this.all = !this.all)}>${this.all ? t.slate.fewer : t.slate.allFamilies(families.length, pick.reasonCount)}</button>`
        : nothing}
      ${this.all ? html`<p class="hint">${t.slate.raw(Number(pick.score.toPrecision(4)))}</p>` : nothing}
    `;
  }

  #family(family, axis) {
    const open = this.opened.has(family.code);
    const sentence = familyInSentence(family, this.#names());
    return html`
      <li data-family=${family.code}>
        <span class="reason">
          ${family.rows > 1 ? html`<button type="button" class="opener" aria-expanded=${open ? 'true' : 'false'} @click=${() => this.#turn(family.code)}>${sentence}</button>` : sentence}
        </span>
        ${bar(family.shown, axis)}
        ${open ? this.#rows(family.code) : nothing}
      </li>
    `;
  }

  #rows(code) {
    if (!this.rows) return html`<p class="hint">${t.shell.loading}</p>`;
    const { items, users, group, age } = this.#names();
    const words = { lang, group, age, titleOf: (item) => items.get(item)?.title, nameOf: (user) => users.get(user)?.name };
    const rows = this.rows.filter((row) => row.code === code).sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
    return html`
      <div class="rows" tabindex="0" role="region" aria-label=${t.slate.rows(rows.length)}>
        <ul>${rows.map((row) => html`<li><span>${reasonInWords(row, words)}</span><span class="number">${signed(this.points(row.amount), 2)}</span></li>`)}</ul>
      </div>
    `;
  }

  async #turn(code) {
    const opened = new Set(this.opened);
    if (!opened.delete(code)) opened.add(code);
    this.opened = opened;
    this.rows ??= await this.rowsOf();
  }
}

/** A bar from a common zero, with its number. */
export function bar(points, { zero, length }) {
  const from = points < 0 ? zero - length(points) : zero;
  return html`
    <span class="amount">
      <span class="bar" aria-hidden="true" ${vars({ '--zero': `${zero}%`, '--from': `${from}%`, '--length': `${length(points)}%` })}>
        <span class="axis"></span>
        <span class=${points < 0 ? 'against' : 'for'}></span>
      </span>
      <span class="points">${signed(points, 1)}</span>
    </span>
  `;
}

customElements.define('nx-reasons', Reasons);
