/** @file Preferences of the operator, stored in the browser and shared by all tabs. */

import { store } from './store.js';
import { useLanguage } from './words/index.js';

const KEY = 'nextpick.prefs';
/** `keys`: single keys act. `theme`: `auto`, `light` or `dark`. `name`: signs approvals; it is no login. */
const DEFAULTS = { lang: /^zh\b/i.test(navigator.language) ? 'zh-CN' : 'en', theme: 'auto', keys: true, name: '' };

/** Reads the stored preferences; storage may be forbidden. */
function read() {
  try {
    const { lang, theme, keys, name } = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
    return { lang: lang === 'en' ? 'en' : 'zh-CN', theme: ['light', 'dark'].includes(theme) ? theme : 'auto', keys: keys !== false, name: String(name) };
  } catch {
    return DEFAULTS;
  }
}

/** Applies preferences to the page. */
async function apply(prefs) {
  document.documentElement.dataset.theme = prefs.theme;
  await useLanguage(prefs.lang);
  store.set('prefs', prefs);
}

/** Loads the preferences, and follows changes by other tabs. */
export function startPrefs() {
  addEventListener('storage', ({ key }) => key === KEY && void apply(read()));
  return apply(read());
}

/** Changes some preferences. */
export function setPrefs(fields) {
  const prefs = { ...store.get('prefs'), ...fields };
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs));
  } catch {
    // The choice then lasts as long as the page.
  }
  return apply(prefs);
}
