/** @file Directive for custom properties: `<span ${vars({ '--w': '40%' })}>`. */

import { nothing } from 'lit';
import { Directive, PartType, directive } from 'lit/directive.js';

/**
 * Sets properties by script. The page's policy refuses `style` attributes, which Lit's `styleMap` writes in its first
 * rendering; `setProperty` is allowed.
 */
class Vars extends Directive {
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('vars() belongs into a tag, not into an attribute or a text');
  }

  render(_values) {
    return nothing;
  }

  /** @param {any} part */
  update(part, [values]) {
    for (const [name, value] of Object.entries(values)) part.element.style.setProperty(name, value);
    return nothing;
  }
}

export const vars = directive(Vars);
