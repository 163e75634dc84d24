/** @file Texts of the lists of groups and users, and of their pages. */

export const people = {
  sort: 'Groups or users',
  group: 'Groups',
  user: 'Users',
  find: 'Name or id',
  members: (count) => `${count.toLocaleString('en')} ${count === 1 ? 'member' : 'members'}`,
  more: (count) => `${count.toLocaleString('en')} more; type a name to narrow them down`,
  newcomer: 'never met',
};
