/**
 * @file Base class of all elements: Lit in the page's own DOM, so that one style sheet, labels and ids reach
 *   everything.
 */

import { LitElement } from 'lit';

class LightElement extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** Dispatches an event to `nx-app`. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** Lit adds the accessors of `static properties` when the page runs, so their types are not checked. */
export const Light = /** @type {new () => LightElement & Record<string, any>} */ (LightElement);
