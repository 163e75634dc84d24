/** @file Funnel: sent, shown, clicked, saved, converted; all together, and by a key with intervals. */

import { html, nothing } from 'lit';
import { attributionInWords, kindInWords } from 'nextpick/words';
import { exportTable } from '../commands/backup.js';
import { mayWrite } from '../commands.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { setParams } from '../router.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { count, lang, t } from '../words/index.js';
import { answerTo } from './answers.js';
import { intervalPicture, scaleOf } from './interval.js';
import { lineChart } from './line.js';
import { KEYS, TIMES, nameOfKey, placeOfKey } from './names.js';
import { noSends, shown } from './states.js';

/** Kinds of the funnel, in its order; others on request. */
const STEPS = ['impression', 'click', 'save', 'convert'];
/** Rows shown; a search narrows them down, and the export has all. */
const SHOWN = 200;

/** A rate as responses in a hundred messages. */
const perHundred = (rate) => (100 * rate).toLocaleString(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const range = (interval) => (interval ? `${perHundred(interval[0])} – ${perHundred(interval[1])}` : '–');
const outcomeOf = (row, kind) => row.outcomes.find((outcome) => outcome.kind === kind) ?? { kind, users: 0, count: 0, rate: 0 };

class Funnel extends PageElement {
  /** `period`: `{ from, to }` of the messages that count. */
  static properties = { period: {} };

  constructor() {
    super();
    this.watch('data', 'route', 'results', 'experiments');
  }

  /** Returns the key of the rows, and the request for them. */
  #request() {
    const { by, experiment } = store.get('route').params;
    const key = KEYS.includes(by) ? by : KEYS[0];
    const known = store.get('experiments') ?? [];
    const chosen = key === 'variant' ? (known.some(({ id }) => id === experiment) ? experiment : known[0]?.id) : undefined;
    return { key, request: { ...this.period, by: [key], ...(chosen && { experiment: chosen }) } };
  }

  willUpdate() {
    this.whole = answerTo('whole', 'funnel', { ...this.period });
    const { request } = this.#request();
    this.byKey = this.whole.phase === 'done' && this.whole.answer.rows.length ? answerTo('rows', 'funnel', request) : undefined;
  }

  render() {
    return shown(this.whole, ({ rows: [row], attribution }) => (row ? html`${this.#whole(row, attribution)}${this.#part()}` : this.period.from === undefined ? noSends() : html`<p class="card empty">${t.results.noSendsThen}</p>`));
  }

  #whole(row, attribution) {
    const { all } = store.get('route').params;
    const kinds = all ? row.outcomes.filter(({ count: n }) => n).map(({ kind }) => kind) : STEPS;
    const most = Math.max(row.messages, ...kinds.map((kind) => outcomeOf(row, kind).users));
    const bar = (n) => html`<td class="bar-cell"><span class="bar" aria-hidden="true" ${vars({ '--length': `${(100 * n) / most}%` })}></span><span class="number">${count(n)}</span></td>`;
    return html`
      <section class="card part" aria-labelledby="funnel-head">
        <div class="part-head"><h2 id="funnel-head">${t.results.funnel}</h2><button type="button" class="chip-turn" aria-pressed=${all ? 'true' : 'false'} @click=${() => setParams({ all: all ? undefined : '1' }, { replace: true })}>${t.results.allKinds}</button></div>
        <p class="hint">${t.results.funnelHint(count(row.messages), count(row.clusters))}</p>
        <div class="table" role="group" tabindex="0" aria-label=${t.results.funnel}>
          <table class="bars funnel">
            <thead><tr><th scope="col">${t.results.step}</th><th scope="col">${t.results.number}</th><th scope="col" class="number">${t.results.perHundred}</th><th scope="col" class="number">${t.results.interval}</th></tr></thead>
            <tbody>
              <tr data-kind="sent"><th scope="row">${t.results.steps.sent}</th>${bar(row.messages)}<td class="number"></td><td class="number"></td></tr>
              ${kinds.map((kind) => {
                const { users, rate, interval } = outcomeOf(row, kind);
                return html`<tr data-kind=${kind}><th scope="row">${t.results.steps[kind] ?? kindInWords(kind, lang)}</th>${bar(users)}<td class="number">${perHundred(rate)}</td><td class="number">${range(interval)}</td></tr>`;
              })}
            </tbody>
          </table>
        </div>
        <p class="attribution" data-whole=${attribution.responses === attribution.attributed ? 'yes' : 'no'}>${icons.results}<span>${attributionInWords(attribution, lang)}</span></p>
      </section>
    `;
  }

  /** Rows by a key. */
  #part() {
    const { key, request } = this.#request();
    const { q = '' } = store.get('route').params;
    const known = store.get('experiments') ?? [];
    const { experiment } = request;
    const kind = this.#kind();
    const replace = (fields) => setParams(fields, { replace: true });
    return html`
      <section class="card part by-key" aria-labelledby="by-head">
        <h2 id="by-head">${t.results.byKey(t.results.keys[key])}</h2>
        <div class="controls">
          <label>${t.results.by} <select id="by" class="short" @change=${(event) => replace({ by: event.target.value, q: undefined })}>${KEYS.map((name) => html`<option value=${name} ?selected=${name === key}>${t.results.keys[name]}</option>`)}</select></label>
          ${key === 'variant' && known.length > 1 ? html`<label>${t.results.experiment} <select id="which" class="short" @change=${(event) => replace({ experiment: event.target.value })}>${known.map(({ id }) => html`<option value=${id} ?selected=${id === experiment}>${id}</option>`)}</select></label>` : nothing}
          <label>${t.results.response} <select id="kind" class="short" @change=${(event) => replace({ kind: event.target.value })}>${this.#kinds().map((name) => html`<option value=${name} ?selected=${name === kind}>${kindInWords(name, lang)}</option>`)}</select></label>
          <label class="search"><span class="unseen">${t.results.find}</span>${icons.search}<input type="search" placeholder=${t.results.find} .value=${q} @input=${(event) => replace({ q: event.target.value })} autocomplete="off" /></label>
        </div>
        ${this.byKey ? shown(this.byKey, ({ rows }, { by }) => this.#rows(rows, by[0], kind)) : nothing}
      </section>
    `;
  }

  /** Kinds with any response, those of the funnel first. */
  #kinds() {
    const given = this.whole.answer.rows[0].outcomes.filter(({ count: n }) => n).map(({ kind }) => kind);
    return [...STEPS.filter((kind) => given.includes(kind)), ...given.filter((kind) => !STEPS.includes(kind))];
  }

  #kind() {
    const kinds = this.#kinds();
    const { kind } = store.get('route').params;
    return kinds.includes(kind) ? kind : kinds.includes('click') ? 'click' : (kinds[0] ?? 'click');
  }

  #rows(rows, key, kind) {
    const wanted = (store.get('route').params.q ?? '').trim().toLowerCase();
    const all = rows.map((row) => ({ ...row, name: nameOfKey(key, row.key[key]), id: row.key[key], outcome: outcomeOf(row, kind) }));
    const isTime = TIMES.includes(key);
    const sorted = isTime ? all : all.toSorted((a, b) => b.messages - a.messages);
    const found = sorted.filter(({ name, id }) => [name, id].some((text) => text?.toLowerCase().includes(wanted)));
    const scale = scaleOf(found.slice(0, SHOWN).flatMap(({ outcome: { interval } }) => interval ?? []));
    const label = kindInWords(kind, lang);
    return html`
      ${isTime ? lineChart(found.map(({ name, outcome: { rate, interval } }) => ({ label: name, rate, interval })), perHundred) : nothing}
      <div class="table tall" role="group" tabindex="0" aria-label=${t.results.byKey(t.results.keys[key])}>
        <table class="bars rates">
          <thead><tr><th scope="col">${t.results.keys[key]}</th><th scope="col" class="number">${t.results.messages}</th><th scope="col" class="number">${t.results.clusters}</th><th scope="col" class="number">${label}</th><th scope="col" class="number">${t.results.perHundred}</th><th scope="col" class="number">${t.results.interval}</th><th scope="col"><span class="unseen">${t.results.picture}</span></th></tr></thead>
          <tbody>${found.slice(0, SHOWN).map((row) => this.#row(row, key, scale))}</tbody>
        </table>
      </div>
      <div class="part-head foot">
        <p class="hint" role="status">${found.length > SHOWN ? t.results.more(count(found.length - SHOWN)) : t.people.found(found.length, all.length)}</p>
        <button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => this.#export(sorted, key)}>${t.data.exports} CSV</button>
      </div>
      <p class="hint">${t.results.intervalHint}</p>
    `;
  }

  #row({ id, name, messages, clusters, outcome: { users, rate, interval } }, key, scale) {
    const place = placeOfKey(key, id);
    return html`<tr data-key=${id ?? ''}>
      <th scope="row"><bdi>${place ? html`<a href=${place}>${name}</a>` : name}</bdi></th>
      <td class="number">${count(messages)}</td><td class="number">${count(clusters)}</td><td class="number">${count(users)}</td>
      <td class="number">${perHundred(rate)}</td><td class="number">${range(interval)}</td><td class="picture-cell">${intervalPicture(rate, interval, scale)}</td>
    </tr>`;
  }

  #export(rows, key) {
    const kinds = rows[0]?.outcomes.map(({ kind }) => kind) ?? [];
    const heads = [key, 'name', 'messages', 'clusters', ...kinds.flatMap((kind) => [`${kind} users`, `${kind} rate`, `${kind} low`, `${kind} high`])];
    const cells = rows.map(({ id = '', name, messages, clusters, outcomes }) => [id, name, messages, clusters, ...outcomes.flatMap(({ users, rate, interval = ['', ''] }) => [users, rate, ...interval])]);
    return exportTable('results', `funnel-${key}`, heads, cells);
  }
}
customElements.define('nx-funnel', Funnel);
