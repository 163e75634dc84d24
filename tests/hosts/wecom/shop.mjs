/** Fixture: the invented tea shop with a host over the mock of WeCom. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { WecomClient, createWecomHost } from '../../../hosts/wecom/index.js';
import { openRecommender } from '../../../pkg/store/node.js';
import { CALLBACK, delivery, eventXml } from './callbacks.mjs';
import { people } from './people.mjs';
import { WecomStandIn } from './stand-in.mjs';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** 2026-03-31 09:30 on the operator's clock. */
export const NOW = Date.UTC(2026, 2, 31, 1, 30);

export const ITEMS = [
  { id: 'a-spring', title: '春茶三步泡', tags: ['绿茶', '冲泡'], data: { url: 'https://tea.example/a-spring', cover: 'https://tea.example/a-spring.png', summary: '水温、时间、器具' } },
  { id: 'v-matcha', title: '抹茶的打法', tags: ['绿茶', '抹茶'], data: { url: 'https://tea.example/v-matcha' } },
  { id: 'a-aged', title: '老白茶怎么存', tags: ['白茶', '存茶'], data: { url: 'https://tea.example/a-aged' } },
  { id: 'p-cups', title: '杯子的三种厚度', tags: ['茶器'], data: { url: 'https://tea.example/p-cups' } },
  { id: 'a-cold', title: '冷泡一夜', tags: ['冲泡', '绿茶'], data: { url: 'https://tea.example/a-cold' } },
];
export const CONFIG = { cadence: 'wecom', utcOffsetMinutes: 480 };
export const SECRET = 'a secret for tests only';

const root = mkdtempSync(join(tmpdir(), 'nextpick-wecom-'));
after(() => rmSync(root, { recursive: true }));

/** Creates a temporary folder, removed after all tests. */
export const stateFolder = () => mkdtempSync(join(root, 'state-'));

/** Opens a shop with its host, which can be restarted over the same store; `shop.now` is the time of both. */
export async function openShop(t, options = {}) {
  const shop = { now: NOW, log: [] };
  const now = () => shop.now;
  const wecom = await new WecomStandIn({ now }).open();
  people(wecom);
  const folder = stateFolder();
  const waits = [];
  shop.start = async () => {
    const rec = await openRecommender(folder, { items: ITEMS, config: CONFIG, clock: now });
    const client = new WecomClient({ corpId: wecom.corpId, secret: wecom.secret, origin: wecom.origin, now, wait: async (ms) => void waits.push(ms), timeoutMs: 20_000, ...shop.client });
    const links = { url: 'https://host.example/x/', secret: SECRET };
    const host = createWecomHost({ recommender: rec, client, callback: CALLBACK, links, now, log: (entry) => shop.log.push(entry), ...options });
    Object.assign(shop, { rec, client, host });
  };
  shop.restart = async () => {
    await shop.rec.close();
    await shop.start();
  };
  /** Decides for all recipients of the records. */
  shop.plan = ({ users = [], groups = [], ...request } = {}) => shop.rec.recommendAll([...users.map((user) => ({ user, ...request, now: shop.now })), ...groups.map((group) => ({ group, now: shop.now }))]);
  shop.deliver = (event, how) => shop.host.callback(delivery(eventXml(wecom.corpId, event, Math.floor((event.at ?? shop.now) / 1000)), wecom.corpId, how));
  shop.received = (id) => shop.rec.profile({ [id.startsWith('wr') ? 'group' : 'user']: id, now: shop.now }).received;
  /** True if a recipient may get an item now. */
  shop.mayGet = (id, item) => shop.rec.recommend({ [id.startsWith('wr') ? 'group' : 'user']: id, now: shop.now, only: [item] }).picks.length > 0;
  await shop.start();
  t.after(async () => {
    await shop.rec.close();
    await wecom.close();
  });
  return Object.assign(shop, { wecom, waits, folder });
}
