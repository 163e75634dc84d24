/** @file What all elements here are: Lit in the page's own DOM, so that one style sheet, labels and ids reach everywhere. */

import { LitElement } from 'lit';

export class Light extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** Tells the page something; `nx-app` listens. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
