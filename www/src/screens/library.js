/** @file Library: all items with validity, sends and responses; and the page of one item. */

import { html, nothing } from 'lit';
import { refusalInWords, valueInWords } from 'nextpick/words';
import { defaultWeek, openWeek } from '../commands/plan.js';
import { engine, isSuperseded } from '../engine/index.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href, setParams } from '../router.js';
import { store } from '../store.js';
import { ageInWords, timeInWords } from '../view.js';
import { isGoing } from '../week/model.js';
import { count, lang, t } from '../words/index.js';
import '../parts/rows.js';
import './item.js';

/** Sends without a response from which an item counts as worn out. */
const WORN = 20;

/** Filters by name. @type {Record<string, (row: any) => boolean>} */
const FILTERS = {
  usable: ({ status }) => !status?.rule,
  blocked: ({ status }) => Boolean(status?.rule),
  expiring: ({ status }) => Boolean(status?.isExpiring),
  worn: ({ status }) => status?.sent >= WORN && status.responses === 0,
  unsent: ({ status }) => status?.sent === 0 && !status.rule,
  planned: ({ planned }) => planned > 0,
};
const ORDERS = { added: undefined, sent: (a, b) => b.status.sent - a.status.sent, responses: (a, b) => b.status.responses - a.status.responses, planned: (a, b) => b.planned - a.planned, published: (a, b) => (b.publishedAt ?? 0) - (a.publishedAt ?? 0) };

class Library extends PageElement {
  static properties = { status: { state: true } };

  #requested;
  #rows;

  constructor() {
    super();
    this.watch('route', 'data', 'plan');
  }

  willUpdate() {
    const { revision, asOf } = store.get('data');
    const requested = `${revision} ${asOf}`;
    if (requested === this.#requested) return;
    this.#requested = requested;
    this.status = undefined;
    void this.#ask(asOf);
    void openWeek(store.get('plan')?.from ?? defaultWeek());
  }

  async #ask(now) {
    try {
      const rows = await engine.latest('library', 'libraryRows', { now });
      this.status = new Map(rows.map((row) => [row.id, row]));
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  render() {
    const { parts, params } = store.get('route');
    const id = parts.slice(1).join('/');
    if (id) return html`<nx-item .item=${id}></nx-item>`;
    const { world } = store.get('data');
    const all = this.#all(world.items);
    const counts = Object.fromEntries(Object.entries(FILTERS).map(([name, fits]) => [name, this.status ? all.filter(fits).length : undefined]));
    const found = this.#found(all, params);
    return html`
      <div class="screen-head"><h1>${t.shell.tabs.library}</h1></div>
      <div class="list-head">
        <label class="search"><span class="unseen">${t.library.find}</span>${icons.search}<input type="search" placeholder=${t.library.find} .value=${params.q ?? ''} @input=${(event) => setParams({ q: event.target.value }, { replace: true })} autocomplete="off" /></label>
        <label class="unseen" for="order">${t.library.order}</label>
        <select id="order" class="short" @change=${(event) => setParams({ by: event.target.value === 'added' ? undefined : event.target.value }, { replace: true })}>${Object.keys(ORDERS).map((name) => html`<option value=${name} ?selected=${name === (params.by ?? 'added')}>${t.library.orders[name]}</option>`)}</select>
        <p class="hint" role="status">${t.people.found(found.length, all.length)}</p>
      </div>
      <p class="filters" role="group" aria-label=${t.library.filter}>
        ${Object.keys(FILTERS).map((name) => html`<button type="button" class="chip-turn" aria-pressed=${params.f === name ? 'true' : 'false'} @click=${() => setParams({ f: params.f === name ? undefined : name }, { replace: true })}>${t.library.filters[name]}${counts[name] === undefined ? nothing : html` <b>${count(counts[name])}</b>`}</button>`)}
      </p>
      ${found.length
        ? html`<nx-rows class="card" .items=${found} .label=${t.shell.tabs.library} .row=${(one) => this.#row(one)}></nx-rows>`
        : html`<p class="card empty">${all.length ? t.shell.none : html`${t.slate.emptyLibrary} <a href=${href(['data', 'import'])}>${t.imports.title}</a>`}</p>`}
    `;
  }

  /** Items with their status and number of planned messages, the same objects as long as neither changes. */
  #all(items) {
    const messages = store.get('plan')?.messages;
    if (this.#rows?.items !== items || this.#rows.status !== this.status || this.#rows.messages !== messages) {
      const planned = plannedOf(messages);
      this.#rows = { items, status: this.status, messages, all: items.map((item) => ({ ...item, status: this.status?.get(item.id), planned: planned.get(item.id) ?? 0 })) };
    }
    return this.#rows.all;
  }

  #found(all, { q = '', f, by }) {
    const key = JSON.stringify([q, f, by]);
    if (this.#rows.key === key) return this.#rows.found;
    const wanted = q.trim().toLowerCase();
    const fits = ({ id, title = '', tags, format = '', category = '' }) => [id, title, format, category, valueInWords('format', format, lang), ...tags].some((text) => text.toLowerCase().includes(wanted));
    const matching = all.filter((row) => (!wanted || fits(row)) && (!Object.hasOwn(FILTERS, f ?? '') || FILTERS[f](row)));
    const order = this.status && ORDERS[by];
    Object.assign(this.#rows, { key, found: order ? matching.toSorted(order) : matching });
    return this.#rows.found;
  }

  #row({ id, title, format, tags, publishedAt, status, planned }) {
    const { asOf, world } = store.get('data');
    return html`
      <a class="person" href=${href(['library', id])}>
        <span class="person-name"><bdi>${title ?? id}</bdi><small>${[format && valueInWords('format', format, lang), publishedAt !== undefined && t.slate.published(ageInWords(publishedAt, asOf, lang)), id].filter(Boolean).join(' · ')}</small></span>
        <span class="person-tags">
          ${status?.rule ? html`<span class="chip close">${refusalInWords(status.rule, lang)}</span>` : nothing}
          ${status?.isExpiring ? html`<span class="chip close">${t.library.expires(timeInWords(status.expiresAt, world.offset))}</span>` : nothing}
          ${planned ? html`<span class="chip tinted">${t.library.planned(count(planned))}</span>` : nothing}
          ${(status?.caps ?? []).map((cap) => html`<span class="chip">${capInWords(cap, status.sent)}</span>`)}
          ${tags.slice(0, 3).map((tag) => html`<span class="chip">${tag}</span>`)}
        </span>
        <span class="person-last">${status ? html`${t.library.sent(count(status.sent))}<small>${t.library.responses(count(status.responses))}</small>` : html`<small>…</small>`}</span>
      </a>
    `;
  }
}

/** Messages of the open week that are not sent yet, by item. */
function plannedOf(messages) {
  const planned = new Map();
  for (const message of messages?.values() ?? []) {
    if (!isGoing(message) || message.state === 'sent') continue;
    for (const { item } of message.picks) planned.set(item, (planned.get(item) ?? 0) + 1);
  }
  return planned;
}

/** A cap; how much of it is used where that is one number: a total without a period. */
const capInWords = ({ count: most, per, hours }, sent) => (per === 'total' && hours === undefined ? t.library.capUsed(count(Math.min(sent, most)), count(most)) : t.library.cap(count(most), per, hours));

customElements.define('nx-screen-library', Library);
