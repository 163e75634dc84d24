/** @file Texts of the activity: verbs of commands. */

export const activity = {
  verbs: { import: '导入数据', sample: '改回示例', undo: '撤销' },
};
