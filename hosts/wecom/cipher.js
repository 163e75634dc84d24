/**
 * @file Encryption of callbacks: SHA-1 signature, AES-256-CBC.
 *
 * Plain text is `16 random bytes, length of the message (4 bytes, big-endian), message, id of the enterprise`, padded by
 * PKCS #7 to a multiple of 32 bytes. The key is the EncodingAESKey in base64, the IV its first 16 bytes. Layout: WeCom's
 * documentation, see README.
 */

import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

import { expect } from './errors.js';

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const BLOCK_BYTES = 32;

/** A callback that does not come from WeCom, or not for this enterprise. */
export class CallbackRefused extends Error {
  name = 'CallbackRefused';
}

export class CallbackCipher {
  #token;
  #key;
  #corpId;

  /** @param {{ token: string, encodingAesKey: string, corpId: string }} options As set in WeCom's admin page. */
  constructor({ token, encodingAesKey, corpId }) {
    expect(typeof token === 'string' && token, 'callback.token', 'the token of the callback', typeof token === 'string' ? '' : token);
    const isText = typeof encodingAesKey === 'string';
    const isKey = isText && /^[A-Za-z0-9]{43}$/.test(encodingAesKey);
    // The key must not appear in an error.
    expect(isKey, 'callback.encodingAesKey', '43 letters and digits', isText ? `${encodingAesKey.length} characters` : encodingAesKey);
    this.#token = token;
    this.#key = Buffer.from(`${encodingAesKey}=`, 'base64');
    this.#corpId = corpId;
  }

  /**
   * Verifies a signature and decrypts.
   * @param {{ signature: string, timestamp: string, nonce: string, encrypted: string }} sealed
   * @returns {string} The message.
   * @throws CallbackRefused
   */
  open({ signature, timestamp, nonce, encrypted }) {
    const parts = [this.#token, timestamp, nonce, encrypted].sort().join('');
    const expected = createHash('sha1').update(parts).digest('hex');
    if (!isSame(Buffer.from(expected), Buffer.from(signature))) throw new CallbackRefused('the signature is wrong');
    const plain = this.#decrypted(encrypted);
    const start = RANDOM_BYTES + LENGTH_BYTES;
    const end = plain.length < start ? Infinity : start + plain.readUInt32BE(RANDOM_BYTES);
    if (end > plain.length) throw new CallbackRefused('the message is truncated');
    if (plain.subarray(end).toString() !== this.#corpId) throw new CallbackRefused('it is for another enterprise');
    return plain.subarray(start, end).toString();
  }

  #decrypted(encrypted) {
    const bytes = Buffer.from(encrypted, 'base64');
    if (!bytes.length || bytes.length % 16) throw new CallbackRefused('the length is wrong');
    const decipher = createDecipheriv('aes-256-cbc', this.#key, this.#key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
    const count = padded.at(-1);
    const isPadded = count >= 1 && count <= Math.min(BLOCK_BYTES, padded.length) && padded.subarray(-count).every((byte) => byte === count);
    if (!isPadded) throw new CallbackRefused('the padding is wrong');
    return padded.subarray(0, -count);
  }
}

const isSame = (one, other) => one.length === other.length && timingSafeEqual(one, other);
