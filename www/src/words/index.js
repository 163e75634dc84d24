/**
 * @file Texts of the page in the current language. `t` holds one object per area (`t.week.approve`); reasons and rules
 *   come from `nextpick/words`. Only one language is loaded.
 */

import { store } from '../store.js';

/** Languages by code: name, and texts. */
export const languages = {
  'zh-CN': { name: '中文', load: () => import('./zh/index.js') },
  en: { name: 'English', load: () => import('./en/index.js') },
};

/** Texts and code of the current language; both are replaced by `useLanguage`. @type {any} */
export let t = {};
/** @type {string} */
export let lang = 'zh-CN';

/** Loads a language and shows it: the texts, the page's `lang`, and its title. */
export async function useLanguage(code) {
  const words = await languages[code].load();
  t = words;
  lang = code;
  document.documentElement.lang = code;
  document.title = t.shell.title;
  store.set('words', code);
}

/** Formats an integer for display: 30,000. */
export const count = (number) => number.toLocaleString(lang);
