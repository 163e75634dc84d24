/** @file People: groups and users by name or id, and the page of one of them. */

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icons } from '../icons.js';
import { Light } from '../light.js';
import { purposeName } from '../parts/next.js';
import { go, href } from '../router.js';
import { store } from '../store.js';
import { t } from '../words/index.js';
import './subject.js';

/** Number of rows listed; a search narrows them down. */
const SHOWN = 200;

class People extends Light {
  static properties = { wanted: { state: true } };

  constructor() {
    super();
    this.watch('route', 'data');
    this.wanted = '';
  }

  render() {
    const [, sort = 'groups', ...id] = store.get('route').parts;
    if (['group', 'user'].includes(sort) && id.length) return html`<nx-subject .sort=${sort} .subject=${id.join('/')}></nx-subject>`;
    return this.#list(sort === 'users' ? 'user' : 'group');
  }

  #list(sort) {
    const { world } = store.get('data');
    const all = sort === 'group' ? world.groups : world.users;
    const wanted = this.wanted.trim().toLowerCase();
    const found = wanted ? all.filter(({ id, name }) => id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted)) : all;
    const isNew = wanted && sort === 'user' && !all.some(({ id }) => id === this.wanted.trim());
    return html`
      <div class="screen-head"><h1>${t.shell.tabs.people}</h1>
        <fieldset class="segments">
          <legend class="unseen">${t.people.sort}</legend>
          ${['group', 'user'].map((one) => html`<label><input type="radio" name="sort" value=${one} .checked=${one === sort} @change=${() => go(['people', `${one}s`])} /><span>${t.people[one]}</span></label>`)}
        </fieldset>
      </div>
      <label class="search"><span class="unseen">${t.people.find}</span>${icons.search}<input type="search" placeholder=${t.people.find} .value=${this.wanted} @input=${(event) => (this.wanted = event.target.value)} autocomplete="off" /></label>
      <ul class="card subjects">
        ${repeat(found.slice(0, SHOWN), ({ id }) => id, (one) => html`<li><a class="subject" href=${href(['people', sort, one.id])}><span class="subject-name">${one.name}</span><span class="soft">${[one.name !== one.id && one.id, one.purpose && purposeName(one.purpose), sort === 'group' && t.people.members(one.members)].filter(Boolean).join(' · ')}</span></a></li>`)}
        ${isNew ? html`<li><a class="subject" href=${href(['people', 'user', this.wanted.trim()])}><span class="subject-name">${this.wanted.trim()}</span><span class="soft">${t.people.newcomer}</span></a></li>` : nothing}
        ${found.length || isNew ? nothing : html`<li class="hint">${t.shell.none}</li>`}
      </ul>
      ${found.length > SHOWN ? html`<p class="hint">${t.people.more(found.length - SHOWN)}</p>` : nothing}
    `;
  }
}
customElements.define('nx-screen-people', People);
