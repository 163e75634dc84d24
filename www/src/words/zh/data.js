/** @file Texts of the data screen. */

export const data = {
  counts: ({ items, users, groups, interactions }) => `${items.toLocaleString('zh-CN')} 条内容 · ${users.toLocaleString('zh-CN')} 人 · ${groups} 个群 · ${interactions.toLocaleString('zh-CN')} 次互动`,
  own: '换成自己的文件',
  privacy: '文件只在这个浏览器里读取，不会上传。CSV、JSON、JSONL，都可以再压缩成 .gz；也可以是 .xlsx。',
  drop: '把文件拖到这里，或逐个选择',
  sorts: { items: '内容库', users: '用户', groups: '群', channels: '账号', interactions: '互动记录', config: '配置' },
  needed: '必需',
  choose: '选择',
  take: (sort) => `选择文件：${sort}`,
  remove: (name) => `移除 ${name}`,
  load: '载入这些文件',
  useSample: '改回示例',
  unplaced: (name) => `${name}：看不出是哪一种，请用对应的「选择」按钮。`,
  notes: (count) => `读取说明（${count}）`,
  problems: (count) => `有 ${count} 处需要改，先没有载入`,
  leftOut: (count) => `已载入，略去了 ${count} 行有问题的数据`,
  leaveOut: '略去这些行，载入其余',
  problemColumns: { file: '文件', row: '行', field: '字段' },
  moreProblems: (count) => `另有 ${count} 处没有列出`,
};
