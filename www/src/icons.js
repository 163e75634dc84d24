/** @file Icons as inline SVG; all are decorative and accompany text. */

import { html, svg } from 'lit';

const icon = (body) => html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${body}</svg>`;

export const icons = {
  logo: html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8" /><rect class="bar" x="7" y="8" width="18" height="4.5" rx="2.25" /><rect class="bar" x="7" y="14.5" width="12" height="4" rx="2" opacity=".62" /><rect class="bar" x="7" y="20.5" width="8" height="4" rx="2" opacity=".4" /></svg>`,
  pin: icon(svg`<path d="M12.5 2.5 17.5 7.5 14.5 8.5 11 12 10.5 15.5 4.5 9.5 8 9 11.5 5.5z M7 13 3 17" />`),
  quiet: icon(svg`<path d="M16 12.5A7 7 0 0 1 7.5 4 7 7 0 1 0 16 12.5z" />`),
  sprout: icon(svg`<path d="M10 17V9 M10 11C10 7 7 5 3 5c0 4 3 6 7 6z M10 9c0-3 2.5-5 7-5 0 4-3 5-7 5z" />`),
  warning: icon(svg`<path d="M10 3 18 17H2z M10 8v4 M10 14.3v.4" />`),
  upload: icon(svg`<path d="M10 13V4 M6.5 7.5 10 4l3.5 3.5 M4 13v3h12v-3" />`),
  today: icon(svg`<circle cx="10" cy="10" r="3.2" /><path d="M10 2v2 M10 16v2 M2 10h2 M16 10h2 M4.4 4.4l1.4 1.4 M14.2 14.2l1.4 1.4 M4.4 15.6l1.4-1.4 M14.2 5.8l1.4-1.4" />`),
  week: icon(svg`<rect x="3" y="4" width="14" height="13" rx="2" /><path d="M3 8h14 M7 2.5v3 M13 2.5v3 M8 8v9 M12.5 8v9" />`),
  people: icon(svg`<circle cx="7.5" cy="7" r="3" /><path d="M2 16.5c0-3 2.4-5 5.5-5s5.5 2 5.5 5 M13 4.4a3 3 0 0 1 0 5.2 M15 12c2 .7 3 2.3 3 4.5" />`),
  results: icon(svg`<path d="M3 17h14 M5.5 14V9 M10 14V4 M14.5 14v-3" />`),
  library: icon(svg`<rect x="3" y="3" width="6" height="6" rx="1.2" /><rect x="11" y="3" width="6" height="6" rx="1.2" /><rect x="3" y="11" width="6" height="6" rx="1.2" /><rect x="11" y="11" width="6" height="6" rx="1.2" />`),
  settings: icon(svg`<path d="M3 6h8 M15 6h2 M3 14h2 M9 14h8" /><circle cx="13" cy="6" r="2" /><circle cx="7" cy="14" r="2" />`),
  activity: icon(svg`<circle cx="10" cy="10" r="7" /><path d="M10 6v4l3 2" />`),
  more: icon(svg`<path d="M4 10h.01 M10 10h.01 M16 10h.01" stroke-width="2.6" />`),
  close: icon(svg`<path d="m5 5 10 10 M15 5 5 15" />`),
  next: icon(svg`<path d="m8 5 5 5-5 5" />`),
  previous: icon(svg`<path d="m12 5-5 5 5 5" />`),
  search: icon(svg`<circle cx="9" cy="9" r="5" /><path d="m13 13 4 4" />`),
};
