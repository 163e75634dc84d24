/** @file Errors as HTTP answers. */

import { NextpickError } from '../error.js';

/** A refused request. */
export class HttpError extends Error {
  /** @param {number} status @param {string} path @param {string} rule @param {string} value */
  constructor(status, path, rule, value) {
    super(`${path}: expected ${rule}, got ${value}`);
    Object.assign(this, { status, path, rule, value });
  }
}

/** Codes of refusals by the server, by status. @type {Record<number, string>} */
const CODES = { 400: 'invalid', 401: 'unauthorized', 404: 'not-found', 405: 'method', 408: 'timeout', 413: 'too-large', 415: 'media-type', 503: 'closing' };

/** Status by the code of an error of the package; any other code is a defect of the server. @type {Record<string, number>} */
const STATUSES = { invalid: 400, missing: 400, 'unknown-field': 400, unknown: 400, limit: 400, memory: 507, store: 503, locked: 503, damaged: 503, disposed: 503 };

/**
 * Returns status and body of an error. Only errors that were written for hosts are shown.
 *
 * @param {any} error
 * @returns {{ status: number, body: { error: { code: string, path?: string, rule?: string, value?: string, message: string } } }}
 */
export function answerOf(error) {
  if (error instanceof HttpError) {
    const { status, path, rule, value, message } = /** @type {any} */ (error);
    return { status, body: { error: { code: CODES[status] ?? 'invalid', path, rule, value, message } } };
  }
  if (error instanceof NextpickError) {
    const { code, path, rule, value, message } = error;
    return { status: STATUSES[code] ?? 500, body: { error: { code, path, rule, value, message } } };
  }
  return { status: 500, body: { error: { code: 'defect', message: 'a defect of the server; its log has the details' } } };
}

/** True if the store cannot be written any more, so that the process must be started again. @param {any} error */
export const isFatal = (error) => error instanceof NextpickError && ['store', 'locked', 'broken'].includes(error.code);
