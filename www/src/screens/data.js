/** @file Data: the sample, or the operator's own files, with all their errors. */

import { html, nothing } from 'lit';
import { problemInWords } from 'nextpick/words';
import { importFiles, useSample } from '../commands/data.js';
import { mayWrite } from '../commands.js';
import { icons } from '../icons.js';
import { Light } from '../light.js';
import { store } from '../store.js';
import { t, lang } from '../words/index.js';

const SORTS = ['items', 'users', 'groups', 'channels', 'interactions', 'config'];
const ACCEPTED = '.csv,.tsv,.txt,.json,.jsonl,.ndjson,.gz,.parquet,.xlsx';
/** Record type by file name. @type {[string, RegExp][]} */
const SAYS = [
  ['config', /config|setting|配置/i],
  ['interactions', /interaction|event|log|behaviou?r|互动|行为|日志/i],
  ['channels', /channel|account|账号|渠道/i],
  ['groups', /group|chat|群/i],
  ['users', /user|member|people|customer|用户|客户|成员/i],
  ['items', /item|librar|content|material|内容|素材/i],
];

class Data extends Light {
  static properties = { files: { state: true }, unplaced: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.watch('data', 'jobs', 'session', 'dropped');
    this.files = {};
    this.unplaced = [];
    this.over = false;
  }

  #take(sort, file) {
    if (file) this.files = { ...this.files, [sort]: { name: file.name, file } };
  }

  /** Files that were dropped elsewhere in the page. */
  willUpdate() {
    const dropped = store.get('dropped');
    if (!dropped) return;
    store.set('dropped', undefined);
    this.#place(dropped);
  }

  #dropped(event) {
    event.preventDefault();
    this.over = false;
    this.#place(event.dataTransfer.files);
  }

  #place(files) {
    this.unplaced = [];
    for (const file of files) {
      const sort = SAYS.find(([, says]) => says.test(file.name))?.[0];
      if (sort) this.#take(sort, file);
      else this.unplaced = [...this.unplaced, file.name];
    }
  }

  #over(event, over) {
    event.preventDefault();
    this.over = over;
  }

  #remove(sort) {
    const { [sort]: _, ...others } = this.files;
    this.files = others;
  }

  #load(leaveOut = false) {
    return importFiles(this.files, { leaveOut });
  }

  render() {
    const { world, kind, name, report } = store.get('data');
    const busy = store.get('jobs').length > 0 || !mayWrite();
    return html`
      <div class="screen-head"><h1>${t.shell.tabs.data}</h1></div>
      ${world ? html`<p class="source"><strong>${kind === 'own' ? name : t.shell.sample}</strong><br /><span class="soft">${t.data.counts(world.counts)}</span></p>` : nothing}
      <section class="card files" aria-labelledby="files-head">
        <h2 id="files-head">${t.data.own}</h2>
        <p class="hint">${t.data.privacy}</p>
        <div
          class="drop ${this.over ? 'over' : ''}"
          @dragover=${(event) => this.#over(event, true)}
          @dragleave=${(event) => this.#over(event, false)}
          @drop=${this.#dropped}
        >
          <p>${icons.upload}${t.data.drop}</p>
          <ul>${SORTS.map((sort) => this.#slot(sort))}</ul>
        </div>
        ${this.unplaced.map((file) => html`<p class="problem" role="alert">${t.data.unplaced(file)}</p>`)}
        <div class="row">
          <button type="button" class="main" ?disabled=${!this.files.items || busy} @click=${() => this.#load()}>${t.data.load}</button>
          ${kind === 'own' ? html`<button type="button" class="quiet" ?disabled=${busy} @click=${useSample}>${t.data.useSample}</button>` : nothing}
        </div>
        ${report?.problemCount ? this.#problems(report, busy) : nothing}
        ${report?.notes.en.length ? this.#notes(report, kind === 'own') : nothing}
      </section>
    `;
  }

  #slot(sort) {
    const taken = this.files[sort];
    return html`
      <li>
        <span class="sort">${t.data.sorts[sort]} ${sort === 'items' ? html`<small>${t.data.needed}</small>` : ''}</span>
        ${taken
          ? html`<span class="file" title=${taken.name}>${taken.name}</span>
              <button type="button" class="quiet small" aria-label=${t.data.remove(taken.name)} @click=${() => this.#remove(sort)}>×</button>`
          : html`<label class="button quiet small">
              <input
                type="file"
                class="unseen"
                data-sort=${sort}
                aria-label=${t.data.take(t.data.sorts[sort])}
                accept=${sort === 'config' ? '.json' : ACCEPTED}
                @change=${(event) => this.#take(sort, event.target.files[0])}
              />${t.data.choose}
            </label>`}
      </li>
    `;
  }

  /** Report of what was read and assumed; expanded for the operator's own files, so that no assumption is hidden. */
  #notes(report, isOwn) {
    const notes = report.notes[lang === 'en' ? 'en' : 'zh'];
    return html`
      <details class="notes" ?open=${isOwn}>
        <summary>${t.data.notes(notes.length)}</summary>
        <ul>${notes.map((note) => html`<li class="hint">${note}</li>`)}</ul>
      </details>
    `;
  }

  #problems({ problems, problemCount, mayLeaveOut, loaded }, busy) {
    const placed = (problem) => Object.entries(t.data.problemColumns).filter(([column]) => problem[column] !== undefined && problem[column] !== '');
    return html`
      <div class="problems" role="alert">
        <p class="problem">${icons.warning}${loaded ? t.data.leftOut(problemCount) : t.data.problems(problemCount)}</p>
        <ul>
          ${problems.map(
            (problem) => html`<li>
              <p>${placed(problem).map(([column, name], i) => html`${i ? ' · ' : ''}<small>${name}</small> <b>${problem[column]}</b>`)}</p>
              <p>${problemInWords(problem, lang)}</p>
            </li>`,
          )}
        </ul>
        ${problemCount > problems.length ? html`<p class="hint">${t.data.moreProblems(problemCount - problems.length)}</p>` : ''}
        ${!loaded && mayLeaveOut ? html`<button type="button" class="quiet" ?disabled=${busy} @click=${() => this.#load(true)}>${t.data.leaveOut}</button>` : ''}
      </div>
    `;
  }
}
customElements.define('nx-screen-data', Data);
