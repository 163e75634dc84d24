/** @file Alternatives to the pick: runners-up, and any item of the library by search, with the differences. */

import { html, nothing } from 'lit';
import { featureInWords, refusalInWords } from 'nextpick/words';
import { mayWrite } from '../commands.js';
import { useItem } from '../commands/cell.js';
import { draftOf } from '../engine/draft.js';
import { isSuperseded } from '../engine/index.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { signed } from '../view.js';
import { isOpen } from '../week/model.js';
import { t, lang } from '../words/index.js';

/** Number of items found that are listed, and of families that are named. */
const FOUND = 6;
const NAMED = 2;

/** Request of a message without the choice that the operator made. */
export function openRequest({ request, source }) {
  const { only, ...rest } = request;
  return 'slot' in source ? rest : request;
}

class WhyNot extends PageElement {
  static properties = { message: {}, wanted: { state: true }, explained: { state: true }, failure: { state: true } };

  #key;

  constructor() {
    super();
    this.watch('data', 'session');
    this.wanted = '';
    this.explained = new Map();
  }

  willUpdate() {
    const key = JSON.stringify([this.message.id, this.message.request, this.message.picks[0]?.item]);
    if (key === this.#key) return;
    this.#key = key;
    this.explained = new Map();
    this.wanted = '';
    void this.#explainAll(this.message.alternatives.map(({ item }) => item));
  }

  #found() {
    const wanted = this.wanted.trim().toLowerCase();
    if (!wanted) return [];
    const fits = ({ id, title }) => id.toLowerCase().includes(wanted) || title?.toLowerCase().includes(wanted);
    return store.get('data').world.items.filter(fits).slice(0, FOUND).map(({ id }) => id);
  }

  #search(wanted) {
    this.wanted = wanted;
    void this.#explainAll(this.#found());
  }

  async #explainAll(items) {
    const key = this.#key;
    try {
      const client = await draftOf(this.message);
      for (const item of items) {
        if (this.explained.has(item)) continue;
        const explained = await client.latest(`explain ${item}`, 'explain', { request: openRequest(this.message), item });
        if (key !== this.#key) return;
        this.explained = new Map(this.explained).set(item, explained);
      }
      this.failure = undefined;
    } catch (error) {
      if (!isSuperseded(error) && error.code !== 'cancelled') this.failure = error.message;
    }
  }

  render() {
    const found = this.#found();
    const listed = this.wanted.trim() ? found : this.message.alternatives.map(({ item }) => item);
    return html`
      <section aria-labelledby="why-not-head">
        <h3 id="why-not-head" class="sheet-h">${t.sheet.whyNot}</h3>
        <label class="search"><span class="unseen">${t.sheet.search}</span>${icons.search}<input type="search" placeholder=${t.sheet.search} .value=${this.wanted} @input=${(event) => this.#search(event.target.value)} /></label>
        ${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing}
        <ul class="others" aria-live="polite">
          ${listed.map((item) => this.#row(item))}
          ${this.wanted.trim() && !found.length ? html`<li class="hint">${t.shell.none}</li>` : nothing}
        </ul>
      </section>
    `;
  }

  #row(item) {
    const explained = this.explained.get(item);
    const title = store.get('data').items.get(item)?.title ?? item;
    const isPick = this.message.picks[0]?.item === item;
    return html`
      <li data-item=${item}>
        <span class="other-rank">${explained ? (explained.rank ?? '–') : '…'}</span>
        <span class="other-title"><span dir="auto">${title}</span> <small>${explained ? this.#difference(explained, isPick) : nothing}</small></span>
        ${explained?.rank && !isPick && isOpen(this.message) ? html`<button type="button" class="quiet" ?disabled=${!mayWrite()} aria-label=${`${t.sheet.use}: ${title}`} @click=${() => useItem(this.message, item)}>${t.sheet.use}</button>` : nothing}
      </li>
    `;
  }

  #difference({ refused, silent, chosen, score, differences = [] }, isPick) {
    const { offset } = store.get('data').world;
    if (silent) return t.week.flags.silent;
    if (refused) return html`<span class="flag">${t.sheet.refused(refusalInWords(refused.rule, lang, refused.until, offset))}</span>`;
    if (isPick) return t.sheet.chosen;
    const points = (amount) => (100 * amount) / Math.abs(chosen.score || 1);
    const families = differences.slice(0, NAMED).map(({ code, amount }) => `${featureInWords(code, lang)} ${signed(points(amount), 0)}`);
    return t.sheet.behind(signed(points(score - chosen.score), 1), families);
  }
}
customElements.define('nx-why-not', WhyNot);
