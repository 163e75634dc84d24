/**
 * @file Addresses: `#/week?from=2026-04-01&cell=…` as `{ path, parts, params }`. Anchors within the page, which do not
 *   begin with `#/`, are none.
 */

import { store } from './store.js';

/** Place of the reader on addresses left before: scroll position and focus. */
const places = new Map();
let current;

/** @returns {{ path: string, parts: string[], params: Record<string, string> } | undefined} */
export function parse(hash) {
  if (hash && hash !== '#' && !hash.startsWith('#/')) return undefined;
  const [path, query = ''] = hash.slice(2).split('?');
  const parts = path.split('/').filter(Boolean).map(decode);
  return { path: parts.join('/'), parts, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** Decodes a path; a typed one may contain a stray `%`. */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Address of parts and parameters; parameters without a value are left out. */
export function href(parts, params = {}) {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given).toString();
  return `#/${[parts].flat().map(encodeURIComponent).join('/')}${query ? `?${query}` : ''}`;
}

/** Navigates to an address; with `replace`, Back leads to the address before the current one. */
export function go(parts, params, { replace = false } = {}) {
  const address = href(parts, params);
  if (address === location.hash) return;
  if (!replace) location.hash = address;
  else {
    history.replaceState(history.state, '', address);
    follow();
  }
}

/** Changes some parameters of the current address; `undefined` removes one. */
export function setParams(params, options) {
  const route = store.get('route');
  go(route.parts, { ...route.params, ...params }, options);
}

function follow() {
  const route = parse(location.hash);
  if (!route) return;
  if (current) places.set(current, { top: scrollY, focus: document.activeElement?.id });
  current = location.hash;
  store.set('route', route);
}

/**
 * Restores scroll position and focus of this address; else scrolls to the top. Returns true if the focus was restored.
 */
export function restorePlace() {
  const place = places.get(location.hash);
  scrollTo(0, place?.top ?? 0);
  const element = place?.focus && document.getElementById(place.focus);
  if (element) element.focus({ preventScroll: true });
  return Boolean(element);
}

export function startRouter() {
  addEventListener('hashchange', follow);
  follow();
}
