/** @file Icons as inline SVG; all are decorative, beside text. */

import { html, svg } from 'lit';

const icon = (body) => html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${body}</svg>`;

export const icons = {
  logo: html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8" /><rect class="bar" x="7" y="8" width="18" height="4.5" rx="2.25" /><rect class="bar" x="7" y="14.5" width="12" height="4" rx="2" opacity=".62" /><rect class="bar" x="7" y="20.5" width="8" height="4" rx="2" opacity=".4" /></svg>`,
  pin: icon(svg`<path d="M12.5 2.5 17.5 7.5 14.5 8.5 11 12 10.5 15.5 4.5 9.5 8 9 11.5 5.5z M7 13 3 17" />`),
  quiet: icon(svg`<path d="M16 12.5A7 7 0 0 1 7.5 4 7 7 0 1 0 16 12.5z" />`),
  sprout: icon(svg`<path d="M10 17V9 M10 11C10 7 7 5 3 5c0 4 3 6 7 6z M10 9c0-3 2.5-5 7-5 0 4-3 5-7 5z" />`),
  warning: icon(svg`<path d="M10 3 18 17H2z M10 8v4 M10 14.3v.4" />`),
  upload: icon(svg`<path d="M10 13V4 M6.5 7.5 10 4l3.5 3.5 M4 13v3h12v-3" />`),
  search: icon(svg`<circle cx="9" cy="9" r="5" /><path d="m13 13 4 4" />`),
};
