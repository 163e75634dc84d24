/** @file One item: its fields, responses, groups that get it with reasons for the others, and similar items. */

import { html, nothing } from 'lit';
import { kindInWords, problemInWords, refusalInWords, silenceInWords, timeInWords, valueInWords } from 'nextpick/words';
import { mayWrite } from '../commands.js';
import { saveItem } from '../commands/library.js';
import { engine, isCancelled, isSuperseded } from '../engine/index.js';
import { icons } from '../icons.js';
import { startJob } from '../jobs.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { fromField, percent, toField } from '../view.js';
import { count, lang, t } from '../words/index.js';

/** Ranks that count as going somewhere. */
const NEAR = 3;
const TIMES = ['publishedAt', 'startsAt', 'expiresAt'];

class Item extends PageElement {
  static properties = { item: {}, page: { state: true }, places: { state: true }, editing: { state: true }, wrong: { state: true }, failure: { state: true } };

  #requested;

  constructor() {
    super();
    this.watch('data', 'session');
  }

  willUpdate() {
    const { revision, asOf } = store.get('data');
    const requested = JSON.stringify([revision, asOf, this.item]);
    if (requested === this.#requested) return;
    this.#requested = requested;
    [this.page, this.places, this.editing] = [undefined, undefined, false];
    void this.#ask(asOf);
  }

  async #ask(now) {
    try {
      this.page = await engine.latest('item', 'itemPage', { item: this.item, now });
      this.failure = undefined;
    } catch (error) {
      if (!isSuperseded(error)) this.failure = error.message;
    }
  }

  render() {
    const { page, item } = this;
    const back = html`<p class="crumbs"><a href=${href(['library'])}>${t.shell.tabs.library}</a></p>`;
    if (this.failure) return html`${back}<div class="notice wrong" role="alert"><div><h3>${t.shell.failed}</h3><p>${this.failure}</p></div></div>`;
    if (!page) return html`${back}<p class="hint">${t.shell.loading}</p>`;
    if (!page.record) return html`${back}<h1 dir="auto">${item}</h1><p class="card empty">${t.library.unknown}</p>`;
    const { record, status } = page;
    return html`
      ${back}
      <div class="screen-head subject-head">
        <h1 dir="auto">${record.title?.trim() || record.id}</h1>
        <p class="soft">${[record.id, record.format && valueInWords('format', record.format, lang), record.category].filter(Boolean).join(' · ')}</p>
        ${status?.rule ? html`<span class="chip close">${refusalInWords(status.rule, lang, status.until, store.get('data').world.offset)}</span>` : nothing}
        ${record.pinned ? html`<span class="chip strong">${icons.pin}${t.slate.pinned}</span>` : nothing}
      </div>
      <div class="parts">${this.#numbers(status)} ${this.#where()} ${this.editing ? this.#form(record) : this.#fields(record)} ${this.#similar(page.similar)}</div>
    `;
  }

  #numbers({ sent, counts, lastSentAt }) {
    const { offset } = store.get('data').world;
    const shown = counts.impression ?? 0;
    /** @type {[string, string][]} */
    const facts = [
      [t.library.sends, count(sent)],
      ...(lastSentAt === undefined ? [] : [/** @type {[string, string]} */ ([t.library.lastSent, timeInWords(lastSentAt, offset)])]),
      ...Object.entries(counts).sort(([, a], [, b]) => b - a).map(([kind, n]) => /** @type {[string, string]} */ ([kindInWords(kind, lang), shown && kind !== 'impression' ? `${count(n)} (${percent(n / shown, lang)})` : count(n)])),
    ];
    return html`<section class="card part" aria-labelledby="numbers-head"><h2 id="numbers-head">${t.library.numbers}</h2><dl class="fact-list">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>${shown ? html`<p class="hint">${t.library.perShown}</p>` : nothing}</section>`;
  }

  #where() {
    const { groups } = store.get('data').world;
    return html`
      <section class="card part" aria-labelledby="where-head">
        <h2 id="where-head">${t.library.where}</h2>
        <p class="hint">${t.library.whereHint}</p>
        ${this.places ? this.#placesTable(this.places) : html`<button type="button" ?disabled=${!groups.length} @click=${this.#look}>${t.library.look(groups.length)}</button>`}
      </section>
    `;
  }

  async #look() {
    const { world, asOf } = store.get('data');
    const job = startJob(t.library.where);
    try {
      this.places = await engine.job('whereTo', { item: this.item, groups: world.groups.map(({ id }) => id), now: asOf }, { signal: job.signal, onProgress: ({ done, total }) => job.update({ phase: t.library.where, done, total }) });
    } catch (error) {
      if (!isCancelled(error)) this.failure = error.message;
    } finally {
      job.end();
    }
  }

  #placesTable(places) {
    const { groups, world } = store.get('data');
    const ranked = places.filter(({ rank }) => rank !== undefined).sort((a, b) => a.rank - b.rank);
    const refused = new Map();
    for (const place of places.filter(({ rank }) => rank === undefined)) refused.set(place.rule ?? place.silent, [...(refused.get(place.rule ?? place.silent) ?? []), place]);
    const name = (id) => groups.get(id)?.name ?? id;
    return html`
      <p>${t.library.goes(ranked.filter(({ rank }) => rank <= NEAR).length, places.length)}</p>
      ${ranked.length
        ? html`<div class="table places" tabindex="0" role="region" aria-label=${t.library.where}><table class="bars"><thead><tr><th scope="col">${t.people.group}</th><th scope="col">${t.library.rank}</th></tr></thead>
            <tbody>${ranked.map(({ group, rank, candidates }) => html`<tr><th scope="row"><a href=${href(['people', 'group', group])}><bdi>${name(group)}</bdi></a></th><td class="number">${rank <= NEAR ? html`<b>${t.library.rankOf(rank, candidates)}</b>` : t.library.rankOf(rank, candidates)}</td></tr>`)}</tbody></table></div>`
        : nothing}
      ${[...refused].map(([rule, rows]) => html`<h3>${rows[0].rule ? refusalInWords(rule, lang) : silenceInWords(rule, lang)} <small>${t.library.groups(rows.length)}</small></h3><p class="soft">${rows.map(({ group, until }) => `${name(group)}${until === undefined ? '' : ` (${t.slate.until(timeInWords(until, world.offset))})`}`).join(' · ')}</p>`)}
    `;
  }

  #fields(record) {
    const { offset } = store.get('data').world;
    const tags = Array.isArray(record.tags) ? record.tags : Object.keys(record.tags ?? {});
    const facts = /** @type {[string, unknown][]} */ ([
      [t.imports.fields.tags, html`<span class="chips">${tags.map((tag) => html`<span class="chip">${tag}</span>`)}${tags.length ? nothing : '–'}</span>`],
      ...TIMES.filter((name) => record[name] !== undefined).map((name) => /** @type {[string, unknown]} */ ([t.imports.fields[name], timeInWords(record[name], offset)])),
      record.hidden && [t.imports.fields.hidden, t.library.yes],
      record.audience && [t.library.audience, html`<code>${JSON.stringify(record.audience)}</code>`],
      record.caps && [t.library.caps, html`<code>${JSON.stringify(record.caps)}</code>`],
    ].filter(Boolean));
    return html`
      <section class="card part" aria-labelledby="fields-head">
        <h2 id="fields-head">${t.library.fields}</h2>
        <dl class="fact-list wide">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
        <div class="row"><button type="button" ?disabled=${!mayWrite()} @click=${() => ([this.editing, this.wrong] = [true, undefined])}>${t.people.editTags}</button></div>
      </section>
    `;
  }

  #form(record) {
    const { offset } = store.get('data').world;
    const { id, title = '', tags, pinned, hidden } = record;
    const others = Object.fromEntries(Object.entries(record).filter(([name]) => !['id', 'title', 'tags', 'pinned', 'hidden', ...TIMES].includes(name)));
    return html`
      <section class="card part" aria-labelledby="form-head">
        <h2 id="form-head">${t.library.edit}</h2>
        <form class="item-form" @submit=${(event) => this.#save(event, id)}>
          <label>${t.imports.fields.title}<input name="title" .value=${title} maxlength="1000" /></label>
          <label>${t.imports.fields.tags}<input name="tags" .value=${(Array.isArray(tags) ? tags : Object.keys(tags ?? {})).join(', ')} /></label>
          <div class="format-fields">${TIMES.map((name) => html`<label>${t.imports.fields[name]}<input type="datetime-local" name=${name} .value=${record[name] === undefined ? '' : toField(record[name], offset)} /></label>`)}</div>
          <label class="check"><input type="checkbox" name="pinned" .checked=${Boolean(pinned)} />${t.library.pinned}</label>
          <label class="check"><input type="checkbox" name="hidden" .checked=${Boolean(hidden)} />${t.library.hidden}</label>
          <details><summary>${t.library.others}</summary><label class="unseen" for="others">${t.library.others}</label><textarea id="others" name="others" rows="8" spellcheck="false" .value=${JSON.stringify(others, null, 2)}></textarea></details>
          <p class="problem" role="alert">${this.wrong ? html`${icons.warning}${this.wrong}` : nothing}</p>
          <div class="row"><button type="submit" class="main" ?disabled=${!mayWrite()}>${t.people.save}</button><button type="button" @click=${() => (this.editing = false)}>${t.shell.cancel}</button></div>
        </form>
      </section>
    `;
  }

  async #save(event, id) {
    event.preventDefault();
    const { offset } = store.get('data').world;
    const form = new FormData(event.target);
    const textOf = (name) => String(form.get(name) ?? '').trim();
    try {
      const others = JSON.parse(textOf('others'));
      const times = Object.fromEntries(TIMES.filter((name) => textOf(name)).map((name) => [name, fromField(textOf(name), offset)]));
      const tags = [...new Set(textOf('tags').split(/[,，、;；|]/).map((tag) => tag.trim()).filter(Boolean))];
      await saveItem(this.page.record, { ...others, id, ...(textOf('title') && { title: textOf('title') }), ...(tags.length && { tags }), ...times, ...(form.has('pinned') && { pinned: true }), ...(form.has('hidden') && { hidden: true }) });
    } catch (error) {
      this.wrong = error instanceof SyntaxError ? t.library.notJson : `${error.path ?? ''} ${problemInWords(/** @type {any} */ (error), lang)}`;
    }
  }

  #similar(similar) {
    if (!similar.length) return nothing;
    const { items } = store.get('data');
    return html`<section class="card part" aria-labelledby="similar-head"><h2 id="similar-head">${t.library.similar}</h2><ul class="moves">${similar.map(({ item, together }) => html`<li><a href=${href(['library', item])} dir="auto">${items.get(item)?.title ?? item}</a><span class="soft">${together ? t.library.together(count(together)) : t.library.alike}</span></li>`)}</ul></section>`;
  }
}
customElements.define('nx-item', Item);
