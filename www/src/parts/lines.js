/** @file Lines of a plan: messages of one day with the same source and items, approved or left out as one. */

import { html, nothing } from 'lit';
import { summarize } from 'nextpick/operations';
import { mayWrite } from '../commands.js';
import { approve, leaveOut, takeBack } from '../commands/plan.js';
import { PageElement } from '../element.js';
import { setParams } from '../router.js';
import { store } from '../store.js';
import { dayInWords, timeOfDay } from '../view.js';
import { dayOf } from '../week/fixed.js';
import { GLYPHS } from '../week/model.js';
import { t, lang } from '../words/index.js';

/** Number of lines shown at first. */
const SHOWN = 50;

class Lines extends PageElement {
  static properties = { messages: {}, flags: {}, shown: { state: true } };

  constructor() {
    super();
    this.watch('data', 'session');
    this.shown = SHOWN;
  }

  render() {
    const { offset } = store.get('data').world;
    const withFlags = this.messages.map((message) => ({ ...message, flags: this.flags.get(message.id) }));
    const lines = summarize(withFlags, { utcOffsetMinutes: offset });
    return html`
      <ul class="card lines">${lines.slice(0, this.shown).map((line) => this.#line(line, offset))}</ul>
      ${lines.length > this.shown ? html`<button type="button" class="quiet" @click=${() => (this.shown += SHOWN)}>${t.week.moreLines(lines.length - this.shown)}</button>` : nothing}
    `;
  }

  #line(line, offset) {
    const { items } = store.get('data');
    const title = line.items.map((id) => items.get(id)?.title ?? id).join(' · ') || t.week.flags['no-candidates'];
    const open = (line.states.planned ?? 0) + (line.states.edited ?? 0);
    const states = Object.entries(line.states).map(([state, count]) => `${GLYPHS[state]} ${t.week.states[state]} ${count}`);
    const source = 'slot' in line.source ? t.week.slot : t.week.step(line.source.journey, line.source.step);
    return html`
      <li>
        <div class="line-what">
          <strong dir="auto">${title}</strong>
          <span class="soft">${dayInWords(dayOf(line.at, offset), lang)} ${timeOfDay(line.at, offset)} · ${source}</span>
          <span class="line-who">${line.examples.map((message) => html`<button type="button" class="link" @click=${() => this.#open(message)}>${nameOf(message)}</button>`)}${line.subjects > line.examples.length ? html`<span class="soft">${t.week.others(line.subjects - line.examples.length)}</span>` : nothing}</span>
        </div>
        <div class="line-state">
          <span>${states.join('  ')}</span>
          ${line.flags.filter((flag) => t.week.flags[flag] && line.items.length).map((flag) => html`<span class="flag">${t.week.flags[flag]}</span>`)}
        </div>
        <div class="line-verbs">
          ${open && line.items.length ? html`<button type="button" class="quiet" ?disabled=${!mayWrite()} aria-label=${`${t.week.approve}: ${title}`} @click=${() => approve(line.messages)}>${t.week.approve}</button>` : nothing}
          ${open && line.items.length ? html`<button type="button" class="quiet" ?disabled=${!mayWrite()} aria-label=${`${t.week.leaveOut}: ${title}`} @click=${() => leaveOut(line.messages)}>${t.week.leaveOut}</button>` : nothing}
          ${line.states.rejected ? html`<button type="button" class="quiet" ?disabled=${!mayWrite()} aria-label=${`${t.week.takeBack}: ${title}`} @click=${() => takeBack(line.messages)}>${t.week.takeBack}</button>` : nothing}
        </div>
      </li>
    `;
  }

  #open(message) {
    store.set('back', undefined);
    setParams({ cell: message.id });
  }
}

/** Name of the recipient of a message. */
export function nameOf({ user, group }) {
  const { users, groups } = store.get('data');
  return user === undefined ? (groups.get(group)?.name ?? group) : (users.get(user)?.name ?? user);
}

customElements.define('nx-lines', Lines);
