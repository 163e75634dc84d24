/** @file Rhythm of the week: the time of day and the weekdays of the regular message to groups. */

import { html } from 'lit';
import { setRhythm } from '../commands/plan.js';
import { mayWrite } from '../commands.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { t } from '../words/index.js';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

class Rhythm extends PageElement {
  static properties = { open: { state: true } };

  constructor() {
    super();
    this.watch('plan', 'session');
  }

  render() {
    const { slots } = store.get('plan');
    const [{ time, weekdays = WEEKDAYS }] = slots;
    return html`
      <span class="rhythm">
        <button type="button" class="link" aria-expanded=${this.open ? 'true' : 'false'} aria-controls="rhythm-form" @click=${() => (this.open = !this.open)}>${t.week.rhythm(weekdays.length === 7, weekdays.map((day) => t.week.weekdays[day - 1]), time)}</button>
        <span id="rhythm-form" ?hidden=${!this.open}>
          <label>${t.week.time} <input type="time" required .value=${time} ?disabled=${!mayWrite()} @change=${(event) => event.target.value && this.#set({ time: event.target.value })} /></label>
          <span role="group" aria-label=${t.week.days}>
            ${WEEKDAYS.map((day) => html`<label class="check"><input type="checkbox" .checked=${weekdays.includes(day)} ?disabled=${!mayWrite()} @change=${(event) => this.#turn(day, event.target.checked, weekdays)} />${t.week.weekdays[day - 1]}</label>`)}
          </span>
        </span>
      </span>
    `;
  }

  #turn(day, on, weekdays) {
    const next = WEEKDAYS.filter((one) => (one === day ? on : weekdays.includes(one)));
    if (next.length) void this.#set({ weekdays: next.length === 7 ? undefined : next });
    else this.requestUpdate();
  }

  #set(fields) {
    const { slots } = store.get('plan');
    const { weekdays, ...slot } = { ...slots[0], ...fields };
    return setRhythm([{ ...slot, ...(weekdays && { weekdays }) }, ...slots.slice(1)]);
  }
}
customElements.define('nx-rhythm', Rhythm);
