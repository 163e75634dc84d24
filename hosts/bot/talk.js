/**
 * @file What a bot does, whatever it speaks through: it hears, answers, and sends to groups by the clock.
 *
 * **Sent at most once.** A push or an answer goes `recommend → accept → send`, and `accept` is awaited: with a durable recommender the
 * acceptance is on disk before the platform is asked to send. So after a crash between the two the piece was perhaps never sent, but it
 * is remembered as sent and does not come again; the other order would send it twice. Decisions are taken one after the other (`#turn`),
 * so that two who ask at once do not both get the last coupon. What a platform delivers again (the same message or button press) has the
 * same interaction id and counts once.
 */

import { commandIn, tagActionIn } from './commands.js';
import { Forgettings } from './forgettings.js';
import { checkedLink, messageOf } from './message.js';
import { checkedRules, kindInText } from './rules.js';
import { LATE, checkedSchedule, dueSlots } from './schedule.js';
import { answerTags } from './tags.js';
import { Tokens } from './token.js';
import { wordsIn } from './words.js';

const HOUR = 3_600_000;
/** How long after a sending a keyword still speaks of it; later it is ordinary talk. An answer to the message itself always does. */
const SPOKEN_OF = 24 * HOUR;
const OPTIONS = ['channel', 'lang', 'link', 'log', 'now', 'refused', 'rules', 'schedule', 'send'];

export class Talk {
  #rec;
  #tokens;
  #schedule;
  #turns = Promise.resolve();
  /** Slots that were kept or left out in this process, as `start group`; what was sent before is in the recommender. */
  #kept = new Set();
  /** Pushes that the platform refused, to be tried again within their slot. Lost with the process, on purpose. */
  #unsent = [];
  /** @type {Promise<void> | undefined} */
  #ticking;
  #forgettings = new Forgettings();
  /** Groups that are known to have a record. */
  #met = new Set();

  /** @param {object} rec @param {import('./index.js').TalkOptions} options */
  constructor(rec, options = {}) {
    const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (unknown) throw new TypeError(`${unknown}: expected one of ${OPTIONS.join(', ')}`);
    const { channel, lang = 'zh', now = Date.now, refused = () => false, send } = options;
    const { log = (entry) => console.info(`nextpick ${logLine(entry)}`) } = options;
    this.#rec = rec;
    this.#tokens = new Tokens(rec);
    this.#schedule = checkedSchedule(options.schedule);
    if (this.#schedule.length && !send) throw new TypeError('send: a schedule needs a way to send, a function (group, message) => Promise');
    this.options = { channel, lang, link: checkedLink(options.link), log, now, refused, send, rules: checkedRules(options.rules) };
  }

  words(lang) {
    return wordsIn(lang ?? this.options.lang);
  }

  /* ---------------------------------------------------------------------------------------------------- what people say */

  /** A message: a command, or something that says what its writer thinks of a piece. Whether it was a command. */
  async hear(message, reply) {
    const command = commandIn(message.text);
    if (command) await this.run(command.name, { ...message, rest: command.rest }, reply);
    else await this.overhear(message);
    return Boolean(command);
  }

  /** A message that is no command, for frameworks that have commands of their own. */
  async overhear(message) {
    const { rules } = this.options;
    const passedOn = this.#tokens.find(message.text);
    if (passedOn?.item) return void (await this.#guard(() => this.#observe(message, rules.links.passedOn, passedOn)));
    const kind = kindInText(message.text, rules);
    const about = kind && ((message.quoted && this.#tokens.find(message.quoted)) ?? this.#lastSent(message));
    if (about?.item) await this.#guard(() => this.#observe(message, kind, about));
  }

  /** A command by its name in COMMANDS. `reply` sends an answer to where the question came from. */
  async run(name, asker, reply) {
    const words = this.words(asker.lang);
    const say = (text) => this.#deliver(reply, { text, buttons: [] }, { event: 'answered', command: name });
    const answer = await this.#guard(() => this.#answer(name, asker, reply, words), words.trouble);
    if (answer) await say(answer);
  }

  /** What a command does, and the words to answer it with, unless it has answered itself. */
  async #answer(name, asker, reply, words) {
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
    // Asking is a thing that was done, too: delivered again, it is known and not answered again.
    if (!(await this.#observe(asker, 'ask'))) return;
    const decision = await this.#decide({ user: asker.user, group: asker.group });
    if (decision.picks.length) return void (await this.#show(reply, decision, words));
    this.options.log(decision.silent ? silence(decision) : nothing(decision));
    return decision.silent ? words.silence(decision.silent, this.#offset()) : words.empty;
  }

  /** A button was pressed. What it gives back is for the eyes of who pressed it. */
  async press({ data, ...press }) {
    const words = this.words(press.lang);
    const pressed = this.#tokens.pressed(data);
    const button = this.options.rules.buttons.find(({ kind }) => kind === pressed?.kind);
    if (!button) {
      this.options.log({ event: 'refused', why: 'not a button of this bot', data: String(data).slice(0, 64) });
      return words.badButton;
    }
    if (!pressed.item) {
      this.options.log({ event: 'refused', why: 'its item is no longer in the library', decision: pressed.decision });
      return words.gone;
    }
    return this.#guard(async () => {
      const counted = await this.#observe(press, pressed.kind, pressed);
      return (counted ? words.noted : words.notedBefore)(button[words.lang]);
    }, words.trouble);
  }

  /**
   * A link was opened: what the page behind it tells. Gives back its item; `undefined` if the link is not one of ours or its item is gone.
   * It counts for whom the item was sent to, so that nobody is invented by writing a link.
   */
  async open({ link, user, group, at, id }) {
    const opened = this.#tokens.find(link);
    if (!opened?.item) return undefined;
    const subject = group === undefined ? { user } : { group };
    const sent = Object.values(subject)[0] !== undefined && this.#rec.profile({ ...subject, now: at }).received;
    if (sent && sent.some(({ item }) => item === opened.item)) await this.#observe({ ...subject, id, at }, this.options.rules.links.opened, opened);
    return this.#rec.item(opened.item);
  }

  /** The bot itself, or somebody, came into a group. */
  async joined({ user, ...joining }, reply) {
    await this.#guard(async () => {
      await this.#meet({ user, ...joining });
      if (user !== undefined) await this.#observe({ user, ...joining }, 'join');
    });
    if (user === undefined && reply) await this.run('help', joining, reply);
  }

  /** Somebody left a group: they no longer count there. */
  async left({ user, group }) {
    await this.#guard(() => this.#rec.leave({ group, user }));
  }

  /* ------------------------------------------------------------------------------------------------------- by the clock */

  /** Keeps the slots that are due: to be called every half minute or so. Never two at once; the second call waits for the first. */
  tick(now = this.options.now()) {
    this.#ticking ??= this.#tick(now).finally(() => (this.#ticking = undefined));
    return this.#ticking;
  }

  async #tick(now) {
    await this.#retry(now);
    for (const { start, groups } of dueSlots(this.#schedule, now, this.#offset())) {
      for (const group of groups ?? this.#rec.groups().map(({ id }) => id)) {
        const slot = `${start} ${group}`;
        if (this.#kept.has(slot)) continue;
        this.#kept.add(slot);
        // What was sent since the slot began was sent for it, perhaps by a process that is no more.
        if (this.#rec.profile({ group, now, limit: 1 }).received.some(({ at }) => at >= start)) continue;
        await this.#guard(() => this.#push(group, now, start + LATE));
      }
    }
    this.#kept = new Set([...this.#kept].filter((slot) => parseInt(slot) + LATE > now));
  }

  async #push(group, now, until) {
    const decision = await this.#decide({ group }, now);
    if (decision.silent) return this.options.log(silence(decision));
    if (!decision.picks.length) return this.options.log(nothing(decision));
    await this.#send({ group, decision, until });
  }

  async #retry(now) {
    for (const push of this.#unsent.splice(0)) {
      if (now < push.until) await this.#send(push);
      else this.options.log({ ...sending(push.decision), event: 'failed', error: 'refused until its hour was over', retry: false });
    }
  }

  async #send(push) {
    const outcome = await this.#show((message) => this.options.send(push.group, message), push.decision, this.words(), true);
    if (outcome === 'again') this.#unsent.push(push);
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

  /** The operator's clock. */
  #offset = () => this.#rec.effectiveConfig().utcOffsetMinutes;

  /** Decides and accepts, one after the other: when it resolves, the acceptance is kept, and only then anything may be sent. */
  #decide(subject, now = this.options.now()) {
    const turn = this.#turns.then(async () => {
      const { channel } = this.options;
      const decision = this.#rec.recommend({ ...subject, channel, now });
      if (decision.silent || !decision.picks.length) return decision;
      const { accepted } = await this.#rec.accept(decision);
      return accepted ? decision : { ...decision, picks: [] };
    });
    this.#turns = turn.catch(() => {});
    return turn;
  }

  /** Sends an accepted decision; once it is sent, it counts as shown. */
  async #show(send, decision, words, retries = false) {
    const outcome = await this.#deliver(send, messageOf(this.#rec, decision, this.options, words), sending(decision), retries);
    if (outcome === 'sent') {
      const shown = { ...decision.subject, id: `shown:${decision.id}`, at: decision.at };
      await this.#observe(shown, 'impression', { decision: decision.id, item: decision.picks[0].item });
    }
    return outcome;
  }

  /**
   * Sends and tells what came of it: `sent`, `failed`, or `again` where it may be tried again. That is only what the platform has
   * refused: where it gave no answer, the message may have arrived, and twice is worse than never.
   */
  async #deliver(send, message, entry, retries = false) {
    const { log, refused } = this.options;
    try {
      await send(message);
      log(entry);
      return 'sent';
    } catch (error) {
      const retry = retries && refused(error);
      log({ ...entry, event: 'failed', error: textOf(error), retry });
      return retry ? 'again' : 'failed';
    }
  }

  /**
   * What was shown last where somebody speaks, to all or in answer to one, with the decision under which it was. Showings are among the
   * latest interactions; where those since have pushed them out, what was sent is still known, without its decision.
   */
  #lastSent({ user, group, at }) {
    // The platform's clock may be behind ours, by which showings are dated.
    const now = Math.max(at, this.options.now());
    const profiles = [group && { group }, user && { user }].filter(Boolean).map((subject) => this.#rec.profile({ ...subject, now }));
    const last = (list) => list.slice(-1);
    const shown = profiles.flatMap(({ received, recent }) => [...last(received), ...last(recent.filter(({ kind }) => kind === 'impression'))]);
    return shown.filter((one) => at - one.at < SPOKEN_OF).sort((a, b) => b.at - a.at || Boolean(b.decision) - Boolean(a.decision))[0];
  }

  /** Remembers; false if its id is known already. */
  async #observe({ id, user, group, at }, kind, { item, decision } = {}) {
    const { channel, log } = this.options;
    if (kind !== 'impression' && kind !== 'join') await this.#meet({ user, group, at });
    const counted = await this.#rec.observe({ id, user, group, item, kind, at, decision, channel });
    // The log names no user: it is not among what `forget` reaches.
    log({ event: 'observed', kind, item, group, decision, again: counted ? undefined : true });
    return counted;
  }

  /** A group that the bot is in is one to decide for, and who does something there is a member: few platforms list them. */
  async #meet({ user, group, at }) {
    if (group === undefined) return;
    if (!this.#met.has(group)) {
      if (!this.#rec.group(group)) await this.#rec.putGroups([{ id: group, channel: this.options.channel }]);
      this.#met.add(group);
    }
    if (user !== undefined) await this.#rec.join({ group, user, at });
  }
}

const sending = ({ id, subject, picks: [{ item }] }) => ({ event: 'sent', decision: id, item, group: subject.group });
const silence = ({ id, subject, silent }) => ({ event: 'silent', decision: id, group: subject.group, ...silent });
const nothing = ({ id, subject }) => ({ event: 'empty', decision: id, group: subject.group });
const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** An entry of the log as one line: `sent decision=… item=… group=…`. */
export function logLine({ event, ...fields }) {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [event, ...told.map(([name, value]) => `${name}=${/\s/.test(value) ? JSON.stringify(value) : value}`)].join(' ');
}
