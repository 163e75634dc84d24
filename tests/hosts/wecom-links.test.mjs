// Counted links of nextpick-wecom: tokens, OAuth, mini-program pages; an opening counts once, and only for a known user.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LinkTokens } from '../../hosts/wecom/token.js';
import { SECRET, openShop } from './wecom/shop.mjs';

const linkOf = (task) => task.content.attachments[0].link.url;
const clicks = (shop, subject) => shop.rec.profile({ ...subject, now: shop.now }).kinds.click ?? 0;

/** Follows a link like WeChat, through OAuth if redirected. */
async function follow(shop, url, customer) {
  const response = await shop.host.links(new Request(url));
  const location = response.headers.get('location');
  if (!location?.includes('/connect/oauth2/authorize')) return { status: response.status, location };
  const query = new URL(location).searchParams;
  assert.deepEqual([query.get('appid'), query.get('scope'), query.get('redirect_uri')], [shop.wecom.corpId, 'snsapi_base', url]);
  const back = new URL(query.get('redirect_uri'));
  back.searchParams.set('state', query.get('state'));
  if (customer) back.searchParams.set('code', shop.wecom.contacts.code(customer));
  const last = await shop.host.links(new Request(back));
  return { status: last.status, location: last.headers.get('location') };
}

async function handed(t, options, plan) {
  const shop = await openShop(t, options);
  await shop.host.sync();
  await shop.host.handOver(shop.plan(plan));
  for (const staff of shop.wecom.contacts.staff) shop.wecom.messages.confirm(staff);
  return Object.assign(shop, { tasks: [...shop.wecom.messages.tasks.values()] });
}
const OAUTH = { links: { url: 'https://host.example/x/', secret: SECRET, oauth: {} } };

test('with OAuth, a click counts once for the person and the decision, before and after results are read', async (t) => {
  const shop = await handed(t, OAUTH, { users: ['wm-a', 'wm-b'], only: ['p-cups'] });
  const url = linkOf(shop.tasks[0]);
  const there = { status: 302, location: 'https://tea.example/p-cups' };
  assert.deepEqual(await follow(shop, url, 'wm-a'), there);
  await shop.host.poll();
  await shop.restart();
  for (let i = 0; i < 3; i += 1) assert.deepEqual(await follow(shop, url, 'wm-a'), there);
  assert.deepEqual(await follow(shop, url, 'wm-b'), there);
  assert.deepEqual(['wm-a', 'wm-b'].map((user) => clicks(shop, { user })), [1, 1]);
  const [click] = shop.rec.profile({ user: 'wm-a', now: shop.now }).recent.filter(({ kind }) => kind === 'click');
  assert.equal(shop.rec.decision(click.decision).subject.user, 'wm-a');
  // Unknown persons, other customers, and customers who refuse OAuth are redirected and not counted.
  for (const other of ['wm-stranger', 'wm-c', undefined]) assert.deepEqual(await follow(shop, url, other), there);
  assert.deepEqual([clicks(shop, { user: 'wm-c' }), shop.rec.userIds().includes('wm-stranger')], [0, false]);
});

test('a link in a group counts for the member, with the decision of the group', async (t) => {
  const shop = await handed(t, OAUTH, { groups: ['wr-green'] });
  await shop.host.poll();
  const url = linkOf(shop.tasks[0]);
  await follow(shop, url, 'wm-b');
  await follow(shop, url, 'wm-c');
  const [click] = shop.rec.profile({ user: 'wm-b', now: shop.now }).recent;
  assert.deepEqual([click.kind, click.group], ['click', 'wr-green']);
  // Not a member: counts for the group.
  assert.deepEqual([clicks(shop, { user: 'wm-c' }), clicks(shop, { group: 'wr-green' })], [0, 2]);
});

test('without OAuth, a link counts if its task has one recipient, and always redirects', async (t) => {
  const shop = await handed(t, {}, { users: ['wm-a', 'wm-b', 'wm-e'], only: ['p-cups'] });
  await shop.host.poll();
  const [shared, own] = shop.tasks;
  assert.deepEqual([shared.recipients.size, own.recipients.size], [2, 1]);
  for (const task of [shared, own]) for (let i = 0; i < 2; i += 1) assert.equal((await follow(shop, linkOf(task))).location, 'https://tea.example/p-cups');
  assert.deepEqual(['wm-a', 'wm-b', 'wm-e'].map((user) => clicks(shop, { user })), [0, 0, 1]);
});

test('a mini-program page has the token, and the host reports who opened it', async (t) => {
  const shop = await openShop(t);
  await shop.rec.putItems([{ id: 'mini', title: '小程序', data: { miniprogram: { appid: 'wx1', page: 'pages/tea?id=1', pic_media_id: 'm1' } } }]);
  await shop.host.sync();
  await shop.host.handOver(shop.plan({ users: ['wm-a', 'wm-b'], only: ['mini'] }));
  const [task] = shop.wecom.messages.tasks.values();
  const { page } = task.content.attachments[0].miniprogram;
  assert.match(page, /^pages\/tea\?id=1&np=/);
  const token = new URLSearchParams(page.split('?')[1]).get('np');
  const visit = { token, user: 'wm-a', at: shop.now };
  assert.deepEqual([await shop.host.opened(visit), await shop.host.opened(visit)].map(({ item, counted }) => [item.id, counted]), [['mini', true], ['mini', false]]);
  assert.equal(await shop.host.opened({ ...visit, token: `${token}x` }), undefined);
});

test('unknown links are refused; previews, HEAD and failed OAuth are not counted', async (t) => {
  const shop = await handed(t, OAUTH, { users: ['wm-a'], only: ['p-cups'] });
  await shop.host.poll();
  const url = linkOf(shop.tasks[0]);
  const status = async (...given) => (await shop.host.links(new Request(...given))).status;
  const [body, signature] = url.split('/').pop().split('.');
  const forged = Buffer.from(JSON.stringify(['d', '0'.repeat(32), 'p-cups'])).toString('base64url');
  const foreign = new LinkTokens('another secret of enough bytes').tokenOf({ task: 'x', item: 'p-cups' });
  for (const token of ['', 'x', `${body}.`, `${body}.${signature}x`, `${body}.${signature}.x`, `${forged}.${signature}`, foreign, `${body}.${'%E8%8C%B6'.repeat(16)}`]) {
    assert.equal(await status(`https://host.example/x/${token}`), 404, token);
  }
  assert.equal(await status(url, { method: 'HEAD' }), 204);
  assert.equal(await status(url, { headers: { 'sec-purpose': 'prefetch' } }), 204);
  assert.equal(await status(url, { method: 'POST' }), 405);
  assert.equal(clicks(shop, { user: 'wm-a' }), 0);
  assert.equal(await status(`${url}?code=used&state=np`), 302);
  // A removed item, or one without a target page.
  await shop.rec.putItems([{ id: 'p-cups', title: 'x', data: { url: 'javascript:alert(1)' } }]);
  assert.equal(await status(`${url}?state=np`), 404);
  await shop.rec.removeItems(['p-cups']);
  assert.equal(await status(`${url}?state=np`), 404);
});
