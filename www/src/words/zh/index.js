/** @file All texts of this language, one file per area. */

export { shell } from './shell.js';
export { slate } from './slate.js';
export { question } from './question.js';
export { people } from './people.js';
export { activity } from './activity.js';
export { week } from './week.js';
export { sheet } from './sheet.js';
export { today } from './today.js';
export { handover } from './handover.js';
export { data } from './data.js';
export { imports } from './imports.js';
export { library } from './library.js';
export { settings } from './settings.js';
export { results } from './results.js';
