/** @file Data: the loaded data and its quality; import, export and backup. */

import { html, nothing } from 'lit';
import { mayWrite } from '../commands.js';
import { exportActivity, exportPlans, exportRecords, openWorkspace, saveWorkspace } from '../commands/backup.js';
import { useSample } from '../commands/data.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { ageInWords, percent, timeInWords } from '../view.js';
import { count, lang, t } from '../words/index.js';
import '../import/wizard.js';

const DAY = 86_400_000;
const RECORDS = ['items', 'users', 'groups', 'channels', 'interactions'];

class Data extends PageElement {
  static properties = { failure: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.watch('data', 'jobs', 'session', 'route');
  }

  render() {
    const [, part] = store.get('route').parts;
    const parts = [['', t.data.health], ['import', t.imports.title], ['export', t.data.exports]];
    const shown = ['import', 'export'].includes(part) ? part : '';
    return html`
      <div class="screen-head">
        <h1>${t.shell.tabs.data}</h1>
        <nav class="segments links" aria-label=${t.data.parts}>${parts.map(([name, label]) => html`<a href=${href(['data', name].filter(Boolean))} aria-current=${name === shown ? 'page' : nothing}>${label}</a>`)}</nav>
      </div>
      ${shown === 'import' ? html`<nx-import></nx-import>` : shown === 'export' ? this.#exports() : this.#health()}
    `;
  }

  #health() {
    const { world, kind, name, report } = store.get('data');
    if (!world) return html`<p class="card empty">${t.data.nothing} <a href=${href(['data', 'import'])}>${t.imports.title}</a></p>`;
    const { counts, end, health, offset } = world;
    const busy = store.get('jobs').length > 0 || !mayWrite();
    const facts = /** @type {[string, unknown, string?][]} */ ([
      [t.data.loaded, t.data.counts(counts)],
      [t.data.lastEvent, end === undefined ? t.data.noLog : html`${timeInWords(end, offset)} <small>${ageInWords(end, Date.now(), lang)}</small>`],
      health.withItem ? [t.data.knownItems, percent(health.known / health.withItem, lang), health.known < 0.99 * health.withItem ? t.data.knownItemsHint : undefined] : undefined,
      counts.interactions ? [t.data.withDecision, percent(health.withDecision / counts.interactions, lang), health.withDecision ? undefined : t.data.withDecisionHint] : undefined,
    ].filter(Boolean));
    return html`
      <section class="card part source" aria-labelledby="health-head">
        <h2 id="health-head" dir="auto">${kind === 'own' ? name : t.shell.sample}</h2>
        <dl class="fact-list wide">${facts.map(([label, value, hint]) => html`<div><dt>${label}</dt><dd>${value}${hint ? html`<br /><small>${hint}</small>` : nothing}</dd></div>`)}</dl>
        <div class="row">
          <a class="button main" href=${href(['data', 'import'])}>${t.data.own}</a>
          ${kind === 'own' ? html`<button type="button" ?disabled=${busy} @click=${useSample}>${t.data.useSample}</button>` : nothing}
        </div>
      </section>
      ${health.days?.some(Boolean) ? this.#days(health.days, end, offset) : nothing}
      ${report?.notes?.en.length ? this.#notes(report, kind === 'own') : nothing}
    `;
  }

  #days(days, end, offset) {
    const most = Math.max(...days);
    const dayAt = (i) => timeInWords(end - (days.length - 1 - i) * DAY, offset).slice(5, 10);
    return html`
      <section class="card part" aria-labelledby="days-head">
        <h2 id="days-head">${t.data.perDay}</h2>
        <div class="columns-chart" aria-hidden="true">${days.map((n, i) => html`<span title="${dayAt(i)} ${count(n)}" ${vars({ '--length': `${(100 * n) / most}%` })}></span>`)}</div>
        <p class="hint chart-ends" aria-hidden="true"><span>${dayAt(0)}</span><span>${t.data.mostPerDay(count(most))}</span><span>${dayAt(days.length - 1)}</span></p>
        <details><summary>${t.data.asTable}</summary><table class="bars"><thead><tr><th scope="col">${t.data.day}</th><th scope="col">${t.data.events}</th></tr></thead><tbody>${days.map((n, i) => html`<tr><th scope="row">${dayAt(i)}</th><td class="number">${count(n)}</td></tr>`)}</tbody></table></details>
      </section>
    `;
  }

  /** Notes on records read and assumptions made; expanded for the operator's own files, so that no assumption is hidden. */
  #notes(report, isOwn) {
    const notes = report.notes[lang === 'en' ? 'en' : 'zh'];
    return html`<details class="card part notes" ?open=${isOwn}><summary>${t.data.notes(notes.length)}</summary><ul class="plain">${notes.map((note) => html`<li class="hint">${note}</li>`)}</ul></details>`;
  }

  #exports() {
    const { kind } = store.get('data');
    const isOwn = kind === 'own';
    const off = this.busy || !mayWrite();
    return html`
      <section class="card part" aria-labelledby="export-head">
        <h2 id="export-head">${t.data.exportHead}</h2>
        <p class="hint">${t.data.exportHint}</p>
        <div class="row">
          ${RECORDS.filter((sort) => isOwn || sort !== 'interactions').map((sort) => html`<button type="button" ?disabled=${off} @click=${() => this.#do(() => exportRecords(sort))}>${t.data.sorts[sort]} <small>JSONL</small></button>`)}
          <button type="button" ?disabled=${off} @click=${() => this.#do(exportPlans)}>${t.data.plans} <small>JSONL</small></button>
          <button type="button" ?disabled=${off} @click=${() => this.#do(exportActivity)}>${t.shell.tabs.activity} <small>CSV</small></button>
        </div>
      </section>
      <section class="card part" aria-labelledby="backup-head">
        <h2 id="backup-head">${t.data.backupHead}</h2>
        <p class="hint">${t.data.backupHint}</p>
        ${isOwn ? html`<div class="row"><button type="button" class="main" ?disabled=${off} @click=${() => this.#do(saveWorkspace)}>${t.data.backup}</button></div>` : html`<p>${t.data.noBackup}</p>`}
      </section>
      <section class="card part" aria-labelledby="restore-head">
        <h2 id="restore-head">${t.data.restoreHead}</h2>
        <p class="hint">${t.data.restoreHint}</p>
        <div class="row"><label class="button"><input type="file" class="unseen" data-sort="workspace" accept=".nextpick,.gz" ?disabled=${off} aria-label=${t.data.restore} @change=${(event) => event.target.files[0] && this.#do(() => openWorkspace(event.target.files[0]))} />${t.data.restore}</label></div>
      </section>
      ${this.failure ? html`<p class="problem" role="alert">${icons.warning}${this.failure}</p>` : nothing}
    `;
  }

  async #do(work) {
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
    } catch (error) {
      this.failure = error.code === 'format' ? t.data.notBackup : error.message;
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('nx-screen-data', Data);
