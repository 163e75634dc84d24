/**
 * @file Activity: the operator's changes, each with name, time, subject, and values before and after. Append-only but
 * for `forget`.
 */

import { appendActivity } from './admin.js';

/**
 * @typedef {{ at: number, verb: string, subject?: string, decision?: string, before?: unknown, after?: unknown, name?: string }} Activity
 */

/** Appends an entry at the present time. @param {Omit<Activity, 'at'>} entry */
export const record = (entry) => appendActivity(Object.fromEntries(Object.entries({ at: Date.now(), ...entry }).filter(([, value]) => value !== undefined)));
