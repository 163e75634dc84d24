// `render`: default content of messages, content changed by a host, and content for Telegram and wechaty. Others: discord.test.mjs, slack.test.mjs, koishi.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Talk } from '../../hosts/bot/index.js';
import { createRecommender } from '../../pkg/node.js';
import { nextpick as wechaty } from '../../hosts/wechaty/index.js';
import { refusal, telegram } from './calls.mjs';
import { WechatStandIn } from './wechat.mjs';
import { ITEMS, NOW } from './world.mjs';

const COVER = 'https://pictures.example/tea.jpg';
const URL_OF = (id) => `https://shop.example/${id}`;
const PICTURED = ITEMS.map((item) => ({ ...item, data: { cover: COVER, url: URL_OF(item.id) } }));

/** Requests an item; returns the message, or the log entry. */
async function asked(items, options = {}) {
  const [rec, log, sent] = [await createRecommender({ items }), [], []];
  const talk = new Talk(rec, { secret: 'a secret for tests only', lang: 'en', now: () => NOW, log: (entry) => log.push(entry), ...options });
  await talk.onMessage({ id: '1', user: 'u', text: '/next', at: NOW }, async (message) => void sent.push(message));
  return { message: sent[0], log, rec };
}

test('by default, an address in the item’s data gives picture and link; a relative path gives none', async () => {
  const { message } = await asked(PICTURED);
  assert.equal(message.picture, COVER);
  assert.equal(message.link, URL_OF(message.item));
  assert.ok(message.text.endsWith(`\n${message.link}`));
  for (const cover of ['covers/tea.jpg', 'javascript:alert(1)', 7, null, 'https://with space']) {
    const { message } = await asked(ITEMS.map((item) => ({ ...item, data: { cover, url: cover } })));
    assert.deepEqual([message.picture, message.link], [undefined, undefined], String(cover));
  }
  const { message: counted } = await asked(PICTURED, { link: 'https://host.example/x/{token}' });
  assert.match(counted.link, /^https:\/\/host\.example\/x\//, 'a counted link has precedence');
});

test('a host changes text, picture and native fields, depending on item, decision and context', async () => {
  const seen = [];
  const { message } = await asked(PICTURED, {
    render(item, decision, context) {
      seen.push([item.id, decision.picks[0].item, Object.keys(context).sort(), context.lang]);
      return { text: `★ ${item.title}`, picture: false, native: { parse_mode: 'HTML' } };
    },
  });
  assert.deepEqual(seen, [[message.item, message.item, ['lang', 'link', 'reason', 'text', 'token'], 'en']]);
  assert.match(message.text, /^★ /);
  assert.deepEqual([message.picture, message.native], [undefined, { parse_mode: 'HTML' }]);
  assert.ok(message.buttons.length);
  assert.match((await asked(PICTURED, { render: () => undefined })).message.text, /\n/, 'nothing: the usual message');
});

test('invalid content is logged, and the decision is released', async () => {
  for (const [render, rule] of [
    [() => { throw new Error('mine'); }, /^mine$/], [() => 'text', /expected an object/], [() => ({ txt: 'x' }), /"txt"/], [() => ({ text: '' }), /a text/], [() => ({ picture: '/x.jpg' }), /address of a picture/],
  ]) {
    const { message, log, rec } = await asked(PICTURED, { render });
    assert.equal(message, undefined);
    const [entry] = log.filter(({ event }) => event === 'failed');
    assert.match(entry.error, rule);
    assert.equal(entry.released, true);
    assert.equal(rec.decision(entry.decision), undefined);
  }
  await assert.rejects(async () => new Talk(await createRecommender(), { secret: 'a secret for tests only', render: {} }), /render: expected a function/);
});

test('Telegram shows the picture with a caption, and only the text if it cannot fetch the picture', async () => {
  const rec = await createRecommender({ items: PICTURED });
  rec.putGroups([{ id: '-100123' }]);
  const { calls, tick } = telegram(rec);
  await tick();
  assert.deepEqual(calls.map(({ method }) => method), ['sendPhoto']);

  const other = await createRecommender({ items: PICTURED });
  other.putGroups([{ id: '-100123' }]);
  const failing = telegram(other, { answer: (method) => (method === 'sendPhoto' ? refusal(400, 'Bad Request: failed to get HTTP URL content') : { ok: true, result: true }) });
  await failing.tick();
  assert.deepEqual(failing.calls.map(({ method }) => method), ['sendPhoto', 'sendMessage']);
  assert.equal(failing.log.filter(({ event }) => event === 'sent').length, 1);

  const long = await createRecommender({ items: PICTURED.map((item) => ({ ...item, title: 'x'.repeat(1100) })) });
  long.putGroups([{ id: '-100123' }]);
  const plain = telegram(long);
  await plain.tick();
  assert.deepEqual(plain.calls.map(({ method }) => method), ['sendMessage'], 'a caption has at most 1,024 characters');
});

test('wechaty sends the native content of `render`, then the text with the labels of buttons; after a failure it sends nothing', async () => {
  const said = [];
  const wechat = new WechatStandIn((to, what) => void said.push([to, what]));
  const rec = await createRecommender({ items: PICTURED });
  const card = { url: URL_OF('card') };
  let render = (item) => ({ text: `★ ${item.id}`, native: card });
  const log = [];
  const plugin = wechaty(rec, { lang: 'en', now: () => NOW, log: (entry) => log.push(entry), render: (...given) => render(...given) });
  const end = plugin(wechat);
  const [room, person] = [wechat.room('spring@chatroom', 'spring'), wechat.contact('ada')];
  await wechat.says(person, '/next', { room, at: NOW });
  assert.deepEqual(said.map(([to]) => to), ['spring', 'spring']);
  assert.equal(said[0][1], card);
  assert.match(said[1][1], /^★ \S+\n/);
  render = () => {
    throw new Error('mine');
  };
  said.length = 0;
  await wechat.says(person, '/next', { room, at: NOW + 60_000 });
  assert.deepEqual(said, []);
  assert.equal(log.filter(({ event, released }) => event === 'failed' && released).length, 1);
  end();
});
