/**
 * @file Base class of all elements: Lit without shadow DOM, so that one style sheet, labels and ids apply to the whole
 *   page. Every element is drawn again when the language changes.
 */

import { LitElement } from 'lit';
import { Watch } from './store.js';

class BaseElement extends LitElement {
  constructor() {
    super();
    this.watch('words');
  }

  createRenderRoot() {
    return this;
  }

  /** Draws only while the element is in the page; when it is put back, it is drawn again. */
  shouldUpdate() {
    return this.isConnected;
  }

  /** Draws again whenever one of these slices of the store changes. */
  watch(...slices) {
    new Watch(this, slices);
  }

  /** Dispatches an event that bubbles. */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** Lit adds accessors for `static properties` at run time, so their types are not checked. */
export const PageElement = /** @type {new () => BaseElement & Record<string, any>} */ (BaseElement);
