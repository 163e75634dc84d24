/** @file Events of callbacks as changes of records and interactions `joined` and `left`. Each may be delivered repeatedly. */

import { createHash } from 'node:crypto';

import { RecordWriter } from './record-writer.js';
import { dismissedGroup, followed, unfollowed } from './records.js';

const SECOND = 1000;
/** Ids of customers begin so; ids of staff are the enterprise's own. */
const CUSTOMER_ID = /^w[mo]/;

export class Events {
  #rec;
  #writer;
  #sync;
  #welcome;
  #options;

  /** @param {{ rec: object, sync: object, welcome?: object, options: object }} parts */
  constructor({ rec, sync, welcome, options }) {
    this.#rec = rec;
    this.#writer = new RecordWriter(rec);
    this.#sync = sync;
    this.#welcome = welcome;
    this.#options = options;
  }

  /** Handles one event. Rejects if it must be delivered again. */
  async handle(event) {
    const { Event: sort, ChangeType: change } = event;
    const at = Number(event.CreateTime) * SECOND;
    if (!Number.isSafeInteger(at) || at <= 0) throw new SyntaxError('CreateTime: expected a time in seconds');
    const handler = this.#handlers[`${sort} ${change}`];
    this.#options.log({ event: handler ? 'observed' : 'ignored', kind: `${sort} ${change ?? ''}`.trim().slice(0, 80) });
    await handler?.(event, at);
  }

  #handlers = {
    'change_external_contact add_external_contact': (event, at) => this.#added(event, at),
    // The customer added a member of staff without verification; the other event may follow.
    'change_external_contact add_half_external_contact': (event, at) => this.#added(event, at),
    'change_external_contact edit_external_contact': ({ ExternalUserID: user }) => this.#sync.customer(idOf(user, 'ExternalUserID')),
    'change_external_contact del_external_contact': (event, at) => this.#lost(event, at),
    'change_external_contact del_follow_user': (event, at) => this.#lost(event, at),
    'change_external_chat create': ({ ChatId: group }) => this.#sync.group(idOf(group, 'ChatId'), this.#options.now()),
    'change_external_chat update': (event, at) => this.#groupUpdated(event, at),
    'change_external_chat dismiss': ({ ChatId: group }) => this.#dismissed(idOf(group, 'ChatId')),
    'change_external_tag create': () => this.#sync.tagsChanged(),
    'change_external_tag update': () => this.#sync.tagsChanged(),
    'change_external_tag delete': () => this.#sync.tagsChanged(),
  };

  async #added({ UserID, ExternalUserID, WelcomeCode: code }, at) {
    const [staff, user] = [idOf(UserID, 'UserID'), idOf(ExternalUserID, 'ExternalUserID')];
    const before = this.#rec.user(user);
    const tags = before?.data?.wecom?.staff?.[staff]?.tags ?? [];
    await this.#writer.writeUsers([followed(before, user, { staff, at: at / SECOND, tags })]);
    // The welcome comes first: WeCom accepts it for 20 seconds.
    if (code) await this.#welcome?.send({ user, staff, code, at });
    await this.#observe('joined', { user }, [staff, user, at], at);
  }

  async #lost({ UserID, ExternalUserID }, at) {
    const [staff, user] = [idOf(UserID, 'UserID'), idOf(ExternalUserID, 'ExternalUserID')];
    const record = this.#rec.user(user);
    if (record) await this.#writer.writeUsers([unfollowed(record, staff)]);
    await this.#observe('left', { user }, [staff, user, at], at);
  }

  /** WeCom's details of a group may lag behind the event; for members the list in the event is decisive. */
  async #groupUpdated({ ChatId, UpdateDetail: detail, MemChangeList: list, CurMemVer: version = '' }, at) {
    const group = idOf(ChatId, 'ChatId');
    await this.#sync.group(group, this.#options.now());
    if (detail !== 'add_member' && detail !== 'del_member') return;
    this.#sync.groupChanged(group);
    for (const user of customersIn(list)) {
      if (detail === 'add_member') await this.#rec.join({ group, user, at });
      else await this.#rec.leave({ group, user });
      await this.#observe(detail === 'add_member' ? 'joined' : 'left', { user, group }, [group, user, at, version], at);
    }
  }

  async #dismissed(group) {
    const record = this.#rec.group(group);
    if (record) await this.#writer.writeGroup(dismissedGroup(record));
  }

  async #observe(kind, subject, about, at) {
    const id = `wecom:${createHash('sha256').update(JSON.stringify([kind, ...about])).digest('base64url').slice(0, 22)}`;
    await this.#rec.observe({ id, ...subject, kind, at, channel: this.#options.channel }, { now: this.#options.now() });
  }
}

/** Customers in a list of members: elements, or one text with commas. */
function customersIn(list) {
  const items = typeof list === 'string' ? list.split(',') : [list?.Item ?? []].flat();
  return items.filter((id) => typeof id === 'string' && CUSTOMER_ID.test(id.trim())).map((id) => id.trim());
}

function idOf(value, name) {
  if (typeof value !== 'string' || !value || Buffer.byteLength(value) > 256) throw new SyntaxError(`${name}: expected an id of 1 to 256 bytes`);
  return value;
}
