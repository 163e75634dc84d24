// The client of nextpick-wecom: shared token, renewal, pauses, safe retries, pages, errors without secrets.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StaffRobot, WecomClient, WecomError } from '../../hosts/wecom/index.js';
import { piecesOf } from '../../hosts/wecom/robot.js';
import { people } from './wecom/people.mjs';
import { WecomStandIn } from './wecom/stand-in.mjs';

const LIST = 'externalcontact/get_follow_user_list';
const MINUTE = 60_000;

async function setUp(t, options = {}) {
  const world = { now: Date.UTC(2026, 2, 31), waits: [] };
  const wecom = await new WecomStandIn({ now: () => world.now }).open();
  t.after(() => wecom.close());
  people(wecom);
  const wait = async (ms) => void world.waits.push(ms);
  const client = new WecomClient({ corpId: wecom.corpId, secret: wecom.secret, origin: wecom.origin, now: () => world.now, wait, timeoutMs: 20_000, ...options });
  return Object.assign(world, { wecom, client });
}
const codeOf = (promise) => promise.then(() => 'ok', (error) => error.errcode);

test('all calls share a token until shortly before it expires', async (t) => {
  const world = await setUp(t);
  const { wecom, client } = world;
  await Promise.all(Array.from({ length: 20 }, () => client.call(LIST)));
  assert.equal(wecom.count('gettoken'), 1);
  world.now += 114 * MINUTE;
  await client.call(LIST);
  assert.equal(wecom.count('gettoken'), 1);
  world.now += 2 * MINUTE;
  await client.call(LIST);
  assert.equal(wecom.count('gettoken'), 2);
});

test('a refused token is renewed once for all calls, and not in an endless loop', async (t) => {
  const { wecom, client } = await setUp(t);
  await client.call(LIST);
  for (const errcode of [42001, 40014]) {
    const before = wecom.count('gettoken');
    wecom.revokeTokens(errcode);
    await Promise.all(Array.from({ length: 10 }, () => client.call(LIST)));
    assert.equal(wecom.count('gettoken'), before + 1, String(errcode));
  }
  wecom.failures[LIST] = [42001, 42001, 42001];
  assert.equal(await codeOf(client.call(LIST)), 42001);
  assert.equal(wecom.failures[LIST].length, 1);
});

test('45009 pauses calls of the path for a minute, then longer, and no other path', async (t) => {
  const world = await setUp(t);
  const { wecom, client } = world;
  wecom.failures[LIST] = [45009, 45009];
  for (const minutes of [1, 2]) {
    const error = await client.call(LIST).catch((thrown) => thrown);
    assert.deepEqual([error.errcode, error.isUncertain, error.retryAt - world.now], [45009, false, minutes * MINUTE]);
    const before = wecom.calls.length;
    world.now += minutes * MINUTE - 1;
    assert.equal(await codeOf(client.call(LIST)), 45009);
    assert.equal(wecom.calls.length, before, 'no request during a pause');
    await client.call('externalcontact/get_corp_tag_list', { body: {} });
    world.now += 1;
  }
  await client.call(LIST);
  wecom.failures[LIST] = [45009];
  const { retryAt } = await client.call(LIST).catch((thrown) => thrown);
  assert.equal(retryAt - world.now, MINUTE, 'the length starts again after a success');
});

test('unanswered calls are repeated with growing pauses, if repetition is safe', async (t) => {
  const world = await setUp(t);
  const { wecom, client } = world;
  await client.call(LIST);
  wecom.failures[LIST] = ['lost-before', -1, 'html'];
  await client.call(LIST);
  assert.deepEqual(world.waits, [1000, 2000, 4000]);
  const hasty = new WecomClient({ corpId: wecom.corpId, secret: wecom.secret, origin: wecom.origin, timeoutMs: 1000, retries: 0 });
  for (const failure of ['lost-after', 'hang', 'html', -1]) {
    await hasty.call('externalcontact/get_corp_tag_list', { body: {} }).catch(() => {});
    wecom.failures[LIST] = [failure];
    const error = await (failure === 'hang' ? hasty : client).call(LIST, { once: true }).catch((thrown) => thrown);
    assert.ok(error instanceof WecomError && error.isUncertain, String(failure));
  }
  wecom.failures[LIST] = Array(4).fill('lost-before');
  assert.equal(await codeOf(client.call(LIST)), undefined);
  assert.equal(world.waits.length, 6);
});

test('a call that failed for lack of a token is known not to have been executed', async (t) => {
  const { wecom, client } = await setUp(t);
  wecom.failures.gettoken = Array(4).fill('lost-before');
  const error = await client.call('externalcontact/add_msg_template', { body: {}, once: true }).catch((thrown) => thrown);
  assert.deepEqual([error.path, error.isUncertain], ['gettoken', false]);
});

test('all pages are read, and a repeated cursor ends reading', async (t) => {
  const { client } = await setUp(t);
  const rows = [];
  for await (const page of client.pages('externalcontact/batch/get_by_user', { userid_list: ['lin', 'chen', 'zhou'] }, 'external_contact_list')) rows.push(...page);
  assert.equal(rows.length, 6);
  const endless = new WecomClient({ corpId: 'c', secret: 's', fetch: async () => Response.json({ access_token: 't', expires_in: 7200, list: [1], next_cursor: 'same' }) });
  const read = async () => {
    for await (const page of endless.pages('x', {}, 'list')) assert.deepEqual(page, [1]);
  };
  await assert.rejects(read, /a cursor was given twice/);
});

test('errors contain neither secret nor token', async (t) => {
  const { wecom, client } = await setUp(t, { retries: 0, timeoutMs: 2000 });
  const errors = [];
  for (const failure of ['lost-before', 'html', 'hang', 40058, -1]) {
    wecom.failures[LIST] = [failure];
    errors.push(await client.call(LIST).catch((thrown) => thrown));
  }
  const wrong = new WecomClient({ corpId: wecom.corpId, secret: 'wrong-secret', origin: wecom.origin });
  errors.push(await wrong.call(LIST).catch((thrown) => thrown));
  errors.push(await new WecomClient({ corpId: 'c', secret: 'lost-secret', origin: 'http://127.0.0.1:9', retries: 0 }).call(LIST).catch((thrown) => thrown));
  for (const error of errors) {
    assert.ok(error instanceof WecomError);
    assert.doesNotMatch(`${error.stack} ${error.message}`, /test-secret|wrong-secret|lost-secret|token-\d|access_token=/);
  }
  assert.throws(() => new WecomClient({ corpId: 'c', secret: 7 }), /^TypeError: client.secret: expected the app's secret, got 7$/);
});

test('the staff robot sends at most 20 messages a minute, and splits long texts', async (t) => {
  const world = await setUp(t);
  const { wecom } = world;
  const wait = async (ms) => void (world.now += ms);
  const robot = new StaffRobot({ key: 'k1', origin: wecom.origin, now: () => world.now, wait });
  const start = world.now;
  await Promise.all(Array.from({ length: 45 }, (_, i) => robot.send(`message ${i}`)));
  const sent = wecom.messages.robots.get('k1');
  assert.deepEqual(sent.map(({ content }) => content), Array.from({ length: 45 }, (_, i) => `message ${i}`));
  assert.ok(world.now - start >= 2 * MINUTE);
  world.now += MINUTE;
  const text = Array.from({ length: 300 }, (_, i) => `> 任务 ${i} ${'茶'.repeat(10)}`).join('\n');
  assert.equal(await robot.send(text), piecesOf(text).length);
  assert.equal(piecesOf(text).join('\n'), text);
  assert.ok(piecesOf('茶'.repeat(5000)).every((piece) => Buffer.byteLength(piece) <= 4096));
  assert.equal(piecesOf('茶'.repeat(5000)).join(''), '茶'.repeat(5000));
  wecom.failures['webhook/send'] = [93000];
  await assert.rejects(robot.send('x'), /webhook\/send: 93000/);
  await robot.send('still works');
});
