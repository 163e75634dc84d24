/** Adds the contacts of an invented tea shop: three members of staff, five customers, two groups. */

export function people(wecom) {
  const { contacts } = wecom;
  contacts.addStaff('lin', 'chen', 'zhou');
  contacts.addTag('t1', '绿茶');
  contacts.addTag('t2', '白茶');
  const at = wecom.seconds() - 30 * 86_400;
  for (const [id, staff, tags] of [['wm-a', 'lin', ['t1']], ['wm-b', 'lin', ['t1']], ['wm-c', 'chen', ['t2']], ['wm-d', 'chen', []], ['wm-e', 'zhou', ['t2']]]) {
    contacts.follow(id, staff, { tags, createtime: at });
  }
  contacts.follow('wm-a', 'chen', { tags: [], createtime: at - 86_400 });
  contacts.addGroup('wr-green', 'lin', ['lin', 'wm-a', 'wm-b'], { name: '春茶群' });
  contacts.addGroup('wr-aged', 'zhou', ['zhou', 'wm-c', 'wm-e', 'wm-f'], { name: '老茶群', notice: '每周三上新' });
}
