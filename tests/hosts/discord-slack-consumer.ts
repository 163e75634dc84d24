// A strict host's use of the adapters for Discord and Slack; compiled by tests/hosts/discord.test.mjs.
import bolt from '@slack/bolt';
import { Client } from 'discord.js';
import { commandMenu, nextpick as forDiscord } from '../../hosts/discord/index.js';
import { nextpick as forSlack } from '../../hosts/slack/index.js';
import { openRecommender } from '../../pkg/store/node.js';

const rec = await openRecommender('/tmp/x', {});
const client = new Client({ intents: [] });
const { talk, start } = forDiscord(rec, { client, schedule: ['09:30'] });
const end: () => void = start();
await client.application?.commands.set(commandMenu({ next: { en: 'more' } }));
await talk.tick();
forSlack(rec, { app: new bolt.App({ token: 't', signingSecret: 's' }), secret: 'sixteen bytes or more' }).start()();
end();
// @ts-expect-error: no app.
forSlack(rec, {});
