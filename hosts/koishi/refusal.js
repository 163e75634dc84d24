/** @file Interprets errors of sending. Koishi's adapters fail with the platform's answer, or with its text alone. */

'use strict';

/** Descriptions of chats in which a bot cannot write. */
const CLOSED =
  /chat not found|chat was deleted|is deactivated|bot was kicked|bot was blocked|bot is not a member|unknown channel|missing access|missing permissions|channel_not_found|not_in_channel|is_archived|not enough rights|have no rights/i;

/**
 * Returns the refusal in an error; `false` without an answer of the platform, since the message may have arrived.
 * @param {any} error
 * @param {{ group?: string }} place
 * @returns {false | import('nextpick-bot').Refusal}
 */
function refusalIn(error, { group }) {
  if (error?.nextpick) return error.nextpick;
  const { status, data, headers } = error?.response ?? {};
  const movedTo = data?.parameters?.migrate_to_chat_id;
  if (movedTo !== undefined && group !== undefined) return { retry: true, movedTo: `${group.split(':')[0]}:${movedTo}` };
  const [, said] = /Telegram API error (\d{3})/i.exec(error?.message) ?? [];
  const code = status ?? Number(said ?? 0);
  if (code === 429) return { retry: true, after: waitIn(data, headers) };
  // After a timeout within the platform the message may have arrived.
  if (code < 400 || code === 408 || code === 504) return false;
  if (code >= 500) return { retry: true };
  const words = `${error.message} ${typeof data === 'string' ? data : JSON.stringify(data ?? '')}`;
  return { retry: false, gone: code === 403 || code === 410 || CLOSED.test(words) };
}

/**
 * Returns the wait in milliseconds: from seconds in the answer (Telegram, Discord), or from the header, which may be a
 * date.
 */
function waitIn(data, headers) {
  const header = headers?.get?.('retry-after') ?? headers?.['retry-after'];
  const seconds = Number(data?.parameters?.retry_after ?? data?.retry_after ?? header ?? 0);
  const after = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return after > 0 ? Math.ceil(after) : 0;
}

module.exports = { refusalIn };
