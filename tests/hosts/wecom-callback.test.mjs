// Callbacks of nextpick-wecom: signature, decryption, events as records and interactions, welcome messages, malformed input.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { createWecomHost, nodeListener } from '../../hosts/wecom/index.js';
import { CallbackCipher } from '../../hosts/wecom/cipher.js';
import { readXml } from '../../hosts/wecom/xml.js';
import { confirmation, delivery, encrypt, eventXml, sign } from './wecom/callbacks.mjs';
import { DAY, NOW, openShop } from './wecom/shop.mjs';

const CONTACT = { Event: 'change_external_contact' };
const CHAT = { Event: 'change_external_chat' };
const follows = (rec, id) => Object.keys(rec.user(id)?.data.wecom.staff ?? {});
const members = (rec, id) => rec.group(id).members.map(({ user }) => user).sort();

test('external test vectors: the sample of WeCom, and two of another implementation', () => {
  // Sample of WeCom's documentation, also used by many libraries.
  const sample = new CallbackCipher({ token: 'QDG6eK', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', corpId: 'wx5823bf96d3bd56c7' });
  const encrypted = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
  assert.equal(sample.open({ signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3', timestamp: '1409659589', nonce: '263014780', encrypted }), '1616140317555161061');
  // Computed with Python's cryptography: paddings of 20 and 14 bytes.
  const cipher = new CallbackCipher({ token: 'another token', encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR', corpId: 'ww0123456789abcdef' });
  for (const [text, vector, signature] of [
    ['春茶', 'N7vKw2Od6MGfIdpGfed2lPU+rJbWenwaqRZ03Hh6WaPvKIrtvk26/pH+2g+5cef3fkUL451bQi6LI+Pq3J75UQ==', 'e3decac14510e687b71e2ee09ba89b30bd51c289'],
    ['tea and milk', 'N7vKw2Od6MGfIdpGfed2lMCkdzaxs8534k/nE4T//nnV0BBzBwbqbyNjWEGiItm7ySca4SKc2rL0bpSOPpxKyg==', '75d258cf78050ba00f0daa732cf110d5fbd06771'],
  ]) {
    assert.equal(cipher.open({ signature, timestamp: '1774920601', nonce: 'n0nce', encrypted: vector }), text);
  }
});

test('WeCom confirms the URL', async (t) => {
  const { host, wecom } = await openShop(t);
  const response = await host.callback(confirmation('1616140317555161061', wecom.corpId));
  assert.deepEqual([response.status, await response.text()], [200, '1616140317555161061']);
});

test('a customer is added and removed', async (t) => {
  const shop = await openShop(t, { welcome: { text: '欢迎来到茶馆' } });
  const { wecom, deliver } = shop;
  const about = { ...CONTACT, UserID: 'lin', ExternalUserID: 'wm-new' };
  const WelcomeCode = wecom.messages.welcomeCode('wm-new', 'lin');
  const added = { ...about, ChangeType: 'add_external_contact', WelcomeCode, State: 'poster' };
  assert.equal((await deliver(added)).status, 200);
  const [welcome] = wecom.messages.welcomes.values();
  assert.match(welcome.content.text.content, /^欢迎来到茶馆\n./);
  assert.match(welcome.content.attachments[0].link.url, /^https:\/\/host\.example\/x\//);
  assert.deepEqual(follows(shop.rec, 'wm-new'), ['lin']);
  const { kinds, receivedCount } = shop.rec.profile({ user: 'wm-new', now: shop.now });
  assert.deepEqual([kinds, receivedCount], [{ impression: 1, joined: 1 }, 1]);
  assert.equal(shop.plan({ users: ['wm-new'] })[0].silent, undefined, 'a welcome does not count as a mass message');

  // Repeated deliveries: at once, later, and after a restart.
  await Promise.all([deliver(added), deliver(added)]);
  await shop.restart();
  shop.now += 5000;
  await shop.deliver({ ...added, at: NOW });
  assert.equal(wecom.messages.welcomes.size, 1);
  assert.deepEqual(shop.rec.profile({ user: 'wm-new', now: shop.now }).kinds, kinds);

  await shop.deliver({ ...about, ChangeType: 'del_follow_user' });
  assert.deepEqual(follows(shop.rec, 'wm-new'), []);
  assert.equal(shop.rec.profile({ user: 'wm-new', now: shop.now }).kinds.left, 1);
  assert.equal((await shop.host.handOver(shop.plan({ users: ['wm-new'] }).map((one) => ({ ...one, silent: undefined, picks: [{ item: 'p-cups' }] })))).refused[0].rule, 'no-sender');
});

test('a welcome is sent within 20 seconds or not at all, as a greeting if there is no item, and its decision is released if refused', async (t) => {
  const shop = await openShop(t, { welcome: { text: '欢迎' } });
  const { wecom, rec } = shop;
  const added = (id, more) => shop.deliver({ ...CONTACT, ChangeType: 'add_external_contact', UserID: 'lin', ExternalUserID: id, WelcomeCode: wecom.messages.welcomeCode(id, 'lin'), ...more });
  await added('wm-late', { at: shop.now - 21_000 });
  assert.equal(wecom.count('externalcontact/send_welcome_msg'), 0);
  wecom.failures['externalcontact/send_welcome_msg'] = [41050, 'lost-after'];
  await added('wm-refused');
  assert.deepEqual(rec.profile({ user: 'wm-refused', now: shop.now }).received, []);
  await added('wm-unsure');
  assert.equal(rec.profile({ user: 'wm-unsure', now: shop.now }).received.length, 1, 'the message may have arrived');
  await rec.putItems(rec.items().map((item) => ({ ...item, hidden: true })));
  await added('wm-plain');
  assert.deepEqual([...wecom.messages.welcomes.values()].at(-1).content, { text: { content: '欢迎' }, attachments: undefined });
});

test('groups: created, joined, left, renamed, dismissed; lists in both forms', async (t) => {
  const shop = await openShop(t);
  const { wecom, rec, deliver } = shop;
  wecom.contacts.addGroup('wr-new', 'chen', ['chen', 'wm-c'], { name: '新群' });
  await deliver({ ...CHAT, ChangeType: 'create', ChatId: 'wr-new' });
  assert.deepEqual([members(rec, 'wr-new'), rec.group('wr-new').data.wecom.owner], [['wm-c'], 'chen']);
  // Details may be outdated, so the list of the event counts. Staff are not members.
  const update = { ...CHAT, ChangeType: 'update', ChatId: 'wr-new', UpdateDetail: 'add_member', JoinScene: 1, MemChangeCnt: 3 };
  await deliver({ ...update, MemChangeList: ['wm-x', 'wo-y', 'zhou'], CurMemVer: 'v2' });
  assert.deepEqual(members(rec, 'wr-new'), ['wm-c', 'wm-x', 'wo-y']);
  for (let i = 0; i < 2; i += 1) await deliver({ ...update, MemChangeList: 'wm-z,zhou', CurMemVer: 'v3' });
  wecom.contacts.groups.get('wr-new').members = new Map([['chen', 1], ['wm-c', 1], ['wm-x', 1], ['wm-z', 1]]);
  await deliver({ ...update, UpdateDetail: 'del_member', MemChangeList: ['wm-x'], CurMemVer: 'v4' });
  assert.deepEqual(members(rec, 'wr-new'), ['wm-c', 'wm-z']);
  assert.deepEqual(['wm-x', 'wo-y', 'wm-z'].map((user) => rec.profile({ user, now: shop.now }).kinds), [{ joined: 1, left: 1 }, { joined: 1 }, { joined: 1 }]);
  wecom.contacts.groups.get('wr-new').name = '改名了';
  await deliver({ ...CHAT, ChangeType: 'update', ChatId: 'wr-new', UpdateDetail: 'change_name' });
  assert.equal(rec.group('wr-new').data.wecom.name, '改名了');
  await deliver({ ...CHAT, ChangeType: 'dismiss', ChatId: 'wr-new' });
  assert.deepEqual([members(rec, 'wr-new'), (await shop.host.handOver(shop.plan({ groups: ['wr-new'] }))).refused[0].rule], [[], 'no-sender']);
});

test('one customer who joins or leaves a group of 2,000, or a new notice, does not write its members again', async (t) => {
  const shop = await openShop(t);
  const { wecom, rec, deliver } = shop;
  const customers = Array.from({ length: 2000 }, (_, i) => `wm-member-${i}`);
  wecom.contacts.addGroup('wr-big', 'chen', ['chen', ...customers], { name: '大群' });
  await deliver({ ...CHAT, ChangeType: 'create', ChatId: 'wr-big' });
  assert.equal(members(rec, 'wr-big').length, 2000);
  const logged = () => readdirSync(shop.folder).filter((name) => name.startsWith('log')).reduce((sum, name) => sum + statSync(join(shop.folder, name)).size, 0);
  const written = async (change) => {
    const before = logged();
    await change();
    return logged() - before;
  };
  const big = wecom.contacts.groups.get('wr-big');
  const update = { ...CHAT, ChangeType: 'update', ChatId: 'wr-big', CurMemVer: 'v2' };
  const changes = {
    joins: () => {
      big.members.set('wm-new', wecom.seconds());
      return deliver({ ...update, UpdateDetail: 'add_member', MemChangeList: ['wm-new'] });
    },
    leaves: () => {
      big.members.delete('wm-member-7');
      return deliver({ ...update, UpdateDetail: 'del_member', MemChangeList: ['wm-member-7'] });
    },
    'new notice': () => {
      big.notice = '周五上新';
      return deliver({ ...update, UpdateDetail: 'change_notice' });
    },
    'next day': () => {
      shop.now += DAY;
      return shop.host.sync();
    },
    'a message': () => shop.host.handOver(shop.plan({ groups: ['wr-big'] })),
  };
  for (const [change, make] of Object.entries(changes)) {
    const bytes = await written(make);
    assert.ok(bytes > 0 && bytes < 5000, `${change}: ${bytes} bytes`);
  }
  assert.deepEqual(members(rec, 'wr-big'), [...customers.filter((id) => id !== 'wm-member-7'), 'wm-new'].sort());
  assert.equal(rec.group('wr-big').data.wecom.notice, '周五上新');
});

test('tags: an edited customer and changed names are read again', async (t) => {
  const shop = await openShop(t);
  const { wecom, rec, host } = shop;
  await host.sync();
  assert.deepEqual(rec.user('wm-a').tags, ['绿茶']);
  wecom.contacts.customers.get('wm-a').follows.get('lin').tags.push('t2');
  await shop.deliver({ ...CONTACT, ChangeType: 'edit_external_contact', UserID: 'lin', ExternalUserID: 'wm-a' });
  assert.deepEqual(rec.user('wm-a').tags, ['白茶', '绿茶']);
  wecom.contacts.addTag('t1', '绿茶迷');
  await shop.deliver({ Event: 'change_external_tag', ChangeType: 'update', Id: 't1', TagType: 'tag' });
  await host.sync();
  assert.deepEqual([rec.user('wm-a').tags, rec.user('wm-b').tags], [['白茶', '绿茶迷'], ['绿茶迷']]);
});

test('an event that cannot be handled gets status 500, and is handled when repeated', async (t) => {
  const shop = await openShop(t);
  shop.wecom.contacts.addGroup('wr-new', 'chen', ['wm-c']);
  shop.wecom.failures['externalcontact/groupchat/get'] = [-1, -1, -1, -1];
  const event = { ...CHAT, ChangeType: 'create', ChatId: 'wr-new' };
  assert.equal((await shop.deliver(event)).status, 500);
  assert.equal(shop.rec.group('wr-new'), undefined);
  assert.equal((await shop.deliver(event)).status, 200);
  assert.ok(shop.rec.group('wr-new'));
});

test('ten kinds of malformed callbacks are refused, and change nothing', async (t) => {
  const shop = await openShop(t);
  const { host, wecom, rec } = shop;
  await host.sync();
  const state = rec.toSnapshot();
  const { corpId } = wecom;
  const event = (fields) => eventXml(corpId, fields, Math.floor(shop.now / 1000));
  const good = event({ ...CHAT, ChangeType: 'dismiss', ChatId: 'wr-green' });
  const sealed = (encrypted, how) => new Request(`https://host.example/?${sign(encrypted, how)}`, { method: 'POST', body: `<xml><Encrypt>${encrypted}</Encrypt></xml>` });
  const post = (body, query = '') => new Request(`https://host.example/?${query}`, { method: 'POST', body });
  const whole = encrypt(good, corpId);
  const cases = {
    'no signature': [post(`<xml><Encrypt>${whole}</Encrypt></xml>`), 403],
    'another token': [delivery(good, corpId, { token: 'guessed' }), 403],
    'a signature with other signs': [post(`<xml><Encrypt>${whole}</Encrypt></xml>`, `msg_signature=${encodeURIComponent('茶'.repeat(40))}`), 403],
    'another enterprise': [delivery(good, 'ww-other'), 403],
    truncated: [sealed(whole.slice(0, 64)), 403],
    'not base64': [sealed('!!!!'), 403],
    empty: [post(''), 400],
    'no Encrypt': [post('<xml><A>1</A></xml>'), 403],
    'an entity of its own': [post('<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'), 400],
    'too deep': [post('<a>'.repeat(1000)), 400],
    'too big': [post('x'.repeat(1_000_001)), 413],
    'another method': [new Request('https://host.example/', { method: 'DELETE' }), 405],
    'text that is no XML': [delivery('hello', corpId), 400],
    'no time': [delivery('<xml><Event>change_external_chat</Event><ChangeType>dismiss</ChangeType><ChatId>wr-green</ChatId></xml>', corpId), 400],
    'no id': [delivery(event({ ...CHAT, ChangeType: 'dismiss' }), corpId), 400],
    'an id too long': [delivery(event({ ...CHAT, ChangeType: 'dismiss', ChatId: 'x'.repeat(257) }), corpId), 400],
    'an id that is a list': [delivery(event({ ...CONTACT, ChangeType: 'del_follow_user', UserID: ['a', 'b'], ExternalUserID: 'wm-a' }), corpId), 400],
    'an unknown event': [delivery(event({ Event: 'constructor', ChangeType: '__proto__' }), corpId), 200],
  };
  for (const [name, [request, status]] of Object.entries(cases)) {
    const response = await host.callback(request);
    assert.deepEqual([name, response.status, await response.text()], [name, status, '']);
  }
  assert.deepEqual(rec.toSnapshot(), state);
  assert.equal((await host.callback(delivery(good, corpId))).status, 200);
  assert.deepEqual(members(rec, 'wr-green'), []);
});

test('XML of mutated callbacks is read or refused with a position', () => {
  const xml = eventXml('ww', { Event: 'e', MemChangeList: ['a', 'b'], Text: '<&>' }, 1);
  for (let place = 0; place < xml.length; place += 1) {
    for (const sign of ['', '<', '>', '&', ']', '!', '\u0000', '茶']) {
      const mutated = xml.slice(0, place) + sign + xml.slice(place + 1);
      try {
        assert.equal(typeof readXml(mutated), 'object');
      } catch (error) {
        assert.ok(error instanceof SyntaxError && /^character \d+: expected /.test(error.message), `${mutated}: ${error.stack}`);
      }
    }
  }
});

test('the handler serves node:http', async (t) => {
  const shop = await openShop(t);
  const server = createServer(nodeListener(shop.host.callback));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const request = delivery(eventXml(shop.wecom.corpId, { ...CHAT, ChangeType: 'create', ChatId: 'wr-green' }, 1774920600), shop.wecom.corpId);
  const { search } = new URL(request.url);
  const url = `http://127.0.0.1:${server.address().port}/wecom${search}`;
  const response = await fetch(url, { method: 'POST', body: await request.text() });
  assert.deepEqual([response.status, await response.text()], [200, '']);
  assert.deepEqual(members(shop.rec, 'wr-green'), ['wm-a', 'wm-b']);
  assert.equal((await fetch(url.replace('msg_signature=', 'msg_signature=0'), { method: 'POST', body: 'x' })).status, 400);
  const broken = createServer(nodeListener(createWecomHost({ recommender: shop.rec, client: shop.client, log() {} }).callback));
  await new Promise((resolve) => broken.listen(0, '127.0.0.1', resolve));
  t.after(() => broken.close());
  assert.equal((await fetch(`http://127.0.0.1:${broken.address().port}//x`)).status, 500, 'a host without callbacks');
});
