/** @file One file of an import: format, columns by field, kinds and doubts. */

import { html, nothing } from 'lit';
import { kindInWords, problemInWords } from 'nextpick/words';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { count, lang, t } from '../words/index.js';
import { doubtList } from './doubts.js';
import { FIELDS } from './fields.js';
import { KNOWN, meaningOf } from './kinds.js';

const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'big5'];
const SEPARATORS = [',', ';', '\t', '|'];
/** Number of example values shown for a column. */
const VALUES = 2;

class Source extends PageElement {
  /** `survey` of the file, `plan` for it, `answers` to doubts. Emits `nx-plan` with a change, `nx-answer` with a key, a remedy and a change. */
  static properties = { sort: {}, name: {}, survey: {}, plan: {}, answers: {}, open: { state: true } };

  #change = (change) => this.emit('nx-plan', { sort: this.sort, change });
  #read = (part) => this.#change((plan) => ({ ...plan, read: { ...plan.read, ...part } }));

  render() {
    const { survey, sort, name } = this;
    if (!survey) return html`<section class="card part" aria-busy="true"><h2>${t.data.sorts[sort]} <small>${name}</small></h2><p class="hint">${t.imports.looking}</p></section>`;
    const { problems, problemCount, failed, records } = survey;
    return html`
      <section class="card part source" data-file=${sort} aria-labelledby="file-${sort}">
        <div class="part-head">
          <h2 id="file-${sort}">${t.data.sorts[sort]} <small dir="auto">${name}</small></h2>
          <p class=${failed ? 'problem' : 'soft'}>${failed ? html`${icons.warning}${t.imports.unreadable}` : t.imports.records(count(records))}</p>
        </div>
        ${failed && problems[0] ? html`<p role="alert" class="problem"><span>${place(problems[0])}${problemInWords(problems[0], lang)}</span></p>` : nothing}
        ${survey.lines ? this.#encodings(survey.lines) : nothing}
        ${FIELDS[sort] ? this.#format(survey) : nothing}
        ${survey.columns.length && FIELDS[sort] ? this.#columns(survey) : nothing}
        ${survey.kinds.length ? this.#kinds(survey.kinds) : nothing}
        ${doubtList({ sort, doubts: this.doubts(), answers: this.answers, decide: (key, remedy, change) => this.emit('nx-answer', { sort, key, remedy, change }) })}
        ${problemCount && !failed ? this.#problems(survey) : nothing}
        ${survey.read.length ? this.#preview(survey) : nothing}
      </section>
    `;
  }

  /** Doubts of the file, bad rows among them. */
  doubts() {
    const { doubts, problemCount, failed } = this.survey;
    return problemCount && !failed ? [...doubts, { kind: 'bad', count: problemCount, examples: [] }] : doubts;
  }

  #encodings(lines) {
    return html`<p>${t.imports.whichEncoding}</p><ul class="decodings">${lines.map((one) => html`<li><button type="button" @click=${() => this.#read({ encoding: one.encoding })}>${one.encoding.toUpperCase()}</button><pre dir="auto">${one.lines.join('\n')}</pre></li>`)}</ul>`;
  }

  #format({ assumed }) {
    const read = this.plan.read ?? {};
    const id = (part) => `${this.sort}-${part}`;
    const isTable = /\.(csv|tsv|txt)(\.gz)?$/i.test(this.name);
    const said = assumed.map(({ kind, as, field, count: n }) => t.imports.assumed[kind]?.(as, field, count(n))).filter(Boolean);
    return html`
      ${said.length ? html`<p class="hint">${said.join(' · ')}</p>` : nothing}
      ${isTable
        ? html`<details class="format"><summary>${t.imports.format}</summary><div class="format-fields">
            <label for=${id('encoding')}>${t.imports.encoding}<select id=${id('encoding')} @change=${(event) => this.#read({ encoding: event.target.value || undefined })}><option value="">${t.imports.byItself}</option>${ENCODINGS.map((one) => html`<option value=${one} ?selected=${read.encoding === one}>${one.toUpperCase()}</option>`)}</select></label>
            <label for=${id('separator')}>${t.imports.separator}<select id=${id('separator')} @change=${(event) => this.#read({ separator: event.target.value || undefined })}><option value="">${t.imports.byItself}</option>${SEPARATORS.map((one) => html`<option value=${one} ?selected=${read.separator === one}>${t.imports.separators[one]}</option>`)}</select></label>
            <label for=${id('header')}>${t.imports.headerRow}<input id=${id('header')} type="number" min="1" max="20" .value=${String((read.skipLines ?? 0) + 1)} @change=${(event) => this.#read({ skipLines: Math.max(0, Math.min(19, Number(event.target.value) - 1)) || undefined })} /></label>
          </div></details>`
        : nothing}
    `;
  }

  #columns({ columns, raw }) {
    const as = this.plan.read?.as ?? {};
    const fields = FIELDS[this.sort];
    const set = (name, field) => this.#read({ as: Object.fromEntries(Object.entries({ ...as, [name]: field }).filter(([, value]) => value)) });
    return html`
      <div class="table" tabindex="0" role="region" aria-label=${t.imports.columnsOf(t.data.sorts[this.sort])}>
        <table class="bars columns-table">
          <thead><tr><th scope="col">${t.imports.column}</th><th scope="col">${t.imports.values}</th><th scope="col">${t.imports.field}</th></tr></thead>
          <tbody>${columns.map(
            ({ name, field }) => html`<tr>
              <th scope="row" dir="auto">${name || t.imports.unnamed}</th>
              <td class="soft" dir="auto">${raw.slice(0, VALUES).map((row) => shown(row?.[name])).filter(Boolean).join(' · ')}</td>
              <td><select aria-label=${t.imports.fieldOf(name)} @change=${(event) => set(name, event.target.value)}>
                ${fields.includes(field) || field.startsWith('data.') ? nothing : html`<option value=${field} selected>${t.imports.fields[field] ?? field}</option>`}
                ${fields.map((one) => html`<option value=${one} ?selected=${field === one}>${t.imports.fields[one] ?? one}</option>`)}
                ${this.sort === 'channels' ? nothing : html`<option value="data.${name}" ?selected=${field === `data.${name}`}>${t.imports.keptInData}</option>`}
              </select></td>
            </tr>`,
          )}</tbody>
        </table>
      </div>
    `;
  }

  #kinds(kinds) {
    const chosen = this.plan.kinds ?? {};
    const set = (kind, value) => this.#change((plan) => ({ ...plan, kinds: { ...plan.kinds, [kind]: value === '' ? undefined : value === '-' ? null : value } }));
    return html`
      <h3>${t.imports.kindsHead}</h3>
      <p class="hint">${t.imports.kindsHint}</p>
      <table class="bars kinds-table">
        <thead><tr><th scope="col">${t.imports.kind}</th><th scope="col">${t.imports.times}</th><th scope="col">${t.imports.means}</th></tr></thead>
        <tbody>${kinds.map(({ kind, count: n }) => {
          const value = Object.hasOwn(chosen, kind) ? chosen[kind] : meaningOf(kind);
          return html`<tr class=${value === undefined ? 'asked' : ''}>
            <th scope="row" dir="auto">${kind}</th><td class="number">${count(n)}</td>
            <td><select aria-label=${t.imports.meaningOf(kind)} @change=${(event) => set(kind, event.target.value)}>
              ${value === undefined ? html`<option value="" selected>${t.imports.choose}</option>` : nothing}
              ${KNOWN.map((one) => html`<option value=${one} ?selected=${value === one}>${kindInWords(one, lang)}</option>`)}
              ${KNOWN.includes(kind) ? nothing : html`<option value=${kind} ?selected=${value === kind}>${t.imports.keepKind}</option>`}
              <option value="-" ?selected=${value === null}>${t.imports.leaveKind}</option>
            </select></td>
          </tr>`;
        })}</tbody>
      </table>
    `;
  }

  #problems({ problems, problemCount }) {
    return html`
      <details class="problems-list"><summary>${t.imports.listed(count(Math.min(problems.length, problemCount)), count(problemCount))}</summary>
        <ul class="problem-rows" tabindex="0" role="region" aria-label=${t.imports.badRows}>${problems.map((one) => html`<li>${place(one)}${problemInWords(one, lang)}</li>`)}</ul>
      </details>
    `;
  }

  #preview({ raw, read, columns }) {
    return html`
      <details class="preview"><summary>${t.imports.preview(read.length)}</summary>
        <h3>${t.imports.before}</h3>
        <div class="table" tabindex="0" role="region" aria-label=${t.imports.before}><table class="bars"><thead><tr>${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${raw.map((row) => html`<tr>${columns.map(({ name }) => html`<td dir="auto">${shown(row?.[name])}</td>`)}</tr>`)}</tbody></table></div>
        <h3>${t.imports.after}</h3>
        <div class="table" tabindex="0" role="region" aria-label=${t.imports.after}>${this.#after(read)}</div>
      </details>
    `;
  }

  #after(read) {
    const names = [...new Set(read.flatMap((record) => Object.keys(record)))];
    const time = (name, value) => (/(At|^at)$/.test(name) && Number.isFinite(value) ? new Date(value).toISOString().slice(0, 19).replace('T', ' ') : shown(value));
    return html`<table class="bars"><thead><tr>${names.map((name) => html`<th scope="col">${t.imports.fields[name] ?? name}</th>`)}</tr></thead><tbody>${read.map((record) => html`<tr>${names.map((name) => html`<td dir="auto">${time(name, record[name])}</td>`)}</tr>`)}</tbody></table>`;
  }
}

const place = ({ row, field }) => html`${row === undefined ? nothing : html`<b>${t.imports.row(row)}</b> `}${field ? html`<b>${field}</b> ` : nothing}`;

/** A value in a cell: short, lists and objects as text. */
function shown(value) {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(' | ') : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
customElements.define('nx-source', Source);
