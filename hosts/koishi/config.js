/** @file Configuration schema, described in Chinese and English. */

'use strict';

const { Schema } = require('koishi');

const Config = Schema.object({
  items: Schema.string(),
  link: Schema.string().role('link'),
  buttons: Schema.boolean().default(false),
  lang: Schema.union(['zh', 'en']).default('zh'),
  schedule: Schema.array(
    Schema.object({ at: Schema.string().pattern(/^([01]\d|2[0-3]):[0-5]\d$/).required(), groups: Schema.array(String) }),
  ).default([]),
  commands: Schema.dict(
    Schema.union([Schema.const(false), Schema.object({ zh: Schema.string(), en: Schema.string() })]),
    Schema.union(['next', 'off', 'on', 'tags', 'forget']),
  ),
  secret: Schema.string().role('secret'),
  keywords: Schema.array(Schema.object({ kind: Schema.string().required(), words: Schema.array(String).required() })),
  render: Schema.function().hidden(),
  recommender: Schema.any(),
}).i18n({
  'zh-CN': {
    items: '内容库的文件（CSV、JSON 或 JSONL，可加 .gz），相对于 Koishi 的目录；也可以由别的插件通过 ctx.nextpick.recommender 放入。',
    link: '内容的链接模板，必须含有 {token}，可以含有 {item}、{group}、{user}。',
    buttons: '在内容下面显示按钮；所用平台支持按钮时才打开。',
    lang: '机器人说的语言。',
    schedule: {
      $desc: '每天什么时候向群里发一条，按运营方的时钟（见 recommender.utcOffsetMinutes）。',
      at: '时间，例如 09:30。',
      groups: '只发给这些群（平台:频道）；不填则发给所有群。',
    },
    commands: '命令的新名字，例如 next: { zh: 来一条, en: more }；false 关掉这条命令。',
    secret: '给按钮和链接签名的密钥，至少 16 字节；不填则自动生成并存在数据库里。换了它，以前的按钮和链接就失效。',
    keywords: { $desc: '群聊里的哪些话算哪种互动；填了就取代默认的。', kind: '互动的种类，例如 comment。', words: '这些词语。' },
    recommender: '推荐的配置：cadence（频次）、quietHours（免打扰）、utcOffsetMinutes 等，与 nextpick 的 Config 相同。',
  },
  'en-US': {
    items:
      'A file with the library (CSV, JSON or JSONL, also with .gz), relative to Koishi’s folder. ' +
      'Other plugins may put items through ctx.nextpick.recommender, too.',
    link: 'Where a piece is read: a template with {token}, and {item}, {group}, {user} if you like.',
    buttons: 'Show buttons under a piece; only where the platform has them.',
    lang: 'The language of the bot.',
    schedule: {
      $desc: 'When groups get a piece, by the operator’s clock (recommender.utcOffsetMinutes).',
      at: 'A time of day, such as 09:30.',
      groups: 'Only these groups (platform:channel). Default: all.',
    },
    commands: 'Other names of commands, such as next: { zh: 来一条, en: more }; false switches one off.',
    secret:
      'The key with which buttons and links are signed, at least 16 bytes. Default: made once and kept in the database. ' +
      'Another one ends the buttons and links sent before.',
    keywords: {
      $desc: 'Which words in a message are which kind of interaction; replaces those that ship.',
      kind: 'The kind, such as comment.',
      words: 'The words.',
    },
    recommender: 'How it decides: cadence, quietHours, utcOffsetMinutes and the rest of nextpick’s Config.',
  },
});

module.exports = { Config };
