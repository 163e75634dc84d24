// Uses every declaration in a strict host; compiled by tests/hosts/wecom-package.test.mjs.
import { createRecommender } from '../../../pkg/index.js';
import { openRecommender } from '../../../pkg/store/node.js';
import { StaffRobot, WecomClient, WecomError, createWecomHost, nodeListener, renderItem, senderOf, type Content, type HandedOver, type StaffView } from '../../../hosts/wecom/index.js';

const client = new WecomClient({ corpId: 'ww', secret: 's', origin: 'http://127.0.0.1:1', retries: 1 });
const durable = await openRecommender('/tmp/x', {});
createWecomHost({ recommender: await createRecommender(), client });
const host = createWecomHost({
  recommender: durable,
  client,
  callback: { token: 't', encodingAesKey: 'k' },
  links: { url: 'https://host/x/', secret: 'sixteen bytes or more', oauth: {} },
  welcome: { text: ({ staff }) => `from ${staff}`, request: () => ({ only: ['guide'] }) },
  render: (item, { link, decisions }): Content => ({ ...renderItem(item, { link }), text: { content: `${decisions.length}` } }),
  senderOf: (record) => senderOf(record) ?? 'nobody',
  limits: { customers: 'week' },
});
const { tasks, refused }: HandedOver = await host.handOver([durable.recommend({ user: 'u', now: 1 })], { until: 2 });
const names: string[] = [...tasks.map(({ sender }) => sender), ...refused.map(({ rule }) => rule)];
const view: StaffView = host.staffView();
const listener = nodeListener(host.callback);
try {
  for await (const page of client.pages('externalcontact/groupchat/list', {}, 'group_chat_list')) console.log(page.length);
  await new StaffRobot({ key: 'k' }).send(host.staffMarkdown());
} catch (error) {
  if (error instanceof WecomError) console.log(error.errcode, error.retryAt, error.isUncertain);
}
console.log(names, view.staff, listener, (await host.poll()).sent, (await host.tick()).failed, (await host.opened({ token: 't', at: 1 }))?.counted);

// @ts-expect-error: an unknown period.
createWecomHost({ recommender: durable, client, limits: { groups: 'year' } });
