/** @file Loads a WebAssembly module of this package once, at its first use. */

import { NextpickError } from '../error.js';
import { sha256 } from '../bytes.js';
import { Health } from '../health.js';
import { watchPolicy } from './policy.js';
import { checkSource, compile } from './source.js';

/** Bindings, exports of the module, and its state. @typedef {{ wasm: any, exports: any, health: Health }} Instance */

/**
 * Abilities of the host that an entry was made for.
 * @typedef {object} HostAbilities
 * @property {(url: URL) => unknown} [open] Reads an address that the host's `fetch` cannot.
 * @property {() => Promise<Uint8Array<ArrayBuffer>>} [readBytes] Reads the bytes of the module that was found.
 * @property {boolean} [instantiatesAtOnce] True if a module may be instantiated synchronously. The bindings' other way
 * uses `Response`, for which Node loads its `fetch`: 45 ms of CPU.
 */

/** One of the two modules, shared by all entries of the package in a page or process. */
export class WasmModule {
  #importBindings;
  /** @type {(() => unknown) | undefined} */
  #find;
  /** The argument of `init`; absent if it was not called. @type {{ source: unknown } | undefined} */
  #given;
  /** @type {WebAssembly.Module | undefined} */
  #compiled;
  /** @type {Promise<Instance> | undefined} */
  #loading;
  /** @type {HostAbilities} */
  #host = {};
  /** @type {Promise<Uint8Array | undefined> | undefined} */
  #digest;
  /** The instance once it is loaded. @type {Instance | undefined} */
  loaded;

  /** @param {() => Promise<any>} importBindings Imports the JavaScript bindings. */
  constructor(importBindings) {
    this.#importBindings = importBindings;
  }

  /**
   * Sets where the module comes from unless `init` is called. Of several entries in a page or process the first counts.
   *
   * @param {() => unknown} find Returns a source, see `compile`.
   * @param {HostAbilities} [host]
   */
  findBy(find, host = {}) {
    if (this.#find) return;
    this.#find = find;
    this.#host = host;
  }

  /**
   * Loads the module from the host's source. Has no effect if it is loaded already.
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

  /** Returns the SHA-256 of the module's bytes; `undefined` if the host gave the module, or its bytes cannot be read again. */
  digest() {
    this.#digest ??= this.#readDigest().catch(() => undefined);
    return this.#digest;
  }

  async #readDigest() {
    const { readBytes } = this.#host;
    return this.#given || !readBytes ? undefined : sha256(await readBytes());
  }

  /** The compiled module if the host gave it, for a worker that would otherwise look for it by itself. */
  get given() {
    return this.#given && this.#compiled;
  }

  async #start() {
    const policy = watchPolicy();
    try {
      const [wasm, module] = await Promise.all([this.#importBindings(), this.#compile()]);
      const exports = this.#host.instantiatesAtOnce ? wasm.initSync({ module }) : await wasm.default({ module_or_path: module });
      this.loaded = { wasm, exports, health: new Health(() => wasm.isOutOfMemory?.()) };
      return this.loaded;
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
    return (this.#compiled ??= await compile(source, this.#host.open));
  }
}
