/** @file Journeys of a person or group: each entry with its steps, their times, states and reasons. */

import { html, nothing } from 'lit';
import { journeyInWords, timeInWords } from 'nextpick/words';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { lang, t } from '../words/index.js';

/** Symbols next to the names of states. */
const SIGNS = { waiting: '○', due: '◆', sent: '●', missed: '!', superseded: '→', skipped: '–', exited: '✕' };

class Journeys extends PageElement {
  /** `journeys`: list of `{ journey, entries }`. */
  static properties = { journeys: {} };

  render() {
    if (!this.journeys) return html`<p class="hint">${t.shell.loading}</p>`;
    if (!this.journeys.length) return html`<p class="card empty">${t.people.noJourneys}</p>`;
    const running = this.journeys.filter(({ entries }) => entries.length);
    const idle = this.journeys.filter(({ entries }) => !entries.length);
    return html`
      ${running.map(({ journey, entries }) => html`<section class="card part" aria-labelledby="journey-${journey}"><h2 id="journey-${journey}">${t.people.journeyName(journey)}</h2>${entries.map((entry) => this.#entry(entry))}</section>`)}
      ${idle.length ? html`<p class="hint">${t.people.notEntered(idle.map(({ journey }) => t.people.journeyName(journey)))}</p>` : nothing}
    `;
  }

  #entry({ enteredAt, reference, group, exited, steps }) {
    const { world, groups } = store.get('data');
    const time = (at) => timeInWords(at, world.offset);
    const about = [t.people.entered(time(enteredAt)), reference, group && (groups.get(group)?.name ?? group), exited && `${journeyInWords(exited.reason, lang)}${exited.at === undefined ? '' : ` ${time(exited.at)}`}`];
    return html`
      <div class="entry">
        <p class="soft">${about.filter(Boolean).join(' · ')}</p>
        <ol class="steps">${steps.map(({ id, dueAt, sentAt, state, rule }) => html`<li data-state=${state}><span class="step-sign" aria-hidden="true">${SIGNS[state] ?? '·'}</span><span><b>${id}</b> ${journeyInWords(state, lang)}${rule ? html`<small>${journeyInWords(rule, lang)}</small>` : nothing}</span><span class="number">${sentAt ?? dueAt ? time(sentAt ?? dueAt) : ''}</span></li>`)}</ol>
      </div>
    `;
  }
}
customElements.define('nx-journeys', Journeys);
