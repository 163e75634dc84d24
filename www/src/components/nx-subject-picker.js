/** @file Selection of a group or user by name or id. Radio buttons give standard keyboard control. */

import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icons } from '../icons.js';
import { Light } from '../light.js';

/** Maximum number of subjects listed. */
const SHOWN = 100;

class SubjectPicker extends Light {
  static properties = { t: {}, lang: {}, world: {}, subject: {}, wanted: { state: true } };

  constructor() {
    super();
    this.wanted = '';
  }

  #listed() {
    const all = this.subject.sort === 'group' ? this.world.groups : this.world.users;
    const wanted = this.wanted.trim().toLowerCase();
    const found = wanted ? all.filter(({ id, name }) => id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted)) : all;
    const shown = found.slice(0, SHOWN);
    // The selected subject stays visible, even beyond the limit.
    const chosen = found.length > SHOWN && !wanted && all.find(({ id }) => id === this.subject.id);
    if (chosen && !shown.includes(chosen)) shown.unshift(chosen);
    const more = found.length - shown.length;
    // Any id may be requested: an unknown one gets the neutral answer.
    const id = this.wanted.trim() || (all.length ? '' : this.subject.id);
    if (this.subject.sort === 'user' && id && !all.some((user) => user.id === id)) shown.push({ id, name: id, newcomer: true });
    return { shown, more };
  }

  #turnTo(sort) {
    this.wanted = '';
    const first = (sort === 'group' ? this.world.groups : this.world.users)[0];
    this.tell('nx-subject', { sort, id: first?.id });
  }

  render() {
    const { t, subject } = this;
    const { shown, more } = this.#listed();
    const find = subject.sort === 'group' ? t.findGroup : t.findUser;
    return html`
      <section class="card" aria-labelledby="subject-head">
        <div class="card-head">
          <h2 id="subject-head">${t.subject}</h2>
          <fieldset class="segments">
            <legend class="unseen">${t.subject}</legend>
            ${['group', 'user'].map(
              (sort) => html`
                <label>
                  <input type="radio" name="sort" value=${sort} .checked=${subject.sort === sort} @change=${() => this.#turnTo(sort)} />
                  <span>${t[sort]}</span>
                </label>
              `,
            )}
          </fieldset>
        </div>
        <label class="search">
          <span class="unseen">${find}</span>
          ${icons.search}
          <input type="search" placeholder=${t.find} .value=${this.wanted} @input=${(event) => (this.wanted = event.target.value)} autocomplete="off" />
        </label>
        <fieldset class="subjects">
          <legend class="unseen">${t[subject.sort]}</legend>
          ${repeat(
            shown,
            ({ id }) => `${subject.sort} ${id}`,
            (one) => html`
              <label class="subject">
                <input type="radio" name="subject" value=${one.id} .checked=${one.id === subject.id} @change=${() => this.tell('nx-subject', { ...subject, id: one.id })} />
                <span class="subject-name">${one.name}</span>
                <span class="subject-more">${this.#more(one)}</span>
              </label>
            `,
          )}
          ${shown.length ? '' : html`<p class="hint">${t.none}</p>`} ${more > 0 ? html`<p class="hint">${t.more(more)}</p>` : ''}
        </fieldset>
      </section>
    `;
  }

  #more({ purpose, members, active, newcomer }) {
    const { t } = this;
    if (newcomer) return t.newcomer;
    if (this.subject.sort === 'user') return t.active(active);
    return [purpose && (t.purposes[purpose] ?? purpose), t.members(members)].filter(Boolean).join(' · ');
  }
}
customElements.define('nx-subject-picker', SubjectPicker);
