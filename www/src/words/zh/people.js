/** @file Texts of the lists of groups and users, and of their pages. */

export const people = {
  sort: '群或用户',
  group: '群',
  user: '用户',
  find: '名称或编号',
  members: (count) => `${count} 人`,
  more: (count) => `还有 ${count.toLocaleString('zh-CN')} 个，输入名称来缩小范围`,
  newcomer: '没见过的人',
};
