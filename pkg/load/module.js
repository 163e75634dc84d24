/** @file Loads a WebAssembly module of this package once, at its first use. */

import { NextpickError } from '../error.js';
import { Health } from '../health.js';
import { watchPolicy } from './policy.js';
import { checkSource, compile } from './source.js';

/** One of the two modules, shared by all entries of the package in a page or process. */
export class WasmModule {
  #importBindings;
  /** @type {(() => unknown) | undefined} */
  #find;
  /** @type {((url: URL) => unknown) | undefined} */
  #open;
  /** The argument of `init`; absent if it was not called. @type {{ source: unknown } | undefined} */
  #given;
  /** @type {WebAssembly.Module | undefined} */
  #compiled;
  /** @type {Promise<{ wasm: any, health: Health }> | undefined} */
  #loading;

  /** @param {() => Promise<any>} importBindings Imports the JavaScript bindings. */
  constructor(importBindings) {
    this.#importBindings = importBindings;
  }

  /**
   * Sets where the module comes from unless `init` is called. Of several entries in a page or process the first counts.
   *
   * @param {() => unknown} find Returns a source, see `compile`.
   * @param {(url: URL) => unknown} [open] Reads an address that the host's `fetch` cannot.
   */
  findBy(find, open) {
    this.#find ??= find;
    this.#open ??= open;
  }

  /**
   * Loads the module from what the host gives. Without effect if it is loaded already.
   *
   * @param {unknown} source
   */
  async init(source) {
    checkSource(source);
    // Without waiting where nothing is in progress, so that a call after this one finds the source.
    if (this.#loading) await this.#loading.catch(() => {});
    if (this.#loading) return;
    this.#given = { source };
    await this.load();
  }

  /** Returns the bindings and the state of the one instance; a failed loading is tried again at the next call. */
  load() {
    return (this.#loading ??= this.#start());
  }

  /** The compiled module if the host gave it, for a worker that would otherwise look for it by itself. */
  get given() {
    return this.#given && this.#compiled;
  }

  async #start() {
    const policy = watchPolicy();
    try {
      const [wasm, module] = await Promise.all([this.#importBindings(), this.#compile()]);
      await wasm.default({ module_or_path: module });
      return { wasm, health: new Health(() => wasm.isOutOfMemory?.()) };
    } catch (/** @type {any} */ thrown) {
      this.#loading = undefined;
      if (thrown?.code === 'invalid') throw thrown;
      const { url, mend, cause = thrown } = thrown ?? {};
      const from = url ? ` from ${url}` : '';
      const forbidden = await policy.violations();
      const rule = forbidden || mend || "a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src";
      throw new NextpickError('load', `the module could not be loaded${from} (${cause?.message ?? cause}): ${rule}`, { path: 'module', rule, value: url ?? '', cause });
    } finally {
      policy.end();
    }
  }

  async #compile() {
    if (!this.#given && !this.#find) throw new Error('no module was given: call `init` first');
    const source = this.#given ? this.#given.source : await this.#find?.();
    return (this.#compiled ??= await compile(source, this.#open));
  }
}
