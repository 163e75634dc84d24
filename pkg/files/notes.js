/** @file The doubts of a load in words, in Chinese and English. */

const number = { en: (count) => count.toLocaleString('en'), zh: (count) => count.toLocaleString('zh-CN') };

/** `1 cell`, `1,204 cells`. */
const of = (count, one, many = `${one}s`) => `${number.en(count)} ${count === 1 ? one : many}`;

/** By kind: a sentence from `{ count, field, as, values }`, without the file's name. `as` is what it was read as, `values` are the first different ones, quoted. */
const EN = {
  encoding: ({ as }) => `read as ${as}`,
  separator: ({ as }) => `columns separated by ${as}`,
  lineEnds: () => 'lines end with a carriage return alone',
  sheet: ({ as }) => `the first sheet, ${as}, is read and no other`,
  unnamed: ({ count }) => `${of(count, 'empty column')} without a name left out`,
  renamed: ({ field, as }) => `column "${field}" read as "${as}" (--map says otherwise)`,
  unknown: ({ count, field }) => `"${field}" is no field of ours and is kept in data (${of(count, 'record')})`,
  unmet: ({ field }) => `no row has a field "${field}"`,
  zone: ({ count, field, as }) => `${field}: ${of(count, 'time')} without a zone read as ${as} (--zone says otherwise)`,
  absent: ({ count, field, values }) => `${field}: ${of(count, 'cell')} taken for no value: ${values}`,
  trimmed: ({ count, field, values }) => `${field}: ${of(count, 'cell')} trimmed: ${values}`,
  quoted: ({ count, field, values }) => `${field}: ${of(count, 'cell')} freed of spreadsheet quoting: ${values}`,
  rounded: ({ count, field, values }) => `${field}: ${of(count, 'long id ends', 'long ids end')} in 00, as if digits were lost: ${values}`,
  list: ({ count, field, values }) => `${field}: ${of(count, 'cell holds', 'cells hold')} separators but no |, each read as one name: ${values}`,
  seconds: (told) => early(told, 'are they seconds? Times are milliseconds since 1970 (--seconds reads seconds)'),
  days: (told) => early(told, 'are they seconds? Or days, since 1970 or of a spreadsheet? Times are milliseconds since 1970, or dates'),
  dates: (told) => early(told, 'are they seconds? Or dates? Write them as 2026-03-29'),
  early: (told) => early(told),
  late: ({ count, field, values }) => `${of(count, 'record has a time', 'records have times')} more than a year ahead: "${field}" ${values}`,
  duplicate: ({ count, values }) => `${of(count, 'row repeats an id', 'rows repeat an id')}; the last one counts: ${values}`,
  kind: ({ count, values }) => `${of(count, 'interaction is', 'interactions are')} of a kind without a meaning: ${values}; give it a weight in the configuration, or map it (import csv --kinds)`,
  item: ({ count, values }) => `${of(count, 'interaction names', 'interactions name')} an item that is not in the library: ${values}`,
  leftOut: ({ count, field }) => `left out ${number.en(count)}: ${field}`,
  itemless: ({ count }) => `${of(count, 'interaction')} without an item`,
};

/** An early time; existing readers of these lines look for the question. */
function early({ count, field, values }, question) {
  return `${of(count, 'record has a time', 'records have times')} before the year 2000: ${question ? `${question}; ` : ''}"${field}" ${values}`;
}

const ZH = {
  encoding: ({ as }) => `按 ${as} 编码读取`,
  separator: ({ as }) => `按 ${as} 分列`,
  lineEnds: () => '行以单个回车符结尾',
  sheet: ({ as }) => `只读第一张表 ${as}`,
  unnamed: ({ count }) => `略去 ${count} 个没有名字的空列`,
  renamed: ({ field, as }) => `列“${field}”读作“${as}”（可用 --map 更改）`,
  unknown: ({ count, field }) => `“${field}”不是已知字段，保留在 data 里（${number.zh(count)} 条）`,
  unmet: ({ field }) => `没有一行有字段“${field}”`,
  zone: ({ count, field, as }) => `${field}：${number.zh(count)} 个时间没有时区，按 ${as} 读取（可用 --zone 更改）`,
  absent: ({ count, field, values }) => `${field}：${number.zh(count)} 个单元格视为没有值：${values}`,
  trimmed: ({ count, field, values }) => `${field}：${number.zh(count)} 个单元格去掉了首尾空白：${values}`,
  quoted: ({ count, field, values }) => `${field}：${number.zh(count)} 个单元格去掉了表格软件的引号：${values}`,
  rounded: ({ count, field, values }) => `${field}：${number.zh(count)} 个长编号以 00 结尾，可能丢了末尾几位：${values}`,
  list: ({ count, field, values }) => `${field}：${number.zh(count)} 个单元格里有分隔符却没有 |，各当作一个名字读取：${values}`,
  seconds: (told) => earlyZh(told, '是秒吗？时间应为 1970 年以来的毫秒数（--seconds 按秒读取）'),
  days: (told) => earlyZh(told, '是天数吗？时间应为 1970 年以来的毫秒数，或日期'),
  dates: (told) => earlyZh(told, '是日期吗？请写成 2026-03-29'),
  early: (told) => earlyZh(told),
  late: ({ count, field, values }) => `${field}：${number.zh(count)} 个时间在一年以后：${values}`,
  duplicate: ({ count, values }) => `${number.zh(count)} 行的编号重复，以最后一行为准：${values}`,
  kind: ({ count, values }) => `${number.zh(count)} 条互动的行为没有含义：${values}；请在配置里给它权重，或对应到已有的行为（import csv --kinds）`,
  item: ({ count, values }) => `${number.zh(count)} 条互动的内容不在内容库里：${values}`,
  leftOut: ({ count, field }) => `略去 ${number.zh(count)} 条：${reasonZh(field)}`,
  itemless: ({ count }) => `${number.zh(count)} 条互动没有内容`,
};

/** Why importers leave something out, as they tell it. */
const REASONS = {
  'an event without a user': '没有用户的事件', 'a call without a user': '没有用户的调用', 'an item without an id': '没有编号的内容',
  'a product without an id': '没有编号的商品', 'a repeated transaction': '重复上报的交易', 'a repeated order': '重复上报的订单',
};
const reasonZh = (reason) => REASONS[reason] ?? reason.replace(/^a call of type /, '调用类型 ').replace(/^event /, '事件 ');

const earlyZh = ({ count, field, values }, question = '') => `${field}：${number.zh(count)} 个时间早于 2000 年：${values}${question && `。${question}`}`;

const WORDS = {
  en: { sentences: EN, place: (file, text) => `${file}: ${text}`, records: (count) => (count ? of(count, 'record') : '0 rows read'), comma: ', ', more: ', …' },
  zh: { sentences: ZH, place: (file, text) => `${file}：${text}`, records: (count) => `读入 ${number.zh(count)} 条`, comma: '、', more: ' 等' },
};

/** Characters that a terminal would obey, or that no one would see. */
const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00a0]/g;

/** A value of a file as it can be printed. */
const quoted = (value) => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value).replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** How many records a file has. */
export function recordsInWords({ file, records }, lang) {
  const words = WORDS[lang];
  return words.place(file, words.records(records));
}

/** One doubt as a sentence. A kind without words is shown as it stands. */
export function doubtInWords({ file, kind, field, as, count, examples }, lang) {
  const words = WORDS[lang];
  const values = examples.map(({ value }) => quoted(value)).join(words.comma) + (examples.length > 2 && count > examples.length ? words.more : '');
  const sentence = words.sentences[kind];
  return words.place(file, sentence ? sentence({ count, field, as, values }) : `${kind} ${field ?? ''} ${values} (${count})`);
}
