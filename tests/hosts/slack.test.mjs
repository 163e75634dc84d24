// nextpick-slack: a Bolt app that receives events through processEvent, against a mock of the Web API.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import bolt from '@slack/bolt';

import { nextpick } from '../../hosts/slack/index.js';
import { openRecommender } from '../../pkg/store/node.js';
import { CONFIG, ITEMS, clock, stateFolder } from './world.mjs';

const [CHANNEL, PRIVATE, SELF] = ['C01', 'D01', 'U0BOT'];

async function setUp(t, options = {}) {
  const world = { now: clock(0, '09:00'), calls: [], failures: [], log: [] };
  let serial = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const isJson = /json/.test(request.headers['content-type']);
    const body = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    if (typeof body.blocks === 'string') body.blocks = JSON.parse(body.blocks);
    const path = request.url.replace('/api/', '');
    world.calls.push({ path, body });
    const failure = path === 'chat.postMessage' && world.failures.shift();
    if (failure === 'lost') return request.socket.destroy();
    if (failure?.retryAfter) return response.writeHead(429, { 'retry-after': failure.retryAfter }).end('{"ok":false,"error":"ratelimited"}');
    const answer = failure ?? (path === 'conversations.replies' ? { ok: true, messages: [world.thread] } : { ok: true, ts: '1.1', channel: body.channel });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer || { ok: true, ts: '1.1' }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const receiver = { init() {}, start: async () => {}, stop: async () => {} };
  const app = new bolt.App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-test', botId: 'B0', botUserId: SELF }),
    clientOptions: { slackApiUrl: `${origin}/api/`, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    logLevel: bolt.LogLevel.ERROR,
  });
  const rec = await openRecommender(stateFolder(), { items: ITEMS, config: CONFIG });
  const { talk } = nextpick(rec, { app, lang: 'en', secret: 'a secret for tests only', now: () => world.now, log: (entry) => world.log.push(entry), schedule: ['09:30'], ...options });
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await rec.close();
  });
  const ts = () => `${Math.floor(world.now / 1000)}.${String((serial += 1)).padStart(6, '0')}`;
  const deliver = async (body) => {
    let acked = false;
    await app.processEvent({ body, ack: async () => (acked = true) });
    return { acked, body: world.calls.at(-1)?.body };
  };
  world.command = (user, command, { text = '', channel = CHANNEL, trigger = `t${(serial += 1)}` } = {}) =>
    deliver({ command, text, user_id: user, channel_id: channel, team_id: 'T', trigger_id: trigger, response_url: `${origin}/respond` });
  world.press = (user, { action_id, value }, channel = CHANNEL) =>
    deliver({ type: 'block_actions', user: { id: user }, team: { id: 'T' }, channel: { id: channel }, trigger_id: 'x', response_url: `${origin}/respond`, actions: [{ type: 'button', action_id, value, block_id: 'b', action_ts: '1' }] });
  world.event = (event) => deliver({ type: 'event_callback', team_id: 'T', event: { channel: CHANNEL, event_ts: ts(), ...event } });
  world.say = (user, text, more = {}) => world.event({ type: 'message', user, text, ts: ts(), channel_type: 'channel', ...more });
  world.of = (path) => world.calls.filter((call) => call.path === path);
  return Object.assign(world, { rec, talk, ts });
}
const buttonsOf = ({ blocks }) => blocks.find(({ type }) => type === 'actions').elements;

test('commands and buttons: public items, private personal answers, and deduplication', async (t) => {
  const world = await setUp(t);
  const { acked, body } = await world.command('U1', '/next', { trigger: 'same' });
  assert.deepEqual([acked, body.response_type, body.unfurl_links], [true, 'in_channel', false]);
  const [, save] = buttonsOf(body);
  assert.deepEqual([save.action_id, save.text.text], ['np:save', 'Save']);
  for (let i = 0; i < 2; i += 1) {
    const { body: said } = await world.press('U1', save);
    assert.deepEqual([said.response_type, said.replace_original, /^(Noted|This was noted)/i.test(said.text) || said.text], ['ephemeral', false, true]);
  }
  assert.deepEqual(world.rec.profile({ user: 'U1', now: world.now }).kinds, { ask: 1, impression: 1, save: 1 });
  const before = world.calls.length;
  await world.command('U1', '/next', { trigger: 'same' });
  assert.equal(world.calls.length, before);
  const tags = await world.command('U1', '/my_tags');
  assert.equal(tags.body.response_type, 'ephemeral');
  assert.match(tags.body.text, /tag/i);
  await world.command('U2', '/recommend_off', { channel: PRIVATE });
  assert.equal(world.rec.recommend({ user: 'U2', now: world.now }).personalised, false);
  assert.deepEqual(world.rec.groupIds(), [CHANNEL]);
});

test('messages: keywords refer to the thread or the last item; bots and edits are ignored; titles mention no one', async (t) => {
  const world = await setUp(t, { link: 'https://tea.example/x/{token}?a=1&b=2' });
  await world.rec.putItems([{ id: 'loud', title: '<!channel> & *all*' }]);
  await world.rec.removeItems(ITEMS.map(({ id }) => id));
  await world.say('U1', '/next');
  const { body } = world.of('chat.postMessage').at(-1);
  assert.match(body.text, /^&lt;!channel&gt; &amp; \*all\*/);
  assert.match(body.text, /<https:\/\/tea\.example\/x\/[\w-]{41}\?a=1&amp;b=2>$/);
  assert.equal(body.blocks[0].text.verbatim, true);
  world.thread = { text: body.text, blocks: body.blocks };
  await world.say('U2', '喜欢', { thread_ts: '1.000001', ts: world.ts() });
  assert.equal(world.of('conversations.replies').length, 1);
  const { kinds } = world.rec.profile({ user: 'U2', now: world.now });
  assert.equal(Object.values(kinds).reduce((sum, count) => sum + count, 0), 1, JSON.stringify(kinds));
  const before = world.calls.length;
  for (const more of [{ bot_id: 'B9' }, { subtype: 'message_changed' }, { user: SELF }]) await world.say('U3', '/next', more);
  assert.deepEqual([world.calls.length, world.rec.userIds().sort()], [before, ['U1', 'U2']]);
});

test('members join and leave; channels are left, archived and renamed', async (t) => {
  const world = await setUp(t);
  await world.event({ type: 'member_joined_channel', user: SELF });
  await world.event({ type: 'member_joined_channel', user: 'U1' });
  await world.event({ type: 'member_joined_channel', user: 'U2' });
  await world.event({ type: 'member_left_channel', user: 'U2' });
  assert.deepEqual(world.rec.group(CHANNEL).members.map(({ user }) => user), ['U1']);
  await world.event({ type: 'channel_archive', user: 'U1' });
  assert.equal(world.rec.group(CHANNEL).data.nextpick.gone, true);
  await world.event({ type: 'channel_unarchive', user: 'U1' });
  await world.event({ type: 'channel_id_changed', old_channel_id: CHANNEL, new_channel_id: 'C02' });
  assert.deepEqual([world.rec.groups().map(({ id }) => id), world.rec.group('C02').members.map(({ user }) => user)], [['C02'], ['U1']]);
});

test('the schedule: refusals release the decision, a lost answer does not, and requested waits are respected', async (t) => {
  const world = await setUp(t);
  await world.rec.putGroups([{ id: CHANNEL }]);
  const at = (day, minutes = 0) => {
    world.now = clock(day, '09:30') + minutes * 60_000;
    return world.talk.tick();
  };
  const posts = () => world.of('chat.postMessage').length;
  const sent = () => world.rec.profile({ group: CHANNEL, now: world.now }).receivedCount;
  await at(0);
  assert.deepEqual([posts(), sent()], [1, 1]);
  world.failures = [{ ok: false, error: 'msg_too_long' }];
  await at(1);
  assert.deepEqual([posts(), sent()], [2, 1]);
  world.failures = ['lost'];
  await at(2);
  await at(2, 1);
  assert.deepEqual([posts(), sent()], [3, 2]);
  world.failures = [{ retryAfter: 120 }];
  await at(3);
  await at(3, 1);
  assert.equal(posts(), 4);
  await at(3, 3);
  assert.deepEqual([posts(), sent()], [5, 3]);
  world.failures = [{ ok: false, error: 'is_archived' }];
  await at(4);
  await at(5);
  assert.deepEqual([posts(), sent()], [6, 3]);
});

test('an item with a picture is shown with it; native fields are passed unchanged', async (t) => {
  const world = await setUp(t, { render: ({ id }) => (id === 'v-matcha' ? { native: { blocks: [{ type: 'divider' }] } } : {}) });
  await world.rec.putItems(ITEMS.map((item) => ({ ...item, data: { cover: 'https://pictures.example/tea.jpg' } })));
  const types = [];
  for (const [n] of ITEMS.entries()) types.push((await world.command('U1', '/next', { channel: 'D1', trigger: `p${n}` })).body.blocks.map(({ type }) => type).join());
  assert.equal(types.filter((list) => list === 'section,image,actions').length, ITEMS.length - 1);
  assert.equal(types.filter((list) => list === 'divider').length, 1);
});
