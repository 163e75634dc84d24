// nextpick-discord: a client of discord.js with simulated gateway events, against a mock of the REST API.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'discord.js';

import { commandMenu, nextpick } from '../../hosts/discord/index.js';
import { openRecommender } from '../../pkg/store/node.js';
import { CONFIG, ITEMS, clock, stateFolder } from './world.mjs';

const EPHEMERAL = 64;
const [GUILD, CHANNEL, PRIVATE] = ['900', '901', '902'];
const SELF = { id: '1', username: 'tea', discriminator: '0', bot: true };
const PEOPLE = { 小满: { id: '11', username: 'xm', discriminator: '0' }, Ada: { id: '12', username: 'ada', discriminator: '0' } };

async function setUp(t, options = {}) {
  const world = { now: clock(0, '09:00'), calls: [], log: [], failures: [] };
  let serial = 0;
  /** Generates an id in Discord's format, which contains the time. */
  const snowflake = () => String((BigInt(world.now - 1_420_070_400_000) << 22n) + BigInt((serial += 1)));
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const body = text ? JSON.parse(text) : undefined;
    const path = request.url.replace('/api/v10', '').split('?')[0];
    world.calls.push({ method: request.method, path, body });
    const failure = request.method === 'POST' && world.failures.shift();
    if (failure === 'lost') return request.socket.destroy();
    const [status, answer] = failure || [200, request.method === 'GET' ? quoted : { id: snowflake(), channel_id: CHANNEL, author: SELF, content: body?.content ?? '', timestamp: new Date(world.now).toISOString(), embeds: [], attachments: [], components: [] }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  let quoted;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({ intents: [], rest: { api: `http://127.0.0.1:${server.address().port}/api`, retries: 0, timeout: 2000 } });
  client.token = 'test-token';
  client.rest.setToken('test-token');
  client.user = client.users._add(SELF);
  client.guilds._add({ id: GUILD, name: 'tea house', channels: [{ id: CHANNEL, type: 0, name: 'spring' }], members: [{ user: SELF, roles: [], joined_at: new Date(world.now).toISOString() }], roles: [{ id: GUILD, permissions: '8', name: '@everyone' }], owner_id: '1', preferred_locale: 'zh-CN' });
  client.channels._add({ id: PRIVATE, type: 1, recipients: [PEOPLE.Ada] });
  const rec = await openRecommender(stateFolder(), { items: ITEMS, config: CONFIG });
  const { talk } = nextpick(rec, { client, now: () => world.now, log: (entry) => world.log.push(entry), schedule: ['09:30'], ...options });
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    client.destroy();
    await rec.close();
  });

  /** Delivers an event and waits until its listeners are done. */
  const deliver = async (action, data) => {
    const done = [];
    const listeners = client.listeners(action);
    client.removeAllListeners(action);
    for (const listener of listeners) client.on(action, (...given) => done.push(listener(...given)));
    client.actions[action[0].toUpperCase() + action.slice(1)].handle(data);
    client.removeAllListeners(action);
    for (const listener of listeners) client.on(action, listener);
    await Promise.all(done);
    return world.calls.at(-1)?.body;
  };
  const place = (name, isPrivate) => (isPrivate ? { channel_id: PRIVATE, channel: { id: PRIVATE, type: 1 }, user: PEOPLE[name] } : { guild_id: GUILD, channel_id: CHANNEL, channel: { id: CHANNEL, type: 0, guild_id: GUILD }, member: { user: PEOPLE[name], roles: [], permissions: '0', joined_at: new Date(world.now).toISOString() } });
  const interaction = (name, { isPrivate, id = snowflake(), locale = name === 'Ada' ? 'en-GB' : 'zh-CN' }) => ({ id, application_id: '1', token: `t${id}`, version: 1, locale, entitlements: [], authorizing_integration_owners: {}, ...place(name, isPrivate) });
  world.command = (name, command, { what, ...where } = {}) => deliver('interactionCreate', { ...interaction(name, where), type: 2, data: { id: '5', name: command, type: 1, options: what ? [{ name: 'what', type: 3, value: what }] : [] } });
  world.press = (name, custom_id, where = {}) => deliver('interactionCreate', { ...interaction(name, where), type: 3, data: { component_type: 2, custom_id }, message: { id: snowflake(), channel_id: CHANNEL, author: SELF, content: '…', timestamp: new Date(world.now).toISOString(), embeds: [], attachments: [] } });
  world.say = (name, content, { answering, author = PEOPLE[name], ...more } = {}) => {
    quoted = answering && { id: '77', channel_id: CHANNEL, author: SELF, timestamp: new Date(world.now).toISOString(), embeds: [], attachments: [], ...answering };
    return deliver('messageCreate', { id: snowflake(), channel_id: CHANNEL, guild_id: GUILD, author, content, timestamp: new Date(world.now).toISOString(), type: 0, embeds: [], attachments: [], ...(answering && { message_reference: { message_id: '77', channel_id: CHANNEL, guild_id: GUILD } }), ...more });
  };
  return Object.assign(world, { client, rec, talk, deliver, snowflake });
}
const buttonsOf = ({ components }) => components.flatMap((row) => row.components);

test('commands and buttons: public items, private personal answers, and deduplication', async (t) => {
  const world = await setUp(t);
  const id = world.snowflake();
  const { data } = await world.command('小满', 'next', { id });
  assert.match(data.content, /^.+\n为什么：|^.+/);
  assert.deepEqual([data.allowed_mentions, data.flags & EPHEMERAL], [{ parse: [] }, 0]);
  const [want, save] = buttonsOf(data);
  assert.equal(want.label, '想看');
  assert.ok(save.custom_id.length <= 64);
  for (let i = 0; i < 2; i += 1) assert.match((await world.press('小满', save.custom_id)).data.content, i ? /^这次已经记下了/ : /^已记下/);
  assert.equal((await world.press('Ada', save.custom_id)).data.flags, EPHEMERAL);
  assert.deepEqual(world.rec.profile({ user: '11', now: world.now }).kinds, { ask: 1, impression: 1, save: 1 });
  assert.deepEqual(world.rec.group(CHANNEL).members.map(({ user }) => user).sort(), ['11', '12']);
  // Repeated delivery: Discord gets an answer, but no second item is sent.
  assert.equal((await world.command('小满', 'next', { id })).data.flags, EPHEMERAL);
  assert.equal(world.rec.profile({ user: '11', now: world.now }).receivedCount, 1);
  // Tags are shown only to their user, also in a guild.
  const tags = await world.command('小满', 'my_tags');
  assert.deepEqual([tags.data.flags & EPHEMERAL, /冲泡|绿茶|白茶|茶器|抹茶|存茶/.test(tags.data.content)], [EPHEMERAL, true]);
  assert.match((await world.command('Ada', 'recommend_off', { isPrivate: true })).data.content, /off|no longer/i);
  assert.equal(world.rec.recommend({ user: '12', now: world.now }).personalised, false);
  assert.match((await world.press('Ada', 'np:save:forged')).data.content, /./);
  const before = world.calls.length;
  await world.command('Ada', 'somebody-elses');
  await world.press('Ada', 'menu:2');
  assert.equal(world.calls.length, before);
});

test('messages: keywords refer to the item quoted or sent last; bots, webhooks and service messages are ignored', async (t) => {
  const world = await setUp(t);
  const { content, components } = await world.say('小满', '下一条');
  assert.ok(content && components.length);
  await world.say('Ada', '喜欢', { answering: { content, components } });
  assert.equal(world.rec.profile({ user: '12', now: world.now }).kinds.like ?? world.rec.profile({ user: '12', now: world.now }).kinds.save, 1);
  for (const more of [{ author: { ...PEOPLE.Ada, id: '13', bot: true } }, { webhook_id: '5', author: { ...PEOPLE.Ada, id: '14' } }, { type: 7, author: { ...PEOPLE.Ada, id: '15' } }]) await world.say('Ada', '下一条', more);
  assert.deepEqual(world.rec.userIds().sort(), ['11', '12']);
});

test('the schedule: a refusal releases the decision, a lost answer does not, and a removed channel gets nothing until it is back', async (t) => {
  const world = await setUp(t);
  await world.rec.putGroups([{ id: CHANNEL }]);
  const at = (day) => {
    world.now = clock(day, '09:30');
    return world.talk.tick();
  };
  await at(0);
  const [push] = world.calls.filter(({ path }) => path === `/channels/${CHANNEL}/messages`);
  assert.deepEqual([push.body.enforce_nonce, push.body.nonce.length], [true, 25]);
  world.failures = [[400, { code: 50035, message: 'Invalid Form Body' }]];
  await at(1);
  assert.equal(world.rec.profile({ group: CHANNEL, now: world.now }).receivedCount, 1);
  world.failures = ['lost'];
  await at(2);
  assert.equal(world.rec.profile({ group: CHANNEL, now: world.now }).receivedCount, 2);
  world.failures = [[403, { code: 50001, message: 'Missing Access' }]];
  await at(3);
  const before = world.calls.length;
  await at(4);
  assert.equal(world.calls.length, before);
  // An answer shows that the bot may write there again.
  await world.say('小满', '帮助');
  await at(5);
  assert.equal(world.calls.length, before + 2);
  await world.deliver('channelDelete', { id: CHANNEL });
  await at(6);
  assert.equal(world.calls.length, before + 2);
  assert.deepEqual(world.rec.group(CHANNEL).data, { nextpick: { gone: true } });
});

test('the menu has every command in both languages, within Discord’s limits', () => {
  const menu = commandMenu({ forget: false });
  assert.deepEqual(menu.map(({ name }) => name), ['next', 'recommend_off', 'recommend_on', 'my_tags', 'help']);
  for (const { name, name_localizations: names, description, description_localizations: says } of menu) {
    for (const word of [name, names['zh-CN']]) assert.match(word, /^[-_'\p{L}\p{N}]{1,32}$/u);
    for (const text of [description, says['zh-CN']]) assert.ok(text.length >= 1 && text.length <= 100);
  }
});

test('the types of nextpick-discord and nextpick-slack compile in a strict host', () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', '--noEmit'];
  const libraries = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom', '--types', 'node', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  const consumer = fileURLToPath(new URL('discord-slack-consumer.ts', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...strict, ...libraries, consumer], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

test('an item with a picture is shown with it; native fields are passed unchanged', async (t) => {
  const world = await setUp(t, { render: ({ id }) => (id === 'v-matcha' ? { native: { embeds: [{ title: 'card' }] } } : {}) });
  await world.rec.putItems(ITEMS.map((item) => ({ ...item, data: { cover: 'https://pictures.example/tea.jpg' } })));
  const bodies = [];
  for (const _ of ITEMS) bodies.push((await world.command('Ada', 'next', { isPrivate: true })).data);
  const shown = bodies.filter(({ embeds }) => embeds?.length);
  assert.equal(shown.length, ITEMS.length);
  assert.equal(shown.filter(({ embeds: [{ image }] }) => image?.url === 'https://pictures.example/tea.jpg').length, ITEMS.length - 1);
  assert.equal(shown.filter(({ embeds: [{ title }] }) => title === 'card').length, 1);
});
