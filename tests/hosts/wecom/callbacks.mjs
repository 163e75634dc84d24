/** Callbacks of the mock, encrypted as documented; independent of the host's decryption. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

export const CALLBACK = { token: 'QDG6eK', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };

/** Encrypts a text with random bytes, length and id; padded to 32 bytes. */
export function encrypt(text, corpId, { encodingAesKey } = CALLBACK) {
  const key = Buffer.from(encodingAesKey, 'base64');
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(corpId)]);
  const fill = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(fill, fill)), cipher.final()]).toString('base64');
}

export function sign(encrypted, { timestamp = '1409659589', nonce = '263014780', token = CALLBACK.token } = {}) {
  const msg_signature = createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex');
  return new URLSearchParams({ msg_signature, timestamp, nonce });
}

const element = (name, value) => `<${name}>${Array.isArray(value) ? value.map((one) => element('Item', one)).join('') : typeof value === 'number' ? value : `<![CDATA[${value}]]>`}</${name}>`;

/** Returns the XML of an event. */
export const eventXml = (corpId, event, seconds) =>
  `<xml>${Object.entries({ ToUserName: corpId, FromUserName: 'sys', CreateTime: seconds, MsgType: 'event', ...event }).map(([name, value]) => element(name, value)).join('')}</xml>`;

/** Returns the request by which WeCom delivers a text. */
export function delivery(text, corpId, { url = 'https://host.example/wecom', ...how } = {}) {
  const encrypted = encrypt(text, corpId);
  const body = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return new Request(`${url}?${sign(encrypted, how)}`, { method: 'POST', body });
}

/** Returns the request by which WeCom checks a URL. */
export function confirmation(text, corpId) {
  const encrypted = encrypt(text, corpId);
  const query = sign(encrypted);
  query.set('echostr', encrypted);
  return new Request(`https://host.example/wecom?${query}`);
}
