/** @file Texts of the activity: verbs of commands. */

export const activity = {
  find: '操作、对象、姓名',
  hint: '在这个浏览器里做过的操作，按先后记录，只增不改；忘记一个人时，编号会换成回执号。',
  none: '还没有操作记录。',
  more: (count) => `还有 ${count} 条，搜索或导出查看`,
  messages: (count) => `${count} 条消息`,
  verbs: {
    import: '导入数据', sample: '改回示例', undo: '撤销',
    approve: '批准', withdraw: '撤回批准', reject: '不发', takeBack: '恢复', next: '换下一条', exclude: '本群不推', use: '改用', pin: '钉住', rhythm: '改发送时间',
    scheme: '采用方案 B', handover: '交付', confirm: '确认已发', release: '确认未发',
    tags: '改标签', personalised: '打开个性化', 'opted-out': '关闭个性化', 'facet-removed': '移除偏好', 'facet-blocked': '屏蔽偏好', 'facet-unblocked': '取消屏蔽', forget: '忘记一个人', export: '导出', restore: '打开工作区', operations: '改运营规则', add: '加入数据', config: '改了配置', item: '改内容',
  },
};
