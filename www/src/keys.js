/** @file Keys that work everywhere. Keys of one screen are handled by the screen, which stops them there. */

import { undo } from './commands.js';
import { go } from './router.js';
import { screens } from './screens/index.js';
import { store } from './store.js';

/** `g` and the second key within this time, in milliseconds. */
const PAUSE = 1500;

let leader = 0;

const isTyping = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Screens by the key after `g`. */
const screenAt = (key) => Object.entries(screens).find(([, screen]) => screen.key === key)?.[0];

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key === 'z' && !event.shiftKey && !isTyping(event.target)) {
    event.preventDefault();
    void undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !store.get('prefs').keys) return;
  if (isTyping(event.target) && !['checkbox', 'radio'].includes(/** @type {HTMLInputElement} */ (event.target).type)) return;
  if (document.querySelector('dialog[open]')) return;
  const follows = event.timeStamp - leader < PAUSE;
  leader = 0;
  const screen = follows && screenAt(key);
  if (screen) go(screen);
  else if (key === 'g') leader = event.timeStamp;
  else if (key === '?') document.dispatchEvent(new CustomEvent('nx-help'));
  else if (key === '/') {
    const search = /** @type {HTMLElement | null} */ (document.querySelector('main input[type=search]'));
    if (!search) return;
    search.focus();
  } else return;
  event.preventDefault();
}

export const startKeys = () => document.addEventListener('keydown', pressed);
