/**
 * @file Deleted people as keyed hashes: an import can detect that a file would restore one, and the hashes reveal no
 *   identities. The key never leaves this browser. If switched off, no hash is stored.
 */

import { keep, kept } from './admin.js';

const KEY = 'forgotten';

/** @returns {Promise<{ off?: boolean, secret?: CryptoKey, hashes: string[] }>} */
const list = async () => (await kept(KEY)) ?? { hashes: [] };

async function hashOf(secret, user) {
  const bytes = await crypto.subtle.sign('HMAC', secret, new TextEncoder().encode(user));
  return Array.from(new Uint8Array(bytes).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Adds a person. Without the browser's cryptography (plain http), no hash is stored. */
export async function remember(user) {
  const { off, secret, hashes } = await list();
  if (off || !crypto.subtle) return;
  const key = secret ?? (await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']));
  await keep(KEY, { secret: key, hashes: [...hashes, await hashOf(key, user)] });
}

/** Returns the forgotten people among `users`. @param {Iterable<string>} users */
export async function forgottenAmong(users) {
  const { secret, hashes } = await list();
  if (!secret || !hashes.length) return [];
  const known = new Set(hashes);
  const found = [];
  for (const user of users) if (known.has(await hashOf(secret, user))) found.push(user);
  return found;
}

/** True if hashes are stored. */
export const isKept = async () => !(await list()).off;

/** Starts or stops storing hashes; old ones are dropped with their key. */
export const keepHashes = (on) => keep(KEY, on ? undefined : { off: true, hashes: [] });
