/** @file People: groups and users by name or id, tiers, and the page of one of them. */

import { html, nothing } from 'lit';
import { engine, isSuperseded } from '../engine/index.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href, setParams } from '../router.js';
import { store } from '../store.js';
import { ageInWords, purposeName } from '../view.js';
import { count, lang, t } from '../words/index.js';
import '../parts/receipt.js';
import '../parts/rows.js';
import '../parts/tiers.js';
import './subject.js';

const LISTS = { groups: 'group', users: 'user', tiers: 'tiers' };
/** Tags shown in a row. */
const TAGS = 3;
/** Tags offered as a filter: the most frequent. */
const OFFERED = 50;

/** Filters by type: values of a person. `personalised` has a value only if a user opted out. */
const FILTERS = {
  group: { purpose: ({ purpose }) => [purpose], channel: ({ channel }) => [channel], owner: ({ owner }) => [owner], tag: ({ tags = [] }) => tags },
  user: { tag: ({ tags = [] }) => tags, consent: ({ personalised }) => [personalised === false ? 'off' : undefined] },
};

class People extends PageElement {
  static properties = { known: { state: true } };

  #of;
  #found = {};
  /** Values of filters, by the list they were counted in. */
  #values = new WeakMap();

  constructor() {
    super();
    this.watch('route', 'data');
    /** Known data of the people in view, by type and id. */
    this.known = new Map();
  }

  willUpdate() {
    const { revision, asOf } = store.get('data');
    const of = `${revision} ${asOf}`;
    if (of !== this.#of && this.#of) this.known = new Map();
    this.#of = of;
  }

  render() {
    const [, list = 'groups', ...id] = store.get('route').parts;
    if (['group', 'user'].includes(list) && id.length) return html`<nx-subject .sort=${list} .subject=${id.join('/')}></nx-subject>`;
    if (list === 'receipt') return html`<p class="crumbs"><a href=${href(['people', 'users'])}>${t.people.user}</a></p><nx-receipt></nx-receipt>`;
    const shown = Object.hasOwn(LISTS, list) ? list : 'groups';
    return html`
      <div class="screen-head">
        <h1>${t.shell.tabs.people}</h1>
        <nav class="segments links" aria-label=${t.people.sort}>${Object.entries(LISTS).map(([name, sort]) => html`<a href=${href(['people', name])} aria-current=${name === shown ? 'page' : nothing}>${t.people[sort]}</a>`)}</nav>
      </div>
      ${shown === 'tiers' ? html`<nx-tiers></nx-tiers>` : this.#list(LISTS[shown])}
    `;
  }

  #list(sort) {
    const { world } = store.get('data');
    const all = sort === 'group' ? world.groups : world.users;
    const { q = '', ...params } = store.get('route').params;
    const wanted = q.trim();
    const found = this.#search(sort, all, wanted.toLowerCase(), params);
    const isNew = wanted && sort === 'user' && !all.some(({ id }) => id === wanted);
    return html`
      <div class="list-head">
        <label class="search"><span class="unseen">${t.people.find}</span>${icons.search}<input type="search" placeholder=${t.people.find} .value=${wanted} @input=${(event) => setParams({ q: event.target.value }, { replace: true })} autocomplete="off" /></label>
        ${this.#filters(sort, all, params)}
        <p class="hint" role="status">${t.people.found(found.length, all.length)}</p>
      </div>
      ${found.length ? html`<nx-rows class="card" .items=${found} .label=${t.people[sort]} .row=${(one) => this.#row(sort, one)} @nx-visible=${(event) => this.#look(sort, event.detail)}></nx-rows>` : nothing}
      ${isNew ? html`<p class="card newcomer"><a class="subject" href=${href(['people', 'user', wanted])}><span class="subject-name">${wanted}</span><span class="soft">${t.people.newcomer}</span></a></p>` : nothing}
      ${found.length || isNew ? nothing : html`<p class="card empty">${all.length ? t.shell.none : html`${t.people.none[sort]} <a href=${href(['data'])}>${t.shell.tabs.data}</a>`}</p>`}
    `;
  }

  /** Returns the matching people, as the same list for the same query, so that rows do not move. */
  #search(sort, all, wanted, params) {
    const chosen = Object.entries(FILTERS[sort]).filter(([name]) => params[name]);
    const key = JSON.stringify([wanted, ...chosen.map(([name]) => [name, params[name]])]);
    if (this.#found[sort]?.all === all && this.#found[sort].key === key) return this.#found[sort].found;
    const passes = (one) => chosen.every(([name, valuesOf]) => valuesOf(one).includes(params[name]));
    const fits = ({ id, name, purpose }) => id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted) || (purpose && purposeName(purpose).toLowerCase().includes(wanted));
    this.#found[sort] = { all, key, found: wanted || chosen.length ? all.filter((one) => passes(one) && (!wanted || fits(one))) : all };
    return this.#found[sort].found;
  }

  /** Shows a choice for each filter that distinguishes people. */
  #filters(sort, all, params) {
    return Object.keys(FILTERS[sort]).map((name) => {
      const values = this.#valuesOf(sort, all, name);
      if (!values.length && !params[name]) return nothing;
      return html`<label><span class="unseen">${t.people.filters[name]}</span><select class="short" data-filter=${name} @change=${(event) => setParams({ [name]: event.target.value || undefined }, { replace: true })}><option value="" ?selected=${!params[name]}>${t.people.filterAll(t.people.filters[name])}</option>${values.map(([value, n]) => html`<option value=${value} ?selected=${params[name] === value}>${nameOfValue(name, value)} (${count(n)})</option>`)}</select></label>`;
    });
  }

  /** Values of a filter with their numbers, most frequent first. */
  #valuesOf(sort, all, name) {
    const known = (this.#values.get(all) ?? this.#values.set(all, {}).get(all));
    if (known[name]) return known[name];
    const counts = new Map();
    for (const one of all) for (const value of FILTERS[sort][name](one)) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    known[name] = [...counts].sort(([, a], [, b]) => b - a).slice(0, OFFERED);
    return known[name];
  }

  async #look(sort, ids) {
    const missing = ids.filter((id) => !this.known.has(`${sort} ${id}`));
    if (!missing.length) return;
    try {
      const rows = await engine.latest(`rows ${sort}`, 'peopleRows', { sort, ids: missing, now: store.get('data').asOf });
      this.known = new Map([...this.known, ...rows.map((row) => [`${sort} ${row.id}`, row])]);
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  #row(sort, { id, name, purpose, members }) {
    const known = this.known.get(`${sort} ${id}`);
    const { asOf } = store.get('data');
    const about = sort === 'group' ? [purpose && purposeName(purpose), t.people.members(members)] : [name !== id && id];
    return html`
      <a class="person" href=${href(['people', sort, id])}>
        <span class="person-name"><bdi>${name}</bdi><small>${about.filter(Boolean).join(' · ')}</small></span>
        <span class="person-tags">
          ${known?.tier ? html`<span class="chip tinted">${t.people.tierName(known.tier)}</span>` : nothing}
          ${known?.personalised === false ? html`<span class="chip">${t.slate.notPersonalised}</span>` : nothing}
          ${(known?.tags ?? []).slice(0, TAGS).map((tag) => html`<span class="chip">${tag}</span>`)}
        </span>
        <span class="person-last">${known ? html`${known.last === undefined ? t.people.neverActive : ageInWords(known.last, asOf, lang)}<small>${t.people.interactions(count(known.interactions))}</small>` : html`<small>…</small>`}</span>
      </a>
    `;
  }
}

/** Name of a value of a filter. */
const nameOfValue = (name, value) => ({ purpose: purposeName, channel: (id) => store.get('data').world.channels.find((channel) => channel.id === id)?.name ?? id, consent: () => t.slate.notPersonalised })[name]?.(value) ?? value;

customElements.define('nx-screen-people', People);
