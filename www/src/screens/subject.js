/** @file One group or user. The tab `next` shows what it gets next. */

import { html } from 'lit';
import { Light } from '../light.js';
import { href } from '../router.js';
import { t } from '../words/index.js';
import '../parts/next.js';

class Subject extends Light {
  static properties = { sort: {}, subject: {} };

  render() {
    return html`
      <p class="crumbs"><a href=${href(['people', `${this.sort}s`])}>${t.people[this.sort]}</a></p>
      <nx-next .sort=${this.sort} .subject=${this.subject}></nx-next>
    `;
  }
}
customElements.define('nx-subject', Subject);
