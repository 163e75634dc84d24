/** @file `nextpick/files`: reads items, users, groups, channels and interactions from CSV, JSON and JSONL, in Node and browsers. */

export { formatOf, readRecords } from './read.js';
export { FileError, sorts } from './records.js';
export { offer } from './offer.js';
export { csvLine } from './csv.js';
export { readTime } from './cells.js';
