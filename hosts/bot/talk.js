/**
 * @file What a bot does, whatever it speaks through: it hears, answers, and sends to groups by the clock.
 *
 * Users are persons. An adapter names no `user` for an anonymous administrator, a channel or a service account; their doing is the
 * group's alone, makes nobody a member and changes nobody's record. A message or press that a platform delivers again counts once.
 */

import { randomBytes } from 'node:crypto';

import { addresseeIn, checkedCommands, commandIn, tagActionIn } from './commands.js';
import { Forgettings } from './forgettings.js';
import { Groups } from './groups.js';
import { checkedLink } from './message.js';
import { Outbox, placeOf, textOf } from './outbox.js';
import { Pushes, nothing, silence } from './pushes.js';
import { Rate } from './rate.js';
import { Remembered } from './remembered.js';
import { checkedRules, kindInText } from './rules.js';
import { offsetOf } from './schedule.js';
import { answerTags } from './tags.js';
import { Tokens } from './token.js';
import { wordsIn } from './words.js';

const OPTIONS = ['channel', 'commands', 'commandsPerMinute', 'lang', 'link', 'log', 'now', 'refused', 'rules', 'schedule', 'secret', 'send'];
/** The commands that only a person can give. */
const OF_PERSONS = ['off', 'on', 'tags', 'forget'];
/** Why a button counts for nothing. */
const WHY = {
  old: 'its decision is not kept any more, or it is of an earlier version',
  gone: 'its item is no longer in the library',
  unsigned: 'its token was not signed for this chat',
};
/** A secret of fewer bytes can be tried out. */
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

  /** @param {object} rec @param {import('./index.js').TalkOptions} options */
  constructor(rec, options = {}) {
    const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (unknown) throw new TypeError(`${unknown}: expected one of ${OPTIONS.join(', ')}`);
    const { channel, lang = 'zh', now = Date.now, refused = () => false, schedule, send, commandsPerMinute = 30 } = options;
    const { log = (entry) => console.info(`nextpick ${logLine(entry)}`) } = options;
    if (!Number.isSafeInteger(commandsPerMinute) || commandsPerMinute < 1) {
      throw new TypeError(`commandsPerMinute: expected a whole number from 1, got ${JSON.stringify(commandsPerMinute)}`);
    }
    const [commands, rules, link] = [checkedCommands(options.commands), checkedRules(options.rules), checkedLink(options.link)];
    this.options = { channel, commands, lang, link, log, now, refused, rules, schedule, send };
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

  /* ---------------------------------------------------------------------------------------------------- what people say */

  /** A message: a command, or something that says what its writer thinks of a piece. Whether it was a command. */
  async hear(message, reply) {
    const addressee = addresseeIn(message.text);
    // A command for another bot, or for one of whose name we do not know that it is ours.
    if (addressee !== undefined && addressee !== message.me?.toLowerCase()) return false;
    const command = commandIn(message.text, this.options.commands);
    if (command) await this.run(command.name, { ...message, rest: command.rest }, reply);
    else await this.overhear(message);
    return Boolean(command);
  }

  /** A message that is no command, for frameworks that have commands of their own. */
  async overhear(given) {
    const { rules } = this.options;
    const message = this.#here(given);
    if (isNobody(message)) return;
    await this.#guard(async () => {
      const places = this.#placesOf(message);
      const passedOn = this.#tokens.find(message.text, places);
      if (passedOn) return void (await this.#remembered.answer(message, rules.links.passedOn, passedOn));
      const kind = kindInText(message.text, rules);
      if (!kind) return;
      // A quotation of a piece speaks of no other, not even if its token does not hold any more.
      const isQuoting = message.quoted && this.#tokens.looksNamed(message.quoted);
      const about = isQuoting ? this.#tokens.find(message.quoted, places) : this.#remembered.lastSent(message);
      if (about) await this.#remembered.answer(message, kind, about);
    });
  }

  /** A command by its name in COMMANDS. `reply` sends an answer to where the question came from. */
  async run(name, given, reply) {
    const asker = this.#here(given);
    if (isNobody(asker)) return;
    const words = this.words(asker.lang);
    const { log, now } = this.options;
    const say = async (text) => {
      const { isSent, error } = await this.#outbox.deliver(placeOf(asker), reply, { text, buttons: [] }, now());
      log({ event: isSent ? 'answered' : 'failed', command: name, ...(!isSent && { error, retry: false }) });
    };
    const allowed = this.#rate.allows(JSON.stringify(asker.user ?? { group: asker.group }), now());
    if (allowed !== 'yes') {
      log({ event: 'refused', why: 'too many commands within a minute', command: name });
      return void (allowed === 'first-no' && (await say(words.slow)));
    }
    const answer = await this.#guard(() => this.#answer(name, asker, reply, words), words.trouble);
    if (answer) await say(answer);
  }

  /** What a command does, and the words to answer it with, unless it has answered itself. */
  async #answer(name, asker, reply, words) {
    if (asker.user === undefined && OF_PERSONS.includes(name)) return words.persons;
    switch (name) {
      case 'next':
        return this.#next(asker, reply, words);
      case 'off':
      case 'on':
        await this.#rec.setPersonalised(asker.user, name === 'on');
        return words[name];
      case 'tags':
        // One's tags are not for the ears of a group.
        return asker.group ? words.private : answerTags(this.#rec, asker, tagActionIn(asker.rest ?? ''), this.options.now(), words);
      case 'forget':
        return this.#forget(asker, words);
      default:
        return words.help();
    }
  }

  /** Everything of a user is deleted when they have asked for it twice, once a day. */
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
    // Asking is a thing that was done, too: delivered again, it is known and not answered again.
    if (!(await this.#remembered.observe(asker, 'ask'))) return;
    // Nothing is decided that could not be sent.
    if (this.#outbox.waitsUntil(placeOf(asker), now) !== undefined) return words.trouble;
    const decision = await this.#outbox.decide({ user: asker.user, group: asker.group }, now);
    if (decision.picks.length) return void (await this.#outbox.show(reply, decision, { now, words }));
    this.options.log(decision.silent ? silence(decision) : nothing(decision));
    return decision.silent ? words.silence(decision.silent, offsetOf(this.#rec)) : words.empty;
  }

  /** A button was pressed. What it gives back is for the eyes of who pressed it. */
  async press({ data, ...given }) {
    const press = this.#here(given);
    const words = this.words(press.lang);
    const { log, rules } = this.options;
    if (press.user === undefined) return words.persons;
    return this.#guard(async () => {
      const { kind, about, refusal } = this.#tokens.pressed(String(data), this.#placesOf(press, false));
      const button = rules.buttons.find((one) => one.kind === kind);
      if (!button) {
        log({ event: 'refused', why: WHY[refusal] ?? 'not a button of this bot', data: String(data).slice(0, 64) });
        return { old: words.oldButton, gone: words.gone }[refusal] ?? words.badButton;
      }
      const counted = await this.#remembered.press(press, kind, about);
      return (counted ? words.noted : words.notedBefore)(button[words.lang]);
    }, words.trouble);
  }

  /**
   * A link was opened: what the page behind it tells. Gives back its item; `undefined` if the link is not one of ours or its item is gone.
   * It counts once, and for whom its token was signed.
   */
  async open({ link, at, ...given }) {
    const { user, group } = this.#here(given);
    const id = this.#tokens.itemIn(link);
    const visitor = { ...placeOf({ user, group }), at };
    const about = id !== undefined && !isNobody(visitor) && this.#tokens.find(link, this.#placesOf(visitor));
    if (about) await this.#guard(() => this.#remembered.press(visitor, this.options.rules.links.opened, about));
    return id === undefined ? undefined : this.#rec.item(id);
  }

  /* -------------------------------------------------------------------------------------------------- who comes and goes */

  /** The bot itself, or somebody, came into a group. */
  async joined(given, reply) {
    const { user, ...joining } = this.#here(given);
    await this.#guard(async () => {
      if (user === undefined) await this.#groups.back(joining.group);
      await this.#groups.meet({ user, ...joining });
      if (user !== undefined) await this.#remembered.observe({ user, ...joining }, 'join');
    });
    if (user === undefined && reply && this.options.commands.help) await this.run('help', joining, reply);
  }

  /** Somebody left a group: they no longer count there. */
  async left(given) {
    const { user, group } = this.#here(given);
    if (user !== undefined) await this.#guard(() => this.#rec.leave({ group, user }));
  }

  /** The bot was put out of a group, or may not write there any more: nothing is decided for it by the clock until it is back. */
  async removed({ group }) {
    // Not by the id that it may have now: a group that has moved is left under its old one.
    await this.#guard(() => this.#groups.ended(group));
  }

  /** The bot is in a group after all, and may write there. */
  async returned({ group }) {
    await this.#guard(() => this.#groups.back(group));
  }

  /** A group goes on under another id. Told twice it counts once. */
  async moved({ from, to }) {
    await this.#guard(() => this.#groups.moved(from, to));
  }

  /* ------------------------------------------------------------------------------------------------------- by the clock */

  /** Keeps the slots that are due: to be called every half minute or so. Never two at once; the second call waits for the first. */
  tick(now = this.options.now()) {
    return this.#pushes.tick(now);
  }

  /* ------------------------------------------------------------------------------------------------------------- within */

  /** What fails within is told, and never ends the bot that called. */
  async #guard(work, otherwise) {
    try {
      return await work();
    } catch (error) {
      this.options.log({ event: 'failed', error: textOf(error) });
      return otherwise;
    }
  }

  /** The same under the id that the group has now. */
  #here = (given) => (given.group === undefined ? given : { ...given, group: this.#groups.current(given.group) });

  /** The places for which a token may have been signed that somebody brings: where they are, and what was sent to themselves. */
  #placesOf({ user, group }, own = true) {
    const groups = group === undefined ? [] : [group, ...this.#groups.former(group)];
    return [...groups.map((id) => ({ group: id })), ...(user !== undefined && (own || group === undefined) ? [{ user }] : [])];
  }
}

/** Neither a person nor a group: there is nobody to answer. */
const isNobody = ({ user, group }) => user === undefined && group === undefined;

let isWarned = false;

/** The secret as it was given; else one that lasts as long as the process, which is said once. */
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

/** Signs that a terminal or a reader of logs takes for more than text: control signs, separators of lines, marks of direction. */
const ODD = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const escaped = (sign) => [...Array(sign.length).keys()].map((i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** An entry of the log as one line: `sent decision=… item=… group=…`. */
export function logLine({ event, ...fields }) {
  const written = (value) => (/[\s"]/.test(value) || String(value).search(ODD) >= 0 ? JSON.stringify(String(value)).replace(ODD, escaped) : value);
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [event, ...told.map(([name, value]) => `${name}=${written(value)}`)].join(' ');
}
