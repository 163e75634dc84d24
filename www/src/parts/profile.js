/** @file Profile of a person or group: tier, tags, attributes, numbers of interactions, and learned interests with verbs. */

import { html, nothing } from 'lit';
import { facetInWords, kindInWords, timeInWords } from 'nextpick/words';
import { mayWrite } from '../commands.js';
import { blockFacet, removeFacet, setTags } from '../commands/people.js';
import { ask } from '../engine/index.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { axisOf } from '../view.js';
import { count, lang, t } from '../words/index.js';

/** Number of interests shown initially. */
const SHOWN = 15;

class Profile extends PageElement {
  static properties = { sort: {}, subject: {}, profile: {}, all: { state: true }, editing: { state: true }, kinds: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.watch('session');
    void ask('effectiveConfig').then(({ kinds }) => (this.kinds = kinds), () => {});
  }

  render() {
    const { profile } = this;
    return html`
      ${this.#facts(profile)}
      ${this.sort === 'user' ? this.#tags(profile) : nothing}
      ${this.#interests(profile)}
      ${profile.blocked?.length ? this.#blocked(profile.blocked) : nothing}
    `;
  }

  #facts({ user, group, tier, activityScore, tierEndsAt, kinds, receivedCount }) {
    const { offset } = store.get('data').world;
    const record = user ?? group ?? {};
    const facts = /** @type {[string, unknown][]} */ ([
      tier && [t.people.tier, html`${t.people.tierName(tier)}${activityScore === undefined ? nothing : html` <small>${t.people.activity(activityScore.toFixed(1))}</small>`}${tierEndsAt ? html`<br /><small>${t.people.tierEnds(timeInWords(tierEndsAt, offset))}</small>` : nothing}`],
      record.joinedAt !== undefined && [t.people.joined, timeInWords(record.joinedAt, offset)],
      [t.people.received, count(receivedCount)],
      ...Object.entries(kinds).sort(([, a], [, b]) => b - a).map(([kind, number]) => [kindInWords(kind, lang), count(number)]),
      ...Object.entries(record.attributes ?? {}).map(([name, value]) => [name, html`<bdi>${value}</bdi>`]),
    ].filter(Boolean));
    return html`<section class="card part" aria-labelledby="facts-head"><h2 id="facts-head">${t.people.facts}</h2><dl class="fact-list">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
  }

  #tags({ user }) {
    const tags = Array.isArray(user?.tags) ? user.tags : Object.keys(user?.tags ?? {});
    return html`
      <section class="card part" aria-labelledby="tags-head">
        <h2 id="tags-head">${t.people.tags}</h2>
        <p class="hint">${t.people.tagsHint}</p>
        ${this.editing
          ? html`<form class="edit-tags" @submit=${(event) => this.#save(event, user)}>
              <label class="unseen" for="tags-field">${t.people.tags}</label>
              <input id="tags-field" name="tags" .value=${tags.join(', ')} autocomplete="off" />
              <button type="submit" class="main">${t.people.save}</button><button type="button" @click=${() => (this.editing = false)}>${t.shell.cancel}</button>
            </form>`
          : html`<p class="chips">${tags.map((tag) => html`<span class="chip">${tag}</span>`)}${tags.length ? nothing : html`<span class="soft">${t.people.noTags}</span>`}
              <button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => (this.editing = true)}>${t.people.editTags}</button></p>`}
      </section>
    `;
  }

  async #save(event, user) {
    event.preventDefault();
    const given = new FormData(event.target).get('tags');
    const tags = [...new Set(String(given).split(/[,，、;；|\n]/).map((tag) => tag.trim()).filter(Boolean))];
    await setTags(user ?? { id: this.subject }, tags);
    this.editing = false;
    this.emit('nx-changed');
  }

  /** Shows interests by facet: interactions with it, weighted by kind. */
  #interests({ affinity, personalised }) {
    const facets = new Map();
    for (const { facet, kind, short, long } of affinity) {
      const weight = this.kinds?.[kind]?.weight ?? 0;
      const sums = facets.get(facet) ?? { facet, short: 0, long: 0 };
      facets.set(facet, { facet, short: sums.short + weight * short, long: sums.long + weight * long });
    }
    const rows = [...facets.values()].filter(({ long }) => Math.abs(long) >= 0.005).sort((a, b) => Math.abs(b.long) - Math.abs(a.long));
    const shown = this.all ? rows : rows.slice(0, SHOWN);
    const axis = axisOf(rows.map(({ long }) => long));
    return html`
      <section class="card part" aria-labelledby="interests-head">
        <h2 id="interests-head">${t.people.interests}</h2>
        <p class="hint">${personalised === false ? t.people.interestsOff : t.people.interestsHint}</p>
        ${rows.length
          ? html`<table class="bars interests">
              <thead><tr><th scope="col">${t.people.interest}</th><th scope="col">${t.people.long}</th><th scope="col">${t.people.short}</th>${this.sort === 'user' ? html`<th scope="col"><span class="unseen">${t.people.verbs}</span></th>` : nothing}</tr></thead>
              <tbody>${shown.map((row) => this.#interest(row, axis))}</tbody>
            </table>`
          : html`<p class="empty">${t.people.noInterests}</p>`}
        ${rows.length > SHOWN ? html`<button type="button" class="link" @click=${() => (this.all = !this.all)}>${this.all ? t.slate.fewer : t.people.allInterests(rows.length)}</button>` : nothing}
      </section>
    `;
  }

  #interest({ facet, short, long }, axis) {
    const said = facetInWords(facet, lang);
    const off = !mayWrite();
    return html`<tr>
      <th scope="row"><bdi>${said}</bdi></th>
      <td class="bar-cell"><span class="bar ${long < 0 ? 'against' : ''}" aria-hidden="true" ${vars({ '--length': `${axis.length(long)}%` })}></span><span class="number">${long.toFixed(1)}</span></td>
      <td class="number">${short.toFixed(1)}</td>
      ${this.sort === 'user'
        ? html`<td class="verbs"><button type="button" class="quiet" ?disabled=${off} aria-label=${t.people.removeFacetOf(said)} @click=${() => this.#done(removeFacet(this.subject, facet))}>${t.people.removeFacet}</button>
            <button type="button" class="quiet" ?disabled=${off} aria-label=${t.people.blockFacetOf(said)} @click=${() => this.#done(blockFacet(this.subject, facet, true))}>${t.people.blockFacet}</button></td>`
        : nothing}
    </tr>`;
  }

  #blocked(facets) {
    return html`
      <section class="card part" aria-labelledby="blocked-head">
        <h2 id="blocked-head">${t.people.blocked}</h2>
        <ul class="moves">${facets.map((facet) => html`<li><bdi>${facetInWords(facet, lang)}</bdi><button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => this.#done(blockFacet(this.subject, facet, false))}>${t.people.unblock}</button></li>`)}</ul>
      </section>
    `;
  }

  async #done(change) {
    await change;
    this.emit('nx-changed');
  }
}
customElements.define('nx-profile', Profile);
