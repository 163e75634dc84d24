/** @file `nextpick/files`: reads items, users, groups, channels and interactions from CSV, JSON, JSONL, Parquet and Arrow, in Node and browsers. */

export { formatOf, readJsonFile, readRecords, readRows } from './read.js';
export { FileError } from './records.js';
export { sorts } from './schema.js';
export { offer } from './offer.js';
export { csvLine } from './csv.js';
export { readTime } from './moments.js';
export { LogCheck } from './meaning.js';
export { LoadReport } from './report.js';
export { aheadOf, trustedEnd } from './times.js';
