/** @file Button that starts collecting evidence, with its cost: an experiment whose messages are partly drawn by softmax. */

import { html, nothing } from 'lit';
import { evidenceMode } from 'nextpick/operations';
import { kindInWords } from 'nextpick/words';
import { mayWrite } from '../commands.js';
import { saveOperations } from '../commands/settings.js';
import { askAs, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { percent } from '../view.js';
import { lang, t } from '../words/index.js';

/** Refusals that exploration can remedy. */
const MENDED = ['no-exploration', 'insufficient-overlap', 'insufficient-data', 'interval-too-wide'];
const TEMPERATURES = [0.25, 0.5];

class Collect extends PageElement {
  /** `report`: an off-policy report without an answer. `outcome`: kind that counts. */
  static properties = { report: {}, outcome: {}, operations: { state: true } };

  #read;

  constructor() {
    super();
    this.watch('session', 'data');
  }

  willUpdate() {
    const { revision } = store.get('data');
    if (revision === this.#read) return;
    this.#read = revision;
    void this.#ask();
  }

  async #ask() {
    try {
      this.operations = (await askAs('operations to collect evidence', 'operations')) ?? {};
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  /** The experiment, with the exploration that the report advises, as far as its cost was measured. */
  #mode() {
    const advised = this.report.advice?.policy.temperature;
    return evidenceMode({ temperature: TEMPERATURES.includes(advised) ? advised : 0.5, kind: this.outcome });
  }

  render() {
    if (!this.operations || !MENDED.includes(this.report.refusal?.code)) return nothing;
    const { experiment, relativeCost } = this.#mode();
    const { experiments = [] } = this.operations;
    const running = experiments.find(({ id }) => id === experiment.id);
    if (running) return html`<p class="notice slim collect"><span>${t.results.collectingEvidence} <a href=${href(['results', 'experiments', running.id])}>${running.id}</a></span></p>`;
    const begin = () => saveOperations(this.operations, { ...this.operations, experiments: [...experiments, experiment] });
    return html`<div class="collect"><p>${t.results.collectCost(percent(relativeCost, lang), kindInWords(this.outcome, lang))}</p><div class="row"><button type="button" class="main" ?disabled=${!mayWrite()} @click=${begin}>${t.results.collect}</button></div></div>`;
  }
}
customElements.define('nx-collect', Collect);
