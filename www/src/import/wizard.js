/**
 * @file Import of the operator's files, which are examined before any change. Each file shows its interpretation; each doubt needs
 *   a decision; then all files are loaded into a new store, which replaces the old one when it is complete.
 */

import { html, nothing } from 'lit';
import { announce, mayWrite } from '../commands.js';
import { importFiles } from '../commands/data.js';
import { keep, kept } from '../db/admin.js';
import { forgottenAmong } from '../db/forgotten.js';
import { WorkerClient, isCancelled } from '../engine/client.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { count, t } from '../words/index.js';
import { keyOf } from './doubts.js';
import { SORTS, sortOfName } from './fields.js';
import { meaningOf } from './kinds.js';
import './source.js';

const ACCEPTED = '.csv,.tsv,.txt,.json,.jsonl,.ndjson,.gz,.parquet,.arrow,.feather,.xlsx';
/** Time after a change before files are looked at again, in milliseconds. */
const PAUSE = 150;

class Import extends PageElement {
  static properties = { files: { state: true }, plans: { state: true }, surveys: { state: true }, answers: { state: true }, unplaced: { state: true }, over: { state: true }, progress: { state: true }, failure: { state: true }, loaded: { state: true }, people: { state: true }, loading: { state: true }, add: { state: true } };

  #worker = new WorkerClient(() => new Worker(new URL('../engine/survey.js', import.meta.url), { type: 'module', name: 'survey' }));
  #timer;
  #control;

  constructor() {
    super();
    this.watch('data', 'jobs', 'session', 'dropped');
    this.files = {};
    this.plans = {};
    this.surveys = {};
    this.answers = new Map();
    this.unplaced = [];
    this.people = [];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#worker.end();
  }

  /** Files that were dropped elsewhere in the page. */
  willUpdate() {
    const dropped = store.get('dropped');
    if (!dropped) return;
    store.set('dropped', undefined);
    void this.#place(dropped);
  }

  async #place(files) {
    this.unplaced = [];
    for (const file of files) {
      const sort = sortOfName(file.name) ?? (await this.#worker.job('guess', { file }).catch(() => undefined));
      if (sort) await this.#take(sort, file);
      else this.unplaced = [...this.unplaced, file.name];
    }
  }

  async #take(sort, file) {
    if (!file) return;
    this.loaded = undefined;
    this.files = { ...this.files, [sort]: { name: file.name, file } };
    const plan = await kept(`mapping:${sort}:${file.name.replace(/\d+/g, '#')}`);
    this.#forget(sort, plan ?? {});
    this.#look();
  }

  /** Begins anew with a file. */
  #forget(sort, plan) {
    this.plans = { ...this.plans, [sort]: plan };
    const { [sort]: _, ...surveys } = this.surveys;
    this.surveys = surveys;
    this.answers = new Map([...this.answers].filter(([key]) => !key.startsWith(`${sort} `)));
  }

  #remove(sort) {
    const { [sort]: _, ...files } = this.files;
    this.files = files;
    this.#forget(sort, {});
    this.#look();
  }

  #look() {
    clearTimeout(this.#timer);
    this.#control?.abort();
    this.#timer = setTimeout(() => void this.#survey(), PAUSE);
  }

  async #survey() {
    if (!Object.keys(this.files).length) return;
    const control = (this.#control = new AbortController());
    this.progress = { done: 0, total: 1 };
    try {
      const { surveys, users } = await this.#worker.job('survey', { files: this.files, plans: this.plans, now: Date.now(), known: this.add ? store.get('data').world.items.map(({ id }) => id) : [] }, { signal: control.signal, onProgress: (told) => (this.progress = told) });
      if (control.signal.aborted) return;
      this.people = await forgottenAmong(users);
      if (this.people.length) {
        const sort = ['users', 'interactions', 'groups', 'sent'].find((one) => surveys[one]);
        if (sort) surveys[sort].doubts.push({ kind: 'forgotten', count: this.people.length, examples: [], people: this.people });
      }
      [this.surveys, this.failure] = [surveys, undefined];
      announce(t.imports.looked(count(this.#open().length)));
    } catch (error) {
      if (!isCancelled(error)) this.failure = error.message;
    } finally {
      if (this.#control === control) this.progress = undefined;
    }
  }

  #plan({ sort, change }) {
    this.plans = { ...this.plans, [sort]: change(this.plans[sort] ?? {}) };
    this.#look();
  }

  #answer({ sort, key, remedy, change }) {
    this.answers = new Map([...this.answers, [key, remedy]]);
    const before = this.plans[sort] ?? {};
    const after = change(before);
    if (JSON.stringify(after.read) !== JSON.stringify(before.read)) this.#plan({ sort, change });
    else this.plans = { ...this.plans, [sort]: after };
  }

  /** Open decisions: keys of doubts, kinds without a meaning, files that cannot be read. */
  #open() {
    return Object.entries(this.surveys).flatMap(([sort, { doubts, problemCount, failed, kinds }]) => {
      const chosen = this.plans[sort]?.kinds ?? {};
      const all = problemCount && !failed ? [...doubts, { kind: 'bad' }] : doubts;
      return [
        ...(failed ? [`${sort} failed`] : []),
        ...all.map((doubt) => keyOf(sort, doubt)).filter((key) => !this.answers.has(key)),
        ...kinds.filter(({ kind }) => chosen[kind] === undefined && meaningOf(kind) === undefined).map(({ kind }) => `${sort} kind ${kind}`),
      ];
    });
  }

  async #load() {
    const forgotten = Object.values(this.plans).find(({ leaveOut }) => leaveOut?.forgotten)?.leaveOut.forgotten;
    const planOf = (sort) => ({ ...this.#planOf(sort), ...(forgotten && { leaveOut: { ...this.plans[sort]?.leaveOut, forgotten } }) });
    const files = Object.fromEntries(Object.entries(this.files).map(([sort, source]) => [sort, { ...source, plan: planOf(sort) }]));
    for (const sort of Object.keys(files)) if (this.plans[sort]?.read || this.plans[sort]?.kinds) await keep(`mapping:${sort}:${files[sort].name.replace(/\d+/g, '#')}`, { read: this.plans[sort].read, kinds: this.plans[sort].kinds });
    const before = store.get('data').revision;
    this.loading = true;
    await importFiles(files, { leaveOut: true, add: this.add }).finally(() => (this.loading = false));
    const { revision, report, world } = store.get('data');
    if (revision !== before) this.loaded = { counts: world.counts, left: report.left, problemCount: report.problemCount };
    await this.updateComplete;
    /** @type {HTMLElement} */ (this.querySelector('.loaded'))?.focus();
  }

  /** The plan with a meaning for every kind. */
  #planOf(sort) {
    const plan = this.plans[sort] ?? {};
    const { kinds = [] } = this.surveys[sort] ?? {};
    const meant = kinds.map(({ kind }) => [kind, plan.kinds?.[kind] === undefined ? meaningOf(kind) : plan.kinds[kind]]);
    return { ...plan, kinds: Object.fromEntries(meant.filter(([kind, meaning]) => meaning !== undefined && meaning !== kind)) };
  }

  render() {
    if (this.loaded) return this.#done(this.loaded);
    const sorts = SORTS.filter((sort) => this.files[sort]);
    const open = this.#open();
    const job = this.loading ? store.get('jobs')[0] : undefined;
    const whole = sorts.every((sort) => this.surveys[sort]) && !this.progress;
    const may = (this.files.items || this.add) && !this.#misplaced() && whole && !open.length && !this.loading && mayWrite();
    return html`
      <section class="card files" aria-labelledby="files-head">
        <h2 id="files-head">${t.imports.files}</h2>
        <p class="hint">${t.data.privacy}</p>
        <div class="drop ${this.over ? 'over' : ''}" @dragover=${(event) => this.#over(event, true)} @dragleave=${(event) => this.#over(event, false)} @drop=${this.#dropped}>
          <p>${icons.upload}${t.data.drop}</p>
          <ul>${SORTS.map((sort) => this.#slot(sort))}</ul>
        </div>
        ${this.unplaced.map((file) => html`<p class="problem" role="alert">${t.data.unplaced(file)}</p>`)}
      </section>
      <div @nx-plan=${(event) => this.#plan(event.detail)} @nx-answer=${(event) => this.#answer(event.detail)}>
        ${sorts.map((sort) => html`<nx-source .sort=${sort} .name=${this.files[sort].name} .survey=${this.surveys[sort]} .plan=${this.plans[sort] ?? {}} .answers=${this.answers}></nx-source>`)}
      </div>
      ${this.failure ? html`<p class="problem" role="alert">${icons.warning}${this.failure}</p>` : nothing}
      ${sorts.length
        ? html`<section class="card part import-foot" aria-labelledby="load-head">
            <h2 id="load-head">${t.imports.load}</h2>
            ${this.#mode()}
            <p class="hint">${this.add ? t.imports.adds : t.imports.replaces}</p>
            ${this.progress ? html`<div class="row"><progress max="1" .value=${(this.progress.done ?? 0) / (this.progress.total || 1)} aria-label=${t.imports.looking}></progress><span class="soft">${t.imports.looking}</span></div>` : nothing}
            ${job ? html`<div class="row"><progress max=${job.total || 1} .value=${job.done ?? 0} aria-label=${job.label}></progress><span class="soft">${job.phase ?? job.label}</span><button type="button" class="quiet" @click=${job.cancel}>${t.shell.cancel}</button></div>` : nothing}
            ${this.#misplaced() ? html`<p class="problem">${t.imports.noConfig} <a href=${href(['settings', 'config'])}>${t.settings.section.config}</a></p>` : !this.files.items && !this.add ? html`<p class="problem">${t.imports.needsItems}</p>` : open.length && whole ? html`<p class="problem">${t.imports.open(open.length)}</p>` : nothing}
            <div class="row"><button type="button" class="main" ?disabled=${!may} @click=${this.#load}>${t.data.load}</button></div>
          </section>`
        : nothing}
    `;
  }

  /** True if the files contain a configuration, which is possible only when all data is replaced. */
  #misplaced() {
    return Boolean(this.add && this.files.config);
  }

  /** Replace, or add: only one's own data can grow. */
  #mode() {
    if (store.get('data').kind !== 'own') return nothing;
    const one = (add, label) => html`<label><input type="radio" name="import-mode" .checked=${Boolean(this.add) === add} @change=${() => this.#turn(add)} /><span>${label}</span></label>`;
    return html`<fieldset class="remedies"><legend class="unseen">${t.imports.mode}</legend>${one(false, t.imports.replaceAll)}${one(true, t.imports.addTo)}</fieldset>`;
  }

  #turn(add) {
    this.add = add;
    this.#look();
  }

  #over(event, over) {
    event.preventDefault();
    this.over = over;
  }

  #dropped(event) {
    event.preventDefault();
    this.over = false;
    void this.#place(event.dataTransfer.files);
  }

  #slot(sort) {
    const taken = this.files[sort];
    return html`
      <li>
        <span class="sort">${t.data.sorts[sort]} ${sort === 'items' && !this.add ? html`<small>${t.data.needed}</small>` : ''}</span>
        ${taken
          ? html`<span class="file" title=${taken.name}>${taken.name}</span><button type="button" class="quiet small" aria-label=${t.data.remove(taken.name)} @click=${() => this.#remove(sort)}>×</button>`
          : html`<label class="button quiet small"><input type="file" class="unseen" data-sort=${sort} aria-label=${t.data.take(t.data.sorts[sort])} accept=${['config', 'operations'].includes(sort) ? '.json' : ACCEPTED} @change=${(event) => this.#take(sort, event.target.files[0])} />${t.data.choose}</label>`}
      </li>
    `;
  }

  #done({ counts, left, problemCount }) {
    const reasons = Object.entries(left).map(([reason, n]) => t.imports.left[reason](count(n)));
    if (problemCount) reasons.push(t.imports.left.bad(count(problemCount)));
    return html`
      <section class="card part loaded" tabindex="-1" aria-labelledby="loaded-head">
        <h2 id="loaded-head">${t.imports.done}</h2>
        <p>${t.data.counts(counts)}</p>
        ${reasons.length ? html`<h3>${t.imports.leftOut}</h3><ul class="plain">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : nothing}
        <div class="row"><a class="button main" href=${href(['week'])}>${t.shell.tabs.week}</a><a class="button" href=${href(['data'])}>${t.shell.tabs.data}</a><button type="button" @click=${() => (this.loaded = undefined)}>${t.imports.again}</button></div>
      </section>
    `;
  }
}
customElements.define('nx-import', Import);
