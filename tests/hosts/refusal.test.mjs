// Errors of Koishi's platforms, and their interpretation as refusals.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mock, test } from 'node:test';

const { refusalIn } = createRequire(import.meta.url)('../../hosts/koishi/refusal.js');
const failed = (message, response) => Object.assign(new Error(message), response && { response });
const place = { group: 'telegram:-4001' };

test('an error is interpreted: delivered or not, retry or not, and when', (t) => {
  mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 2, 31) });
  t.after(() => mock.timers.reset());
  const [no, gone, later] = [{ retry: false, gone: false }, { retry: false, gone: true }, (after) => ({ retry: true, after })];
  for (const [error, said] of [
    [failed('socket hang up'), false],
    [failed('timeout', { status: undefined }), false],
    [failed('Found', { status: 302 }), false],
    [failed('Request Timeout', { status: 408 }), false],
    [failed('Gateway Timeout', { status: 504 }), false],
    [failed('Bad Gateway', { status: 502 }), { retry: true }],
    [failed('Too Many Requests', { status: 429 }), later(0)],
    [failed('Too Many Requests', { status: 429, data: { parameters: { retry_after: 2282 } } }), later(2_282_000)],
    [failed('You are being rate limited.', { status: 429, data: { retry_after: 0.25 } }), later(250)],
    [failed('Too Many Requests', { status: 429, headers: new Headers({ 'retry-after': '7' }) }), later(7000)],
    [failed('Too Many Requests', { status: 429, headers: { 'retry-after': 'Tue, 31 Mar 2026 00:01:00 GMT' } }), later(60_000)],
    [failed('Too Many Requests', { status: 429, headers: { 'retry-after': 'Mon, 30 Mar 2026 00:01:00 GMT' } }), later(0)],
    [failed('Too Many Requests', { status: 429, headers: { 'retry-after': 'soon' } }), later(0)],
    [failed('Forbidden', { status: 403 }), gone],
    [failed('Gone', { status: 410 }), gone],
    [failed('Not Found', { status: 404, data: { message: 'Unknown Channel', code: 10003 } }), gone],
    [failed('Not Found', { status: 404 }), no],
    [failed('Unauthorized', { status: 401 }), no],
    [failed('Bad Request', { status: 400, data: { description: 'Bad Request: chat not found' } }), gone],
    [failed('Bad Request', { status: 400, data: { description: 'Bad Request: message text is empty' } }), no],
    [failed('Bad Request', { status: 400, data: { parameters: { migrate_to_chat_id: -100 } } }), { retry: true, movedTo: 'telegram:-100' }],
    [failed('Telegram API error 403. Forbidden: bot was blocked by the user'), gone],
    [failed('Telegram API error 429. Too Many Requests'), later(0)],
    ['a text', false],
    [undefined, false],
  ]) assert.deepEqual(refusalIn(error, place), said, String(error));
});
