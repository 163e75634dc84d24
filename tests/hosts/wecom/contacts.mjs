/** Staff, customers, tags and groups of the mock. */
export class Contacts {
  #wecom;
  staff = [];
  /** Customers by id: `{ name, follows: Map(staff → { createtime, add_way, remark, tags }) }`. */
  customers = new Map();
  /** Names of tags by id. */
  tags = new Map();
  /** Groups by id. */
  groups = new Map();
  /** Customers by OAuth code; a code can be used once. */
  codes = new Map();

  constructor(wecom) {
    this.#wecom = wecom;
  }

  addStaff(...ids) {
    this.staff.push(...ids);
  }
  addTag(id, name) {
    this.tags.set(id, name);
  }
  follow(id, staff, { tags = [], add_way = 1, createtime = this.#wecom.seconds(), remark = `remark of ${id}` } = {}) {
    if (!this.customers.has(id)) this.customers.set(id, { name: `name of ${id}`, follows: new Map() });
    this.customers.get(id).follows.set(staff, { createtime, add_way, remark, tags });
  }
  unfollow(id, staff) {
    this.customers.get(id).follows.delete(staff);
  }
  addGroup(chat_id, owner, members, { name = `group ${chat_id}`, notice = '' } = {}) {
    this.groups.set(chat_id, { chat_id, owner, name, notice, members: new Map(members.map((id) => [id, this.#wecom.seconds()])), version: 1 });
  }
  code(customer) {
    const code = `code-${this.#wecom.serial()}`;
    this.codes.set(code, customer);
    return code;
  }

  /** True if a member of staff can reach a customer. */
  isFriend = (id, staff) => this.customers.get(id)?.follows.has(staff) ?? false;

  methods = {
    'externalcontact/get_follow_user_list': () => ({ follow_user: this.staff }),
    'externalcontact/get_corp_tag_list': () => ({
      tag_group: [{ group_id: 'g1', group_name: '喜好', tag: [...this.tags].map(([id, name]) => ({ id, name, create_time: 1, order: 0 })) }],
    }),
    'externalcontact/batch/get_by_user': ({ userid_list: staff = [], cursor, limit }) => {
      const rows = [...this.customers].flatMap(([id, { name, follows }]) => [...follows].filter(([one]) => staff.includes(one)).map(([one, follow]) => this.#row(id, name, one, follow)));
      if (!rows.length) return { errcode: 84061, errmsg: 'not external contact' };
      const { entries, next_cursor } = this.#wecom.page(rows, cursor, limit);
      return { external_contact_list: entries, next_cursor };
    },
    'externalcontact/get': (_, query) => {
      const customer = this.customers.get(query.get('external_userid'));
      if (!customer) return { errcode: 84061, errmsg: 'not external contact' };
      const follows = [...customer.follows].map(([userid, { tags, ...follow }]) => ({
        userid, ...follow, tags: tags.map((id) => ({ group_name: '喜好', tag_name: this.tags.get(id), type: 1, tag_id: id })),
      }));
      const { entries, next_cursor } = this.#wecom.page(follows, query.get('cursor'));
      return { external_contact: { external_userid: query.get('external_userid'), name: customer.name, type: 1 }, follow_user: entries, next_cursor };
    },
    'externalcontact/groupchat/list': ({ owner_filter, cursor, limit }) => {
      const owners = owner_filter?.userid_list;
      const groups = [...this.groups.values()].filter(({ owner }) => !owners || owners.includes(owner));
      const { entries, next_cursor } = this.#wecom.page(groups, cursor, limit);
      return { group_chat_list: entries.map(({ chat_id }) => ({ chat_id, status: 0 })), next_cursor };
    },
    'externalcontact/groupchat/get': ({ chat_id }) => {
      const group = this.groups.get(chat_id);
      if (!group) return { errcode: 40050, errmsg: 'invalid chatid' };
      const { members, version, ...rest } = group;
      const member_list = [...members].map(([userid, join_time]) => ({ userid, type: /^w[mo]/.test(userid) ? 2 : 1, join_time, join_scene: 1 }));
      return { group_chat: { ...rest, create_time: 1, member_list, admin_list: [], member_version: String(version) } };
    },
    'auth/getuserinfo': (_, query) => {
      const code = query.get('code');
      if (!this.codes.has(code)) return { errcode: 40029, errmsg: 'invalid code' };
      const customer = this.codes.get(code);
      this.codes.delete(code);
      return { openid: `openid of ${customer}`, ...(this.customers.has(customer) && { external_userid: customer }) };
    },
  };

  #row = (id, name, userid, { tags, ...follow }) => ({
    external_contact: { external_userid: id, name, type: 1, gender: 0, avatar: 'https://example.com/a.png' },
    follow_info: { userid, ...follow, tag_id: tags, remark_mobiles: ['13800000000'] },
  });
}
