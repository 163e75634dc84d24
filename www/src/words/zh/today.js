/** @file Texts of the screen of the day. */

export const today = {
  exceptions: '需要处理',
  late: (count) => `${count} 条交付后超过一天没有确认`,
  empty: (count) => `${count} 条没有能发的内容`,
  unconfirmed: (count) => `${count} 条已交付，等待确认`,
  look: '查看',
  due: '今天要发的',
  next: (day) => `接下来：${day}`,
  wholeWeek: '看整周',
  nothing: '今天没有要发的',
  nothingHint: '先为这一周排计划，到点要发的会出现在这里。',
  tour: '用示例走一遍',
  tourHint: '示例是虚构的茶社，随便试，不会保存数据，也不会发送任何内容。',
  steps: {
    plan: ['排一周', '为 17 个群和到期的私聊步骤算出每天最该推的一条。'],
    why: ['看一个群', '为什么选这一条，为什么不选别的，每条理由加起来就是强度。'],
    approve: ['批准', '先看“难分高下”的格子，换一条或钉住，再整批批准；Ctrl Z 撤销。'],
    handover: ['交付', '按天和负责人导出，交给同事或机器人，发完回来确认。'],
    own: ['换成自己的数据', '导入内容、群和互动记录；文件只在这个浏览器里读取。'],
  },
};
