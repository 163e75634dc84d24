/**
 * @file Experiments: exposure and sample ratio first, then the verdict, then the figures. An `invalid` experiment shows
 * no lift.
 */

import { html, nothing } from 'lit';
import { attributionInWords, experimentInWords, kindInWords } from 'nextpick/words';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { percent, timeInWords } from '../view.js';
import { count, lang, t } from '../words/index.js';
import { answerTo } from './answers.js';
import { intervalPicture, scaleOf } from './interval.js';
import { noSends, shown } from './states.js';

const share = (number) => `${number < 0 ? '−' : '+'}${(100 * Math.abs(number)).toLocaleString(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} %`;
const range = (interval) => (interval ? `${share(interval[0])} … ${share(interval[1])}` : '–');

class Experiments extends PageElement {
  /** `experiment`: id of the one to be analysed; without it all are listed. */
  static properties = { experiment: {} };

  constructor() {
    super();
    this.watch('data', 'results', 'experiments');
  }

  #record() {
    return store.get('experiments')?.find(({ id }) => id === this.experiment);
  }

  willUpdate() {
    const record = this.#record();
    this.state = record && answerTo('experiment', 'experiment', { experiment: record });
  }

  render() {
    const all = store.get('experiments');
    if (!all) return html`<p class="hint">${t.shell.loading}</p>`;
    if (!this.experiment) return all.length ? this.#list(all) : html`<p class="card empty">${t.results.noExperiments} <a href=${href(['settings', 'operations'])}>${t.shell.tabs.settings}</a></p>`;
    const record = this.#record();
    return html`
      <p class="crumbs"><a href=${href(['results', 'experiments'])}>${t.results.experiments}</a></p>
      <h2 class="experiment-name" dir="auto">${this.experiment}</h2>
      ${record ? html`<p class="soft">${this.#about(record)}</p>${shown(this.state, (report) => this.#report(report, record))}` : html`<p class="card empty">${t.results.unknownExperiment}</p>`}
    `;
  }

  #list(all) {
    return html`<ul class="card experiment-list">${all.map((record) => html`<li><a class="subject" href=${href(['results', 'experiments', record.id])}><span class="subject-name"><b dir="auto">${record.id}</b></span><span class="soft">${this.#about(record)}</span></a></li>`)}</ul>`;
  }

  #about({ unit, variants, goal, guardrails = [], startsAt, expiresAt }) {
    const { offset } = store.get('data').world;
    const times = [startsAt !== undefined && t.results.starts(timeInWords(startsAt, offset)), expiresAt !== undefined && t.results.ends(timeInWords(expiresAt, offset))];
    return [variants.map(({ name }) => name).join(' / '), t.results.units[unit] ?? unit, t.results.goal(kindInWords(goal.kind, lang)), guardrails.length && t.results.guardrails(guardrails.map(({ kind }) => kindInWords(kind, lang))), ...times].filter(Boolean).join(' · ');
  }

  #report(report, record) {
    if (report.variants.every(({ messages }) => !messages)) return noSends();
    const isInvalid = report.verdict === 'invalid';
    const isOpen = report.verdict === 'inconclusive';
    return html`
      ${this.#exposure(report, isInvalid)}
      <section class="card part verdict ${isInvalid ? 'wrong' : isOpen ? 'open' : ''}" data-verdict=${report.verdict} aria-labelledby="verdict-head">
        <div class="part-head"><h2 id="verdict-head">${t.results.verdict}</h2><span class="chip ${isInvalid || report.verdict === 'guardrail-failed' ? 'close' : isOpen ? '' : 'tinted'}">${t.results.verdicts[report.verdict] ?? report.verdict}</span></div>
        <p>${experimentInWords(report, { experiment: record, lang })}</p>
        ${isOpen ? html`<p class="hint">${t.results.openHint}</p>` : nothing}
      </section>
      ${isInvalid ? html`<p class="hint">${t.results.invalidHint}</p>` : this.#figures(report)}
    `;
  }

  /** Shows units and messages of each variant, against the numbers expected by the weights. */
  #exposure({ variants, sampleRatio, health }, isInvalid) {
    const { ok, expected, observed } = sampleRatio;
    return html`
      <section class="card part exposure" aria-labelledby="exposure-head">
        <div class="part-head"><h2 id="exposure-head">${t.results.exposure}</h2><span class="chip ${ok ? 'tinted' : 'close'}">${ok ? icons.results : icons.warning}${ok ? t.results.ratioOk : t.results.ratioBad}</span></div>
        <div class="table" role="group" tabindex="0" aria-label=${t.results.exposure}>
          <table class="bars">
            <thead><tr><th scope="col">${t.results.variant}</th><th scope="col" class="number">${t.results.unitsSeen}</th><th scope="col" class="number">${t.results.unitsExpected}</th><th scope="col" class="number">${t.results.messages}</th>${isInvalid ? nothing : html`<th scope="col" class="number">${t.results.mean}</th>`}</tr></thead>
            <tbody>${variants.map(({ name, messages, mean }, i) => html`<tr><th scope="row" dir="auto">${name}${i ? nothing : html` <small>${t.results.control}</small>`}</th><td class="number">${count(observed[i])}</td><td class="number">${count(Math.round(expected[i]))}</td><td class="number">${count(messages)}</td>${isInvalid ? nothing : html`<td class="number">${mean.toLocaleString(lang, { maximumSignificantDigits: 4 })}</td>`}</tr>`)}</tbody>
          </table>
        </div>
        <ul class="plain">
          <li>${t.results.clustersOf(count(health.clusters))}</li>
          ${health.reassigned ? html`<li>${t.results.reassigned(percent(health.reassigned, lang))}</li>` : nothing}
          ${health.memberOverlap === undefined ? nothing : html`<li>${t.results.overlap(percent(health.memberOverlap, lang))}</li>`}
        </ul>
        <p class="attribution">${icons.results}<span>${attributionInWords(health.attribution, lang)}</span></p>
      </section>
    `;
  }

  /** Goal and guardrails, each variant against the control. */
  #figures({ goal, guardrails }) {
    const compared = [...goal.map((one) => ({ ...one, sort: t.results.goalName })), ...guardrails.map((one) => ({ ...one, sort: t.results.guardrailName }))];
    const scale = scaleOf(compared.flatMap(({ lift, liftInterval }) => (liftInterval ? [...liftInterval, lift] : [])));
    return html`
      <section class="card part figures" aria-labelledby="figures-head">
        <h2 id="figures-head">${t.results.figures}</h2>
        <div class="table" role="group" tabindex="0" aria-label=${t.results.figures}>
          <table class="bars rates">
            <thead><tr><th scope="col">${t.results.variant}</th><th scope="col">${t.results.metric}</th><th scope="col" class="number">${t.results.lift}</th><th scope="col" class="number">${t.results.sequence}</th><th scope="col"><span class="unseen">${t.results.picture}</span></th><th scope="col" class="number">${t.results.oneMoreWeek}</th></tr></thead>
            <tbody>${compared.map(
              ({ variant, kind, sort, lift, liftInterval, weeklyPrecisionGain }) => html`<tr>
                <th scope="row" dir="auto">${variant}</th><td>${kindInWords(kind, lang)} <small>${sort}</small></td>
                <td class="number">${liftInterval && lift !== undefined ? share(lift) : '–'}</td><td class="number">${range(liftInterval)}</td>
                <td class="picture-cell">${intervalPicture(lift, liftInterval, scale)}</td><td class="number">${share(weeklyPrecisionGain)}</td>
              </tr>`,
            )}</tbody>
          </table>
        </div>
        <p class="hint">${t.results.figuresHint}</p>
      </section>
    `;
  }
}
customElements.define('nx-experiments', Experiments);
