// Checks that run in the page.

/** Texts whose contrast with the nearest painted ground is below 4.5 (WCAG 2.2, 1.4.3). */
export function faintTexts() {
  const rgb = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || element.closest(':disabled, noscript')) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
  }
  return [...faint];
}

/** Controls without a name. */
export const namelessControls = () =>
  [...document.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex="0"]')]
    .filter((control) => {
      const labels = [.../** @type {any} */ (control).labels ?? []].map((label) => label.textContent.trim()).join('');
      const isNamed = control.getAttribute('aria-label') || control.getAttribute('aria-labelledby');
      return !(labels || isNamed || (!/^(INPUT|SELECT|TEXTAREA)$/.test(control.tagName) && control.textContent.trim()));
    })
    .map((control) => control.outerHTML.slice(0, 120));

/** Ids that are used more than once. */
export const repeatedIds = () => [...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id, i, all) => all.indexOf(id) !== i);
