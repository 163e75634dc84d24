/**
 * @file Base class of all elements: Lit in the page's own DOM, so that one style sheet, labels and ids reach
 *   everything. Every element is drawn again when the language changes.
 */

import { LitElement } from 'lit';
import { Watch } from './store.js';

class LightElement extends LitElement {
  constructor() {
    super();
    this.watch('words');
  }

  createRenderRoot() {
    return this;
  }

  /** What was taken out of the page asks for nothing more; back in it, it is drawn again. */
  shouldUpdate() {
    return this.isConnected;
  }

  /** Draws again whenever one of these slices of the store changes. */
  watch(...slices) {
    new Watch(this, slices);
  }

  /** Dispatches an event that bubbles. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** Lit adds the accessors of `static properties` when the page runs, so their types are not checked. */
export const Light = /** @type {new () => LightElement & Record<string, any>} */ (LightElement);
