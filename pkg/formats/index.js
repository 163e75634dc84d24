/** @file `nextpick/formats`: converts foreign records to ours and back, one at a time, without a module or a file. */

export { Outcomes, decisionIn, interactionsIn } from './decisions.js';
export { GA4_KINDS, fromGa4Event } from './ga4.js';
export { fromGorse, fromGorseFeedback, fromGorseItem, fromGorseUser, toGorseFeedback, toGorseItem, toGorseUser } from './gorse.js';
export { obdHeader, obdItemHeader, toObd, toObdItem } from './obd.js';
export { TRACK_KINDS, fromTrack } from './segment.js';
export { tableReader } from './table.js';
export { toVw } from './vw.js';
