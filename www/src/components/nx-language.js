/** @file Language switch. */

import { html } from 'lit';
import { languages } from '../i18n.js';
import { Light } from '../light.js';

class Language extends Light {
  static properties = { lang: {} };

  render() {
    return html`
      <fieldset class="segments">
        <legend class="unseen">${languages[this.lang].words.language}</legend>
        ${Object.entries(languages).map(
          ([code, { name }]) => html`
            <label lang=${code}>
              <input type="radio" name="language" .checked=${code === this.lang} @change=${() => this.tell('nx-language', code)} />
              <span>${name}</span>
            </label>
          `,
        )}
      </fieldset>
    `;
  }
}
customElements.define('nx-language', Language);
