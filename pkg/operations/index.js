/** @file Entry point `nextpick/operations`: plans of the coming days, their review, and presets to start from. */

export { plan } from './plan.js';
export { summarize } from './summarize.js';
export { utilityOf } from './utility.js';
export { recheck } from './recheck.js';
export { industryPreset } from './presets.js';
export { evidenceMode } from './evidence.js';
