/** @file nextpick for Slack's Bolt: passes commands, buttons and messages to nextpick, and sends its messages. */

import { Talk } from 'nextpick-bot';

const HALF_A_MINUTE = 30_000;
const SECOND = 1000;
/** Errors of Slack for channels in which an app cannot write. */
const CLOSED = ['channel_not_found', 'is_archived', 'not_in_channel', 'restricted_action', 'access_denied', 'account_inactive'];
/** Subtypes of messages that persons write. */
const WRITTEN = [undefined, 'file_share', 'thread_broadcast'];

/** Longest description of a picture, in characters. */
const ALT_CHARS = 2000;

/**
 * @param {import('nextpick-bot').Remembering} recommender
 * @param {import('./index.js').Options} options
 */
export function nextpick(recommender, { app, ...options }) {
  /** @type {(channel: string, message: import('nextpick-bot').Message) => Promise<unknown>} */
  const send = (channel, message) => {
    const thread = message.topic !== undefined && { thread_ts: String(message.topic) };
    return app.client.chat.postMessage({ channel, ...outfit(message), ...thread });
  };
  const talk = new Talk(recommender, { channel: 'slack', refused: refusalIn, send, ...options });
  const { log, now } = talk.options;
  const names = new Map(Object.entries(talk.options.commands).map(([name, { en }]) => [`/${en}`, name]));
  /** Wraps a listener: errors are logged and do not end the app. */
  const guarded = (work) => async (given) => work(given).catch((error) => log({ event: 'failed', error: error.message }));

  const pattern = new RegExp(`^(${[...names.keys()].join('|')})$`);
  app.command(pattern, async ({ command, ack, respond, context }) => {
    await ack();
    const name = /** @type {keyof typeof import('nextpick-bot').COMMANDS} */ (names.get(command.command));
    // Only items are shown to all. Personal answers are shown to their user, like in private.
    const isOpen = name === 'next';
    const group = isOpen ? groupOf(command.channel_id) : undefined;
    const asker = { id: `slack:${command.trigger_id}`, user: command.user_id, group, at: now(), lang: context.locale, rest: command.text };
    const reply = (message) => respond({ response_type: isOpen ? 'in_channel' : 'ephemeral', ...outfit(message) });
    await guarded(() => talk.run(name, asker, reply))();
  });

  // Other actions belong to other listeners.
  app.action(/^np:/, async ({ action, body, ack, respond }) => {
    await ack();
    await guarded(async () => {
      const place = groupOf(body.channel?.id);
      const { value: data } = /** @type {import('@slack/bolt').ButtonAction} */ (action);
      const text = await talk.onButton({ user: body.user.id, group: place, data, at: now() });
      await respond({ response_type: 'ephemeral', replace_original: false, text: escaped(text) });
    })();
  });

  app.message(async ({ message, context, client, say }) => {
    const { channel, user, text = '', subtype, bot_id: bot, ts, thread_ts: thread } = /** @type {any} */ (message);
    // Bots could answer each other for ever; edits and service messages are no new messages.
    if (bot || !user || user === context.botUserId || !WRITTEN.includes(subtype)) return;
    await guarded(async () => {
      const quoted = thread && thread !== ts ? await firstOf(client, channel, thread) : undefined;
      const saying = { id: `slack:${channel}:${ts}`, user, group: groupOf(channel), at: Math.round(Number(ts) * SECOND) };
      await talk.onMessage({ ...saying, text: plain(text), quoted }, (answer) => say({ ...outfit(answer), ...(thread && { thread_ts: thread }) }));
    })();
  });

  const events = {
    member_joined_channel: ({ channel, user, event_ts: ts }, botUserId) => {
      const joining = { id: `slack:joined:${channel}:${user}:${ts}`, group: channel, at: Math.round(Number(ts) * SECOND) };
      return user === botUserId ? talk.onReturn({ group: channel }) : talk.onJoin({ ...joining, user });
    },
    member_left_channel: ({ channel, user }, botUserId) => (user === botUserId ? talk.onRemoval({ group: channel }) : talk.onLeave({ group: channel, user })),
    channel_left: ({ channel }) => talk.onRemoval({ group: channel }),
    channel_archive: ({ channel }) => talk.onRemoval({ group: channel }),
    channel_deleted: ({ channel }) => talk.onRemoval({ group: channel }),
    channel_unarchive: ({ channel }) => talk.onReturn({ group: channel }),
    channel_id_changed: ({ old_channel_id: from, new_channel_id: to }) => talk.onMove({ from, to }),
  };
  for (const [name, handle] of Object.entries(events)) app.event(name, guarded(async ({ event, context }) => handle(event, context.botUserId)));

  /** Runs the schedule until the returned function is called. */
  const start = () => {
    const timer = setInterval(() => talk.tick(), HALF_A_MINUTE);
    return () => clearInterval(timer);
  };
  return { talk, start };
}

/** Returns the group of a channel; ids of private conversations begin with D. */
const groupOf = (channel) => (channel?.startsWith('D') ? undefined : channel);

/** Returns the first message of a thread with its buttons, to which replies refer. */
async function firstOf(client, channel, ts) {
  const { messages: [first] = [] } = await client.conversations.replies({ channel, ts, limit: 1, inclusive: true });
  return first && JSON.stringify([first.text, first.blocks]);
}

/** Returns the refusal in an error. Without an answer of Slack the message may have arrived. */
function refusalIn({ code, data, retryAfter }) {
  if (code === 'slack_webapi_rate_limited_error') return { retry: true, after: retryAfter * SECOND };
  return code === 'slack_webapi_platform_error' && { retry: false, gone: CLOSED.includes(data.error) };
}

/** Slack's escapes: a title must not notify all members, and words are compared unescaped. */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** @param {import('nextpick-bot').Message} message */
const outfit = ({ text, buttons, link, picture, native }) => {
  // Verbatim, so that names in a title mention no one; links must be marked explicitly.
  const written = link ? escaped(text).replace(escaped(link), (url) => `<${url}>`) : escaped(text);
  const section = { type: 'section', text: { type: 'mrkdwn', text: written, verbatim: true } };
  const elements = buttons.map(({ kind, text: label, data: value }) => ({ type: 'button', action_id: `np:${kind}`, value, text: { type: 'plain_text', text: label } }));
  // Previews are off: Slack's fetch would count as an opening.
  const image = picture ? [{ type: 'image', image_url: picture, alt_text: text.split('\n')[0].slice(0, ALT_CHARS) }] : [];
  const blocks = [section, ...image, ...(elements.length ? [{ type: 'actions', elements }] : [])];
  return { text: written, blocks, unfurl_links: false, unfurl_media: false, ...native };
};
