/**
 * @file Logic of a bot on any platform: handles messages, answers, and sends scheduled pushes to groups.
 *
 * Users are persons. An adapter gives no `user` for an anonymous administrator, a channel or a service account; their
 * actions count for the group only, add no member and change no user's record. A repeated delivery of a message
 * or press counts once.
 */

import { randomBytes } from 'node:crypto';

import { addresseeIn, checkedCommands, commandIn, tagActionIn } from './commands.js';
import { Forgettings } from './forgettings.js';
import { Groups } from './groups.js';
import { checkedLink } from './message.js';
import { Outbox, placeOf, textOf } from './outbox.js';
import { Pushes, emptyEntry, silentEntry } from './pushes.js';
import { Rate } from './rate.js';
import { Remembered } from './remembered.js';
import { checkedRules, kindInText } from './rules.js';
import { offsetOf } from './schedule.js';
import { answerTags } from './tags.js';
import { Tokens } from './token.js';
import { wordsIn } from './words.js';

const OPTIONS = ['channel', 'commands', 'commandsPerMinute', 'lang', 'link', 'log', 'now', 'refused', 'render', 'rules', 'schedule', 'secret', 'send'];
/** Commands that only a person can give. */
const PERSONAL_COMMANDS = ['off', 'on', 'tags', 'forget'];
/** Reasons why a button is refused. */
const REFUSAL_REASONS = {
  old: 'its decision is not kept any more, or it is of an earlier version',
  gone: 'its item is no longer in the library',
  unsigned: 'its token was not signed for this chat',
};
/** Minimum length of a secret in bytes: shorter ones can be guessed. */
const SECRET_BYTES = 16;

export class Talk {
  #rec;
  #tokens;
  #groups;
  #remembered;
  #outbox;
  #pushes;
  #rate;
  #forgettings = new Forgettings();

  /** @param {import('./index.js').Remembering} rec @param {import('./index.js').TalkOptions} options */
  constructor(rec, options = {}) {
    const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (unknown) throw new TypeError(`${unknown}: expected one of ${OPTIONS.join(', ')}`);
    const { channel, lang = 'zh', now = Date.now, refused = () => false, schedule, send, commandsPerMinute = 30 } = options;
    const { log = (entry) => console.info(`nextpick ${logLine(entry)}`) } = options;
    if (!Number.isSafeInteger(commandsPerMinute) || commandsPerMinute < 1) {
      throw new TypeError(`commandsPerMinute: expected a whole number from 1, got ${JSON.stringify(commandsPerMinute)}`);
    }
    const [commands, rules, link] = [checkedCommands(options.commands), checkedRules(options.rules), checkedLink(options.link)];
    const { render } = options;
    if (render !== undefined && typeof render !== 'function') throw new TypeError(`render: expected a function of item, decision and context, got ${typeof render}`);
    this.options = { channel, commands, lang, link, log, now, refused, render, rules, schedule, send };
    this.#rec = rec;
    this.#rate = new Rate(commandsPerMinute);
    this.#tokens = new Tokens(rec, checkedSecret(options.secret));
    this.#groups = new Groups(rec, channel);
    this.#remembered = new Remembered(rec, this.#groups, this.options);
    this.#outbox = new Outbox(rec, this.options, { tokens: this.#tokens, groups: this.#groups, remembered: this.#remembered });
    this.#pushes = new Pushes(rec, this.options, { outbox: this.#outbox, groups: this.#groups, words: () => this.words() });
  }

  words(lang) {
    return wordsIn(lang ?? this.options.lang, this.options.commands);
  }

  /* ---------------------------------------------------------------------------------------------------- messages of users */

  /** Handles a message: a command, or a response to an item. Returns true if it was a command. */
  async onMessage(message, reply) {
    const addressee = addresseeIn(message.text);
    // The command is for another bot, or for a name not known to be ours.
    if (addressee !== undefined && addressee !== message.me?.toLowerCase()) return false;
    const command = commandIn(message.text, this.options.commands);
    if (command) await this.run(command.name, { ...message, rest: command.rest }, reply);
    else await this.onPlainText(message);
    return Boolean(command);
  }

  /** Handles a message that is not a command, for frameworks with commands of their own. */
  async onPlainText(given) {
    const { rules } = this.options;
    const message = this.#withCurrentGroup(given);
    if (isNobody(message)) return;
    await this.#guard(async () => {
      const places = this.#placesOf(message);
      const passedOn = this.#tokens.find(message.text, places);
      if (passedOn) return void (await this.#remembered.answer(message, rules.links.passedOn, passedOn));
      const kind = kindInText(message.text, rules);
      if (!kind) return;
      // A quotation of an item refers to no other item, even if its token is no longer valid.
      const isQuoting = message.quoted && this.#tokens.looksNamed(message.quoted);
      const about = isQuoting ? this.#tokens.find(message.quoted, places) : this.#remembered.lastSent(message);
      if (about) await this.#remembered.answer(message, kind, about);
    });
  }

  /** Runs a command by its name in COMMANDS. `reply` sends an answer to the place of the request. */
  async run(name, given, reply) {
    const asker = this.#withCurrentGroup(given);
    if (isNobody(asker)) return;
    const words = this.words(asker.lang);
    const { log, now } = this.options;
    const sendText = async (text) => {
      const { isSent, error } = await this.#outbox.deliver(placeOf(asker), reply, { text, buttons: [] }, now());
      log({ event: isSent ? 'answered' : 'failed', command: name, ...(!isSent && { error, retry: false }) });
    };
    const allowed = this.#rate.allows(JSON.stringify(asker.user ?? { group: asker.group }), now());
    if (allowed !== 'yes') {
      log({ event: 'refused', why: 'too many commands within a minute', command: name });
      return void (allowed === 'first-no' && (await sendText(words.slow)));
    }
    const answer = await this.#guard(() => this.#answer(name, asker, reply, words), words.trouble);
    if (answer) await sendText(answer);
  }

  /** Executes a command; returns the text of the answer, or `undefined` if it was already sent. */
  async #answer(name, asker, reply, words) {
    if (asker.user === undefined && PERSONAL_COMMANDS.includes(name)) return words.persons;
    switch (name) {
      case 'next':
        return this.#next(asker, reply, words);
      case 'off':
      case 'on':
        await this.#rec.setPersonalised(asker.user, name === 'on');
        return words[name];
      case 'tags':
        // A user's tags must not be shown in a group.
        return asker.group ? words.private : answerTags(this.#rec, asker, tagActionIn(asker.rest ?? ''), this.options.now(), words);
      case 'forget':
        return this.#forget(asker, words);
      default:
        return words.help();
    }
  }

  /** Deletes everything of a user at the second request, at most once a day. */
  async #forget(asker, words) {
    const now = this.options.now();
    const next = this.#forgettings.next(asker, now);
    if (next !== 'forget') return words[next];
    const known = await this.#rec.forget(asker.user);
    if (known) this.#forgettings.done(asker, now);
    return known ? words.forgot : words.nothingToForget;
  }

  async #next(asker, reply, words) {
    const now = this.options.now();
    // A request is an interaction, too: a repeated delivery is recognised and not answered again.
    if (!(await this.#remembered.observe(asker, 'ask'))) return;
    // No decision is made that could not be sent.
    if (this.#outbox.waitsUntil(placeOf(asker), now) !== undefined) return words.trouble;
    const decision = await this.#outbox.decide({ user: asker.user, group: asker.group }, now, 'reply');
    if (decision.picks.length) return void (await this.#outbox.show(reply, decision, { now, words }));
    this.options.log(decision.silent ? silentEntry(decision) : emptyEntry(decision));
    return decision.silent ? words.silence(decision.silent, offsetOf(this.#rec)) : words.empty;
  }

  /** Handles a button press. The result is shown only to the user who pressed. */
  async onButton({ data, ...given }) {
    const press = this.#withCurrentGroup(given);
    const words = this.words(press.lang);
    const { log, rules } = this.options;
    if (press.user === undefined) return words.persons;
    return this.#guard(async () => {
      const { kind, about, refusal } = /** @type {{ kind?: string, about?: any, refusal?: string }} */ (this.#tokens.pressed(String(data), this.#placesOf(press, false)));
      const button = rules.buttons.find((one) => one.kind === kind);
      if (!button) {
        log({ event: 'refused', why: REFUSAL_REASONS[refusal] ?? 'not a button of this bot', data: String(data).slice(0, 64) });
        return { old: words.oldButton, gone: words.gone }[refusal] ?? words.badButton;
      }
      const counted = await this.#remembered.press(press, kind, about);
      return (counted ? words.noted : words.notedBefore)(button[words.lang]);
    }, words.trouble);
  }

  /**
   * Handles the opening of a link, reported by its page. Returns its item; `undefined` if the link is unknown or its
   * item is gone. It counts once, and only for the place its token was signed for.
   */
  async onLink({ link, at, ...given }) {
    const { user, group } = this.#withCurrentGroup(given);
    const id = this.#tokens.itemIn(link);
    const visitor = { ...placeOf({ user, group }), at };
    const about = id !== undefined && !isNobody(visitor) && this.#tokens.find(link, this.#placesOf(visitor));
    if (about) await this.#guard(() => this.#remembered.press(visitor, this.options.rules.links.opened, about));
    return id === undefined ? undefined : this.#rec.item(id);
  }

  /* -------------------------------------------------------------------------------------------------- joins and leaves */

  /** Handles the joining of the bot or of a user. */
  async onJoin(given, reply) {
    const { user, ...joining } = this.#withCurrentGroup(given);
    await this.#guard(async () => {
      if (user === undefined) await this.#groups.back(joining.group);
      await this.#groups.meet({ user, ...joining });
      if (user !== undefined) await this.#remembered.observe({ user, ...joining }, 'join');
    });
    if (user === undefined && reply && this.options.commands.help) await this.run('help', joining, reply);
  }

  /** Handles a user's leaving: they no longer count as a member. */
  async onLeave(given) {
    const { user, group } = this.#withCurrentGroup(given);
    if (user !== undefined) await this.#guard(() => this.#rec.leave({ group, user }));
  }

  /** Handles the bot's removal from a group, or the loss of its right to write: pushes stop until it is back. */
  async onRemoval({ group }) {
    // The current id is not used: after a move the bot leaves the group under its old id.
    await this.#guard(() => this.#groups.ended(group));
  }

  /** Handles the bot's return to a group. */
  async onReturn({ group }) {
    await this.#guard(() => this.#groups.back(group));
  }

  /** Handles a change of a group's id. A repeated call has no effect. */
  async onMove({ from, to }) {
    await this.#guard(() => this.#groups.moved(from, to));
  }

  /* ------------------------------------------------------------------------------------------------------- schedule */

  /**
   * Serves the slots that are due; to be called about every half minute. Never runs twice at once; a second call waits
   * for the first.
   */
  tick(now = this.options.now()) {
    return this.#pushes.tick(now);
  }

  /* ------------------------------------------------------------------------------------------------------------- internals */

  /** Logs errors, so that none ends the calling bot. */
  async #guard(work, otherwise) {
    try {
      return await work();
    } catch (error) {
      this.options.log({ event: 'failed', error: textOf(error) });
      return otherwise;
    }
  }

  /** Replaces the group's id by its current one. */
  #withCurrentGroup = (given) => (given.group === undefined ? given : { ...given, group: this.#groups.current(given.group) });

  /**
   * Returns the places for which a token may have been signed: the current place, and private messages to the user.
   * @param {{ user?: string, group?: string }} message
   * @returns {{ user?: string, group?: string }[]}
   */
  #placesOf({ user, group }, own = true) {
    const groups = group === undefined ? [] : [group, ...this.#groups.former(group)];
    return [...groups.map((id) => ({ group: id })), ...(user !== undefined && (own || group === undefined) ? [{ user }] : [])];
  }
}

/**
 * True if there is neither a person nor a group to answer.
 * @param {{ user?: string, group?: string }} message
 */
const isNobody = ({ user, group }) => user === undefined && group === undefined;

let isWarned = false;

/** Returns the given secret; otherwise a random one that lasts as long as the process, with one warning. */
function checkedSecret(secret) {
  if (secret === undefined) {
    const warning = 'no secret was given, so buttons and links end with this process: new Talk(recommender, { secret })';
    if (!isWarned) process.emitWarning(warning, { code: 'NEXTPICK_NO_SECRET' });
    isWarned = true;
    return randomBytes(SECRET_BYTES);
  }
  if (typeof secret !== 'string' || Buffer.byteLength(secret) < SECRET_BYTES) {
    throw new TypeError(`secret: expected a string of at least ${SECRET_BYTES} bytes, got ${typeof secret === 'string' ? 'a shorter one' : typeof secret}`);
  }
  return secret;
}

/** Characters with an effect in terminals or log readers: control characters, line separators, direction marks. */
const ODD = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const escaped = (sign) => [...Array(sign.length).keys()].map((i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** Formats a log entry as one line: `sent decision=… item=… group=…`. */
export function logLine({ event, ...fields }) {
  const written = (value) => (/[\s"]/.test(value) || String(value).search(ODD) >= 0 ? JSON.stringify(String(value)).replace(ODD, escaped) : value);
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [event, ...known.map(([name, value]) => `${name}=${written(value)}`)].join(' ');
}
