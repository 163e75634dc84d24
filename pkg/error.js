/** @file The error class of this package. */

/**
 * Error of the caller, or the failure of an instance, with the information needed to fix it.
 *
 * `code` is stable and meant for branching; `path`, `rule` and `value` give the place, the expected and the found
 * value.
 */
export class NextpickError extends Error {
  /**
   * @param {string} code See `NextpickErrorCode` in index.d.ts.
   * @param {string} message One sentence for people.
   * @param {{ path?: string, rule?: string, value?: string, cause?: unknown }} [details]
   */
  constructor(code, message, { path = '', rule = '', value = '', cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'NextpickError';
    this.code = code;
    this.path = path;
    this.rule = rule;
    this.value = value;
  }

  /**
   * Converts an error that the module returned; `undefined` for anything else (a trap, a host's own exception).
   * @param {unknown} thrown
   */
  static from(thrown) {
    if (!(thrown instanceof Error)) return undefined;
    const parts = ['code', 'path', 'rule', 'value'];
    if (!parts.every((part) => typeof Object.getOwnPropertyDescriptor(thrown, part)?.value === 'string')) return undefined;
    const { code, path, rule, value } = /** @type {any} */ (thrown);
    return new NextpickError(code, thrown.message, { path, rule, value });
  }

  /**
   * Makes the error for a value of the wrong type that never reaches the module.
   * @param {string} path
   * @param {string} rule
   * @param {unknown} found
   */
  static invalid(path, rule, found) {
    const value = shown(found);
    return new NextpickError('invalid', `${path}: expected ${rule}, got ${value}`, { path, rule, value });
  }
}

/** Formats a value for a message: scalars as themselves, others by type. @param {unknown} value */
function shown(value) {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'function' ? 'a function' : String(value);
}
