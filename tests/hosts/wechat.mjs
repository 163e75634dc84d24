// Mock of wechaty as far as the plugin needs it: messages in rooms and the answers to them.
import { EventEmitter } from 'node:events';

const Type = { Unknown: 0, Individual: 1, Official: 2, Corporation: 3 };
const Text = 7;

export class WechatStandIn extends EventEmitter {
  Message = { Type: { Text } };
  Contact = { Type };
  Room = { find: async ({ id }) => this.rooms.get(id) };
  isLoggedIn = true;
  rooms = new Map();
  #serial = 0;
  #waiting = [];

  /** @param {(to: string, text: string) => void} onSay Receives each message of the account before it is delivered. */
  constructor(onSay) {
    super();
    this.onSay = onSay;
    this.currentUser = this.contact('tea-house', { self: true });
  }

  /** Emits an event and awaits its listeners, whose promises resolve when the event was handled. */
  on(event, listener) {
    return super.on(event, (...given) => this.#waiting.push(listener(...given)));
  }
  off(event) {
    return super.removeAllListeners(event);
  }
  async #dealtWith() {
    await Promise.all(this.#waiting.splice(0));
  }

  contact(id, { type = Type.Individual, self = false } = {}) {
    return { id, name: () => id, isReady: () => true, type: () => type, self: () => self, say: async (text) => this.onSay(id, text) };
  }
  room(id, topic) {
    const room = { id, say: async (text) => this.onSay(topic, text) };
    this.rooms.set(id, room);
    return room;
  }

  async says(talker, text, { room, at, mentionsSelf = false, id = `w${(this.#serial += 1)}` }) {
    const message = {
      id, self: () => talker.self(), type: () => Text, room: () => room, talker: () => talker, text: () => text,
      mentionSelf: async () => mentionsSelf, mentionText: async () => text.replace(/^@\S+\s*/, ''), date: () => new Date(at),
    };
    this.emit('message', message);
    await this.#dealtWith();
  }
  async joins(room, people, at) {
    this.emit('room-join', room, people, this.currentUser, new Date(at));
    await this.#dealtWith();
  }
  async leaves(room, people, at) {
    if (people.some((one) => one.self())) this.rooms.delete(room.id);
    this.emit('room-leave', room, people, this.currentUser, new Date(at));
    await this.#dealtWith();
  }
}
