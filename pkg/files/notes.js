/** @file Doubts about files as sentences, in Chinese and English. */

/**
 * Values in a sentence: of the doubt, and `alike`: the doubts of the same kind, `fields`: their names, `values`: the
 * first different values, quoted.
 * @typedef {{ kind: string, field?: string, as?: string, count: number, total?: number }} Counted
 * @typedef {Counted & { alike: Counted[], fields: string[], values: string }} Values
 * @typedef {Record<string, (values: Values) => string>} Sentences
 */

/** Formats a count: `1,204`. Locale data take megabytes to load. @param {number} [count] */
const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** Returns a count with its noun: `1 cell`, `1,204 cells`. @param {number | undefined} count @param {string} one @param {string} [many] */
const of = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** Sentences by kind, without the file's name. @type {Sentences} */
const EN = {
  encoding: ({ as }) => `read as ${as}`,
  separator: ({ as }) => `columns separated by ${as}`,
  lineEnds: () => 'lines end with a carriage return alone',
  sheet: ({ as }) => `the first sheet, ${as}, is read and no other`,
  unnamed: ({ count }) => `${of(count, 'empty column')} without a name left out`,
  renamed: ({ fields }) => `columns read as fields of ours: ${fields.join(', ')} (--map says otherwise)`,
  unknown: ({ fields }) => `kept in data, being no fields of ours: ${fields.join(', ')}`,
  unmet: ({ field }) => `--map: no row has a field "${field}"`,
  zone: ({ count, field, as }) => `${field}: ${of(count, 'time')} without a zone read as ${as} (--zone says otherwise)`,
  absent: ({ count, field, values }) => `${field}: ${of(count, 'cell')} read as no value: ${values}`,
  trimmed: ({ count, field, values }) => `${field}: ${of(count, 'cell')} trimmed: ${values}`,
  quoted: ({ count, field, values }) => `${field}: ${of(count, 'cell')} freed of spreadsheet quoting: ${values}`,
  decimal: ({ count, field, values }) => `${field}: ${of(count, 'id looks', 'ids look')} like decimals, other ids than without .0: ${values}`,
  rounded: ({ count, field, values }) => `${field}: ${of(count, 'long id ends', 'long ids end')} in 00, as if digits were lost: ${values}`,
  list: ({ count, field, values }) => `${field}: ${of(count, 'cell holds', 'cells hold')} separators but no |, each read as one name: ${values}`,
  seconds: (values) => early(values, 'are they seconds? Times are milliseconds since 1970 (import csv --seconds reads seconds)'),
  days: (values) => early(values, 'are they seconds? Or days, since 1970 or of a spreadsheet? Times are milliseconds since 1970, or dates'),
  dates: (values) => early(values, 'are they seconds? Or dates? Write them as 2026-03-29'),
  early: (values) => early(values),
  late: ({ count, field, values }) => `${of(count, 'record has a time', 'records have times')} more than a year ahead: ${field}: ${values}`,
  duplicate: ({ count, values }) => `${of(count, 'row repeats an id', 'rows repeat an id')}; the last one counts: ${values}`,
  repeated: ({ count }) => `${number(count)} interactions had an id that was already there and count once`,
  terms: ({ count }) => `${of(count, 'term')} left out, since an item keeps its 256 heaviest`,
  ahead: ({ count, as }) => `${of(count, 'interaction lies', 'interactions lie')} more than an hour ahead of ${as} (--now): set aside until then`,
  aheadOfEnd: ({ count, as }) => `${of(count, 'interaction lies', 'interactions lie')} more than an hour ahead of ${as} (the end of the log; --now says otherwise): set aside until then`,
  after: ({ count, as, total }) => `${number(count)} of ${of(total, 'time')} ${total === 1 ? 'lies' : 'lie'} after the end of the log, ${as}: are they right?`,
  kind: ({ count, values }) => `${of(count, 'interaction is', 'interactions are')} of a kind without a meaning: ${values}; give it a weight in the configuration, or map it (import csv --kinds)`,
  item: ({ count, values }) => `${of(count, 'interaction names', 'interactions name')} an item that is not in the library: ${values}`,
  leftOut: ({ alike }) => `left out ${number(sumOf(alike))}: ${reasonsOf(alike, ({ field, count }) => `${field} ${number(count)}`).join(', ')}`,
  itemless: ({ count }) => `${of(count, 'interaction')} without an item`,
};

/** Returns the sentence for early times. @param {Values} values @param {string} [question] */
function early({ count, field, values }, question) {
  return `${of(count, 'record has a time', 'records have times')} before the year 2000: ${question ? `${question}; ` : ''}${field}: ${values}`;
}

/** @type {Sentences} */
const ZH = {
  encoding: ({ as }) => `按 ${as} 编码读取`,
  separator: ({ as }) => `按 ${as} 分列`,
  lineEnds: () => '行以单个回车符结尾',
  sheet: ({ as }) => `只读第一张表 ${as}`,
  unnamed: ({ count }) => `略去 ${count} 个没有名字的空列`,
  renamed: ({ fields }) => `列名对应为字段：${fields.join('、')}（可用 --map 更改）`,
  unknown: ({ fields }) => `不是已知字段，保留在 data 里：${fields.join('、')}`,
  unmet: ({ field }) => `--map：没有一行有字段“${field}”`,
  zone: ({ count, field, as }) => `${field}：${number(count)} 个时间没有时区，按 ${as} 读取（可用 --zone 更改）`,
  absent: ({ count, field, values }) => `${field}：${number(count)} 个单元格视为没有值：${values}`,
  trimmed: ({ count, field, values }) => `${field}：${number(count)} 个单元格去掉了首尾空白：${values}`,
  quoted: ({ count, field, values }) => `${field}：${number(count)} 个单元格去掉了表格软件的引号：${values}`,
  decimal: ({ count, field, values }) => `${field}：${number(count)} 个编号像小数，与不带 .0 的不是同一个：${values}`,
  rounded: ({ count, field, values }) => `${field}：${number(count)} 个长编号以 00 结尾，可能丢了末尾几位：${values}`,
  list: ({ count, field, values }) => `${field}：${number(count)} 个单元格里有分隔符却没有 |，各当作一个名字读取：${values}`,
  seconds: (values) => earlyZh(values, '是秒吗？时间应为 1970 年以来的毫秒数（import csv --seconds 按秒读取）'),
  days: (values) => earlyZh(values, '是天数吗？时间应为 1970 年以来的毫秒数，或日期'),
  dates: (values) => earlyZh(values, '是日期吗？请写成 2026-03-29'),
  early: (values) => earlyZh(values),
  late: ({ count, field, values }) => `${field}：${number(count)} 个时间在一年以后：${values}`,
  duplicate: ({ count, values }) => `${number(count)} 行的编号重复，以最后一行为准：${values}`,
  repeated: ({ count }) => `${number(count)} 条互动的编号已经出现过，只算一次`,
  terms: ({ count }) => `略去 ${number(count)} 个词：每条内容只保留最重的 256 个`,
  ahead: ({ count, as }) => `${number(count)} 条互动比 ${as}（--now）晚一小时以上，到那时再算`,
  aheadOfEnd: ({ count, as }) => `${number(count)} 条互动比 ${as}（记录的末尾，可用 --now 更改）晚一小时以上，到那时再算`,
  after: ({ count, as, total }) => `${number(total)} 个时间中有 ${number(count)} 个在记录的末尾 ${as} 之后，对吗？`,
  kind: ({ count, values }) => `${number(count)} 条互动的行为没有含义：${values}；请在配置里给它权重，或对应到已有的行为（import csv --kinds）`,
  item: ({ count, values }) => `${number(count)} 条互动的内容不在内容库里：${values}`,
  leftOut: ({ alike }) => `略去 ${number(sumOf(alike))} 条：${reasonsOf(alike, ({ field, count }) => `${reasonZh(field)} ${number(count)}`).join('、')}`,
  itemless: ({ count }) => `${number(count)} 条互动没有内容`,
};

/** Reasons for which importers leave records out, in Chinese. @type {Record<string, string>} */
const REASONS = {
  'an event without a user': '没有用户的事件', 'a call without a user': '没有用户的调用', 'an item without an id': '没有编号的内容',
  'a product without an id': '没有编号的商品', 'a repeated transaction': '重复上报的交易', 'a repeated order': '重复上报的订单',
};
/** @param {string} [reason] */
const reasonZh = (reason = '') => REASONS[reason] ?? reason.replace(/^a call of type /, '调用类型 ').replace(/^event /, '事件 ');
/** @param {Counted[]} alike */
const sumOf = (alike) => alike.reduce((sum, { count }) => sum + count, 0);

/**
 * Lists the counts of records left out by reason, largest first.
 * @param {Counted[]} alike
 * @param {(doubt: Counted & { field: string }) => string} inWords
 */
function reasonsOf(alike, inWords) {
  const all = alike.map((doubt) => ({ ...doubt, field: clean(doubt.field ?? '…') })).sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1));
  return [...all.slice(0, NAMED).map(inWords), ...(all.length > NAMED ? ['…'] : [])];
}

/** @param {Values} values @param {string} [question] */
const earlyZh = ({ count, field, values }, question = '') => `${field}：${number(count)} 个时间早于 2000 年：${values}${question && `。${question}`}`;

/** @type {Record<string, { sentences: Sentences, place: (file: string, text: string) => string, records: (count: number) => string, comma: string, more: string }>} */
const WORDS = {
  en: { sentences: EN, place: (file, text) => `${file}: ${text}`, records: (count) => (count ? of(count, 'record') : '0 rows read'), comma: ', ', more: ', …' },
  zh: { sentences: ZH, place: (file, text) => `${file}：${text}`, records: (count) => `读入 ${number(count)} 条`, comma: '、', more: ' 等' },
};

/** Control characters and invisible characters. */
const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00a0]/g;

/** @param {string} sign */
const escaped = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Quotes a value of a file for printing. @param {string} value */
const quoted = (value) => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value).replace(UNSEEN, escaped);

/** Escapes a field's name for printing, without quotes. @param {string} name */
const clean = (name) => quoted(name).slice(1, -1).replaceAll('\\"', '"');

/** Returns the sentence for a file's number of records. @param {{ file: string, records: number }} loaded @param {'zh' | 'en'} lang */
export function recordsInWords({ file, records }, lang) {
  const words = WORDS[lang];
  return words.place(file, words.records(records));
}

/** Kinds of doubts that are reported in one sentence for all fields of a file. */
const TOGETHER = new Set(['renamed', 'unknown', 'leftOut']);
/** Maximum number of fields listed by name. */
const NAMED = 20;

/**
 * Returns a sentence for each doubt about one file. A kind without a sentence is shown unchanged.
 * @param {{ file: string, kind: string, field?: string, as?: string, count: number, total?: number, examples: { value: string }[] }[]} doubts
 * @param {'zh' | 'en'} lang
 */
export function doubtsInWords(doubts, lang) {
  const words = WORDS[lang];
  return doubts.flatMap((doubt) => {
    const { file, kind, field, count, examples } = doubt;
    const alike = TOGETHER.has(kind) ? doubts.filter((other) => other.kind === kind) : [doubt];
    if (alike[0] !== doubt) return [];
    const fields = alike.slice(0, NAMED).map((one) => clean(one.field ?? '') + (one.as === undefined ? '' : ` → ${one.as}`));
    if (alike.length > NAMED) fields.push('…');
    const values = examples.map(({ value }) => quoted(value)).join(words.comma) + (examples.length > 2 && count > examples.length ? words.more : '');
    const sentence = words.sentences[kind]?.({ ...doubt, field: field && clean(field), alike, fields, values }) ?? `${kind} ${values} (${count})`;
    return kind === 'unmet' ? sentence : words.place(file, sentence);
  });
}
