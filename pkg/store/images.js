/**
 * @file The memory image of the newest snapshot: reading, writing and removal.
 *
 * It is the prepared form of exactly that snapshot, so that an opening need not load it. Failures are noted; the snapshot is always there.
 */

import { NextpickError } from '../error.js';
import { imageKey } from '../image.js';

export class Images {
  #cache;
  #maker;
  #maxBytes;
  #notes;
  #isForbidden = false;
  /** True if an image of the newest snapshot is kept. */
  #isCurrent = false;
  /** Work that may leave an image. @type {Promise<unknown>} */
  #writing = Promise.resolve();

  /**
   * @param {import('./index.js').ImageCache | undefined} cache Of the store, if it has one.
   * @param {ReturnType<typeof import('../image.js').createImages>} maker
   * @param {{ maxBytes?: number, notes: string[] }} options
   */
  constructor(cache, maker, { maxBytes, notes }) {
    this.#cache = cache;
    this.#maker = maker;
    this.#maxBytes = maxBytes;
    this.#notes = notes;
  }

  /** True if an image may be written. */
  get isAllowed() {
    return this.#cache !== undefined && !this.#isForbidden && this.#maker.isPristine();
  }

  /** True if the newest snapshot has no image, and could have one. */
  get isLacking() {
    return this.isAllowed && !this.#isCurrent;
  }

  get maxBytes() {
    return this.#maxBytes;
  }

  /**
   * Restores the recommender of a snapshot; `undefined` if its image is absent or of no use.
   * @param {Uint8Array<ArrayBuffer> | undefined} snapshot
   */
  async restore(snapshot) {
    const source = snapshot && (await this.#cache?.read().catch((error) => void this.#passedOver(error.message)));
    if (!source || !snapshot) return undefined;
    try {
      const { recommender, problem } = await this.#maker.restore(source, await imageKey(snapshot, this.#maxBytes));
      if (problem !== undefined) this.#passedOver(problem);
      this.#isCurrent = recommender !== undefined;
      return recommender;
    } finally {
      source.close?.();
    }
  }

  /** @param {string} why */
  #passedOver(why) {
    this.#notes.push(`the memory image was not used (${why}); the snapshot was read instead`);
  }

  /**
   * Copies the memory of a recommender whose snapshot is taken at this moment.
   * @param {any} recommender The package's own, whose memory is copied.
   */
  take(recommender) {
    return this.isAllowed ? this.#maker.take(recommender) : undefined;
  }

  /**
   * Stores an image of the written snapshot or, without one, removes that of an earlier snapshot.
   *
   * @param {Uint8Array<ArrayBuffer> | undefined} image As `take` returned it.
   * @param {Uint8Array<ArrayBuffer>} snapshot
   */
  write(image, snapshot) {
    const cache = this.#cache;
    if (!cache) return;
    return this.during(async () => {
      const sealed = image && (await this.#maker.seal(image, await imageKey(snapshot, this.#maxBytes), cache.crc32));
      await (sealed && !this.#isForbidden ? cache.write(sealed) : cache.remove());
      return sealed !== undefined;
    }).catch((error) => {
      this.#notes.push(`the memory image could not be written (${error.message}); the next opening reads the snapshot`);
    });
  }

  /**
   * Runs work that leaves an image of the newest snapshot, or none.
   * @template T
   * @param {() => Promise<T>} work
   */
  async during(work) {
    this.#isCurrent = false;
    const done = work();
    this.#writing = done.catch(() => {});
    const result = await done;
    this.#isCurrent = this.isAllowed;
    return result;
  }

  /** Removes the image, which contains erased data; this process writes no other. */
  async forbid() {
    this.#isForbidden = true;
    await this.#writing;
    try {
      await this.#cache?.remove();
    } catch (/** @type {any} */ cause) {
      throw new NextpickError('store', `the memory image could not be removed, and may hold deleted data (${cause.message})`, { cause });
    }
  }
}
