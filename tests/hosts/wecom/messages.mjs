// @ts-nocheck: a mock for tests
/**
 * Tasks, Moments posts, welcome messages and robots of the mock. A task is sent when the test confirms it as a member of staff;
 * a customer gets one mass message a day, a group as many a month as the month has days.
 */
const DAY = 86_400;
const BEIJING = 8 * 3600;
const SENT_BY_CORP = 0;

export class Messages {
  #wecom;
  tasks = new Map();
  moments = new Map();
  #jobs = new Map();
  /** Messages received by customers and groups: `{ to, sender, content, at, msgid }`. */
  received = [];
  welcomes = new Map();
  /** Messages of the robots, by key. */
  robots = new Map();
  /** Welcome codes: `{ customer, staff, until }`. */
  #codes = new Map();
  /** True if a cancelled task can be cancelled again; not documented by WeCom. */
  canCancelAgain = true;

  constructor(wecom) {
    this.#wecom = wecom;
  }

  /** Confirms every open task of a member of staff; returns the ids of the tasks. */
  confirm(sender, { only = () => true } = {}) {
    const open = [...this.tasks.values()].filter((task) => task.sender === sender && !task.confirmedAt && !task.cancelled && only(task));
    for (const task of open) {
      task.confirmedAt = this.#wecom.seconds();
      for (const recipient of task.recipients.values()) this.#send(task, recipient);
    }
    return open.map(({ msgid }) => msgid);
  }
  publish(sender) {
    for (const moment of this.moments.values()) {
      if (!moment.senders.includes(sender) || moment.cancelled || moment.published.has(sender)) continue;
      moment.published.set(sender, [...this.#wecom.contacts.customers.keys()].filter((id) => this.#wecom.contacts.isFriend(id, sender)));
    }
  }
  welcomeCode(customer, staff) {
    const code = `welcome-${this.#wecom.serial()}`;
    this.#codes.set(code, { customer, staff, until: this.#wecom.seconds() + 20 });
    return code;
  }

  #send(task, recipient) {
    const at = this.#wecom.seconds();
    const { contacts } = this.#wecom;
    const isThere = task.chat_type === 'group' ? contacts.groups.get(recipient.id)?.owner === task.sender : contacts.isFriend(recipient.id, task.sender);
    if (!isThere) return void (recipient.status = 2);
    if (!this.#isAllowed(task.chat_type, recipient.id, at)) return void (recipient.status = 3);
    Object.assign(recipient, { status: 1, send_time: at });
    this.received.push({ to: recipient.id, sender: task.sender, content: task.content, at, msgid: task.msgid });
  }

  #isAllowed(kind, id, at) {
    const own = this.received.filter(({ to }) => to === id);
    if (kind === 'single') return !own.some((one) => Math.floor((one.at + BEIJING) / DAY) === Math.floor((at + BEIJING) / DAY));
    const date = new Date((at + BEIJING) * 1000);
    const [first, next] = [0, 1].map((later) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / 1000 - BEIJING);
    return own.filter((one) => one.at >= first).length < (next - first) / DAY;
  }

  methods = {
    'externalcontact/add_msg_template': ({ chat_type = 'single', external_userid = [], chat_id_list, sender, text, attachments }) => {
      if (!text?.content && !attachments?.length) return { errcode: 40008, errmsg: 'no content' };
      if (!this.#wecom.contacts.staff.includes(sender)) return { errcode: 40003, errmsg: 'invalid sender' };
      const all = chat_type === 'group' ? chat_id_list ?? [...this.#wecom.contacts.groups.values()].filter(({ owner }) => owner === sender).map(({ chat_id: id }) => id) : external_userid;
      if (!all.length || all.length > (chat_type === 'group' ? 2000 : 10_000)) return { errcode: 40058, errmsg: 'invalid number of recipients' };
      const known = all.filter((id) => (chat_type === 'group' ? this.#wecom.contacts.groups.has(id) : this.#wecom.contacts.customers.has(id)));
      if (!known.length) return { errcode: 41048, errmsg: 'no recipient', fail_list: all };
      const msgid = `msg-${this.#wecom.serial()}`;
      const recipients = new Map(known.map((id) => [id, { id, status: 0 }]));
      this.tasks.set(msgid, { msgid, chat_type, sender, content: { text, attachments }, recipients, create_time: this.#wecom.seconds(), reminders: [] });
      return { msgid, fail_list: all.filter((id) => !recipients.has(id)) };
    },
    'externalcontact/get_groupmsg_send_result': ({ msgid, userid, cursor, limit }) => {
      const task = this.tasks.get(msgid);
      if (!task || task.sender !== userid) return { errcode: 41049, errmsg: 'invalid msgid' };
      // For groups, only recipients who got the message are listed.
      const rows = [...task.recipients.values()].filter(({ status }) => task.chat_type === 'single' || status === 1);
      const { entries, next_cursor } = this.#wecom.page(rows, cursor, limit);
      const name = task.chat_type === 'single' ? 'external_userid' : 'chat_id';
      return { send_list: entries.map(({ id, status, send_time }) => ({ [name]: id, userid, status, ...(send_time && { send_time }) })), next_cursor };
    },
    'externalcontact/get_groupmsg_task': ({ msgid, cursor, limit }) => {
      const task = this.tasks.get(msgid);
      if (!task) return { errcode: 41049, errmsg: 'invalid msgid' };
      const { entries, next_cursor } = this.#wecom.page([{ userid: task.sender, status: task.confirmedAt ? 2 : 0, ...(task.confirmedAt && { send_time: task.confirmedAt }) }], cursor, limit);
      return { task_list: entries, next_cursor };
    },
    'externalcontact/get_groupmsg_list_v2': ({ chat_type, start_time, end_time, cursor, limit }) => {
      const rows = [...this.tasks.values()].filter((task) => task.chat_type === chat_type && task.create_time >= start_time && task.create_time <= end_time);
      const { entries, next_cursor } = this.#wecom.page(rows, cursor, limit);
      return { group_msg_list: entries.map(({ msgid, create_time, content }) => ({ msgid, create_time, create_type: SENT_BY_CORP, ...content })), next_cursor };
    },
    'externalcontact/remind_groupmsg_send': ({ msgid }) => {
      const task = this.tasks.get(msgid);
      if (!task) return { errcode: 41049, errmsg: 'invalid msgid' };
      const now = this.#wecom.seconds();
      if (task.reminders.filter((at) => at > now - DAY).length >= 3) return { errcode: 45033, errmsg: 'too many reminders' };
      task.reminders.push(now);
      return {};
    },
    'externalcontact/cancel_groupmsg_send': ({ msgid }) => {
      const task = this.tasks.get(msgid);
      if (!task || (task.cancelled && !this.canCancelAgain)) return { errcode: 41049, errmsg: 'invalid msgid' };
      task.cancelled = true;
      return {};
    },
    'externalcontact/send_welcome_msg': ({ welcome_code: code, text, attachments }) => {
      const welcome = this.#codes.get(code);
      if (!welcome || this.#wecom.seconds() > welcome.until) return { errcode: 41050, errmsg: 'welcome code expired' };
      if (this.welcomes.has(code)) return { errcode: 41051, errmsg: 'externaluser has started chatting' };
      this.welcomes.set(code, { ...welcome, content: { text, attachments } });
      return {};
    },
    'externalcontact/add_moment_task': ({ text, attachments, visible_range }) => {
      const [jobid, moment_id] = [`job-${this.#wecom.serial()}`, `mom-${this.#wecom.serial()}`];
      const senders = visible_range?.sender_list?.user_list ?? this.#wecom.contacts.staff;
      this.moments.set(moment_id, { moment_id, senders, content: { text, attachments }, published: new Map(), create_time: this.#wecom.seconds() });
      // Created before the second request.
      this.#jobs.set(jobid, { moment_id, asked: 0 });
      return { jobid };
    },
    'externalcontact/get_moment_task_result': (_, query) => {
      const job = this.#jobs.get(query.get('jobid'));
      if (!job) return { errcode: 40058, errmsg: 'invalid jobid' };
      job.asked += 1;
      return job.asked < 2 ? { status: 1, type: 'add_moment_task' } : { status: 3, type: 'add_moment_task', result: { errcode: 0, errmsg: 'ok', moment_id: job.moment_id } };
    },
    'externalcontact/get_moment_send_result': ({ moment_id, userid, cursor, limit }) => {
      const rows = this.moments.get(moment_id)?.published.get(userid) ?? [];
      const { entries, next_cursor } = this.#wecom.page(rows, cursor, limit);
      return { customer_list: entries.map((external_userid) => ({ external_userid })), next_cursor };
    },
    'externalcontact/get_moment_list': ({ start_time, end_time, cursor, limit }) => {
      const rows = [...this.moments.values()].filter(({ create_time: at }) => at >= start_time && at <= end_time);
      const { entries, next_cursor } = this.#wecom.page(rows, cursor, limit);
      return { moment_list: entries.map(({ moment_id, create_time, content }) => ({ moment_id, create_time, create_type: SENT_BY_CORP, text: content.text })), next_cursor };
    },
    'externalcontact/cancel_moment_task': ({ moment_id }) => {
      if (!this.moments.has(moment_id)) return { errcode: 40058, errmsg: 'invalid moment_id' };
      this.moments.get(moment_id).cancelled = true;
      return {};
    },
  };

  robot(key, { msgtype, markdown }) {
    const sent = this.robots.get(key) ?? [];
    const now = this.#wecom.now();
    if (sent.filter(({ at }) => at > now - 60_000).length >= 20) return { errcode: 45009, errmsg: 'api freq out of limit' };
    if (msgtype !== 'markdown' || Buffer.byteLength(markdown.content) > 4096) return { errcode: 40058, errmsg: 'markdown.content exceed max length 4096' };
    this.robots.set(key, [...sent, { at: now, content: markdown.content }]);
    return {};
  }
}
