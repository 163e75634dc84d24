/**
 * @file Screens by the first part of their address. A screen is a file of this folder that defines the element
 *   `nx-screen-NAME`; it is loaded when it is first visited. `tab` puts it into the navigation: `main` with a tab of its
 *   own on narrow screens, `more` below the others. `key` follows `g` on the keyboard.
 */

/** @typedef {{ load: () => Promise<unknown>, tab?: 'main' | 'more', key?: string, icon?: string, within?: string }} Screen */

/** @type {Record<string, Screen>} */
export const screens = {
  today: { load: () => import('./today.js'), tab: 'main', key: 't', icon: 'today' },
  week: { load: () => import('./week.js'), tab: 'main', key: 'w', icon: 'week' },
  people: { load: () => import('./people.js'), tab: 'main', key: 'p', icon: 'people' },
  results: { load: () => import('./results.js'), tab: 'main', key: 'r', icon: 'results' },
  library: { load: () => import('./library.js'), tab: 'main', key: 'l', icon: 'library' },
  handover: { load: () => import('./handover.js'), within: 'week' },
  data: { load: () => import('./data.js'), tab: 'more', key: 'd', icon: 'upload' },
  settings: { load: () => import('./settings.js'), tab: 'more', key: 's', icon: 'settings' },
  activity: { load: () => import('./activity.js'), tab: 'more', icon: 'activity' },
};

/** Screen of the address `#/`, and of an address that names none. */
export const firstScreen = Object.keys(screens)[0];

/** Name of the screen of an address. @param {{ parts: string[] }} route */
export const screenOf = ({ parts }) => (Object.hasOwn(screens, parts[0] ?? '') ? parts[0] : firstScreen);
