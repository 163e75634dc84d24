/** @file Data sources: the sample, or the operator's own files, with all their errors. */

import { html } from 'lit';
import { icons } from '../icons.js';
import { Light } from '../light.js';

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

class Files extends Light {
  static properties = { t: {}, lang: {}, world: {}, own: { type: Boolean }, busy: { type: Boolean }, report: {}, files: { state: true }, unplaced: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.files = {};
    this.unplaced = [];
    this.over = false;
  }

  #take(sort, file) {
    if (file) this.files = { ...this.files, [sort]: { name: file.name, file } };
  }

  #dropped(event) {
    event.preventDefault();
    this.over = false;
    this.unplaced = [];
    for (const file of event.dataTransfer.files) {
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
    this.tell('nx-load', { files: this.files, leaveOut });
  }

  render() {
    const { t, world } = this;
    return html`
      <section class="card files" aria-labelledby="files-head">
        <div class="card-head"><h2 id="files-head">${t.data}</h2></div>
        ${world ? html`<p class="source"><strong>${this.own ? t.ownData : t.sampleData}</strong><br /><span class="hint">${t.counts(world.counts)}</span></p>` : ''}
        <details>
          <summary>${t.change}</summary>
          <p class="hint">${t.privacy}</p>
          <div
            class="drop ${this.over ? 'over' : ''}"
            @dragover=${(event) => this.#over(event, true)}
            @dragleave=${(event) => this.#over(event, false)}
            @drop=${this.#dropped}
          >
            <p>${icons.upload}${t.drop}</p>
            <ul>${SORTS.map((sort) => this.#slot(sort))}</ul>
          </div>
          ${this.unplaced.map((name) => html`<p class="problem" role="alert">${t.unplaced(name)}</p>`)}
          <div class="row">
            <button type="button" class="main" ?disabled=${!this.files.items || this.busy} @click=${() => this.#load()}>${t.load}</button>
            ${this.own ? html`<button type="button" class="quiet" ?disabled=${this.busy} @click=${() => this.tell('nx-sample')}>${t.useSample}</button>` : ''}
          </div>
        </details>
        ${this.report?.problemCount ? this.#problems() : ''}
        ${this.report?.notes.en.length ? this.#notes() : ''}
      </section>
    `;
  }

  #slot(sort) {
    const { t } = this;
    const taken = this.files[sort];
    return html`
      <li>
        <span class="sort">${t.sorts[sort]} ${sort === 'items' ? html`<small>${t.needed}</small>` : ''}</span>
        ${taken
          ? html`<span class="file" title=${taken.name}>${taken.name}</span>
              <button type="button" class="quiet small" aria-label=${t.remove(taken.name)} @click=${() => this.#remove(sort)}>×</button>`
          : html`<label class="button quiet small">
              <input
                type="file"
                class="unseen"
                data-sort=${sort}
                aria-label=${t.take(t.sorts[sort])}
                accept=${sort === 'config' ? '.json' : ACCEPTED}
                @change=${(event) => this.#take(sort, event.target.files[0])}
              />${t.choose}
            </label>`}
      </li>
    `;
  }

  /** Report of what was read and assumed; expanded for the operator's own files, so that no assumption is hidden. */
  #notes() {
    const notes = this.report.notes[this.lang === 'en' ? 'en' : 'zh'];
    return html`
      <details class="notes" ?open=${this.own}>
        <summary>${this.t.notes(notes.length)}</summary>
        <ul>${notes.map((note) => html`<li class="hint">${note}</li>`)}</ul>
      </details>
    `;
  }

  #problems() {
    const { t, report } = this;
    const { problems, problemCount, world, mayLeaveOut } = report;
    const placed = (problem) => Object.entries(t.problemColumns).filter(([column]) => problem[column] !== undefined && problem[column] !== '');
    return html`
      <div class="problems" role="alert">
        <p class="problem">${icons.warning}${world ? t.leftOut(problemCount) : t.problems(problemCount)}</p>
        <ul>
          ${problems.map(
            (problem) => html`<li>
              <p>${placed(problem).map(([column, name], i) => html`${i ? ' · ' : ''}<small>${name}</small> <b>${problem[column]}</b>`)}</p>
              <p lang="en">${problem.problem}</p>
            </li>`,
          )}
        </ul>
        ${problemCount > problems.length ? html`<p class="hint">${t.moreProblems(problemCount - problems.length)}</p>` : ''}
        ${!world && mayLeaveOut ? html`<button type="button" class="quiet" ?disabled=${this.busy} @click=${() => this.#load(true)}>${t.leaveOut}</button>` : ''}
      </div>
    `;
  }
}
customElements.define('nx-files', Files);
