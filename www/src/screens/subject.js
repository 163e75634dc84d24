/** @file One group or user: next items, profile, history, journeys, and for users their rights. */

import { html, nothing } from 'lit';
import { askAs, engine, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { purposeName } from '../view.js';
import { t } from '../words/index.js';
import '../parts/history.js';
import '../parts/journeys.js';
import '../parts/next.js';
import '../parts/profile.js';
import '../parts/rights.js';

const TABS = { group: ['next', 'profile', 'history', 'journeys'], user: ['next', 'profile', 'history', 'journeys', 'rights'] };
/** Number of requested entries of a profile. */
const LIMIT = 200;

class Subject extends PageElement {
  static properties = { sort: {}, subject: {}, profile: { state: true }, journeys: { state: true }, failure: { state: true } };

  #requested;

  constructor() {
    super();
    this.watch('data', 'route');
  }

  #tab() {
    const { tab } = store.get('route').params;
    return TABS[this.sort].includes(tab) ? tab : 'next';
  }

  willUpdate() {
    const { revision, asOf } = store.get('data');
    const requested = JSON.stringify([revision, asOf, this.sort, this.subject]);
    if (requested === this.#requested) return;
    this.#requested = requested;
    this.profile = this.journeys = undefined;
    void this.refresh();
  }

  /** Queries again, also after a change. */
  async refresh() {
    const { asOf } = store.get('data');
    try {
      const [profile, journeys] = await Promise.all([
        askAs(`profile ${this.sort}`, 'profile', { [this.sort]: this.subject, now: asOf, limit: LIMIT }),
        engine.latest('journeys', 'journeysOf', { sort: this.sort, id: this.subject, now: asOf }),
      ]);
      [this.profile, this.journeys, this.failure] = [profile, journeys, undefined];
    } catch (error) {
      if (!isSuperseded(error)) this.failure = error.message;
    }
  }

  render() {
    const { groups, users } = store.get('data');
    const record = (this.sort === 'group' ? groups : users).get(this.subject);
    const name = record?.name ?? this.subject;
    const tab = this.#tab();
    const { profile } = this;
    const about = [name !== this.subject && this.subject, record?.purpose && purposeName(record.purpose), record?.members && t.people.members(record.members)];
    return html`
      <p class="crumbs"><a href=${href(['people', `${this.sort}s`])}>${t.people[this.sort]}</a></p>
      <div class="screen-head subject-head">
        <h1 dir="auto">${name}</h1>
        <p class="soft">${about.filter(Boolean).join(' · ')}</p>
        ${profile?.tier ? html`<span class="chip tinted">${t.people.tierName(profile.tier)}</span>` : nothing}
        ${profile?.personalised === false ? html`<span class="chip">${t.slate.notPersonalised}</span>` : nothing}
        ${record ? nothing : html`<span class="chip">${t.people.newcomer}</span>`}
      </div>
      <nav class="tabs-inline" aria-label=${t.people.parts}>${TABS[this.sort].map((one) => html`<a href=${href(['people', this.sort, this.subject], { tab: one === 'next' ? undefined : one })} aria-current=${one === tab ? 'page' : nothing}>${t.people.tab[one]}</a>`)}</nav>
      ${this.failure ? html`<div class="notice wrong" role="alert"><div><h3>${t.shell.failed}</h3><p>${this.failure}</p></div></div>` : nothing}
      ${tab === 'next' ? html`<nx-next .sort=${this.sort} .subject=${this.subject}></nx-next>` : this.#part(tab)}
    `;
  }

  #part(tab) {
    if (!this.profile) return html`<p class="hint">${t.shell.loading}</p>`;
    const { sort, subject, profile } = this;
    return html`<div class="parts" @nx-changed=${() => this.refresh()}>
      ${tab === 'profile' ? html`<nx-profile .sort=${sort} .subject=${subject} .profile=${profile}></nx-profile>` : nothing}
      ${tab === 'history' ? html`<nx-history .sort=${sort} .profile=${profile}></nx-history>` : nothing}
      ${tab === 'journeys' ? html`<nx-journeys .journeys=${this.journeys}></nx-journeys>` : nothing}
      ${tab === 'rights' ? html`<nx-rights .subject=${subject} .profile=${profile}></nx-rights>` : nothing}
    </div>`;
  }
}
customElements.define('nx-subject', Subject);
