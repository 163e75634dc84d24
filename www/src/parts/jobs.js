/** @file Jobs in progress: phase, progress, and a button to cancel. */

import { html, nothing } from 'lit';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { t } from '../words/index.js';

class Jobs extends PageElement {
  constructor() {
    super();
    this.watch('jobs');
  }

  render() {
    return store.get('jobs').map(
      ({ label, phase, done, total, cancel }) => html`
        <div class="job">
          <span class="job-label">${phase ?? label}</span>
          ${total ? html`<progress aria-label=${label} max="1" .value=${done / total}></progress><span class="percent">${Math.floor((100 * done) / total)}%</span>` : html`<span class="spinner" aria-hidden="true"></span>`}
          ${cancel ? html`<button type="button" class="quiet" @click=${cancel}>${t.shell.cancel}</button>` : nothing}
        </div>
      `,
    );
  }
}
customElements.define('nx-jobs', Jobs);
