/**
 * @file Chinese texts of the rules and values in errors, by their English text: errors need no second list of codes. A
 * rule without an entry is shown in English.
 */

/** Joins names for a Chinese sentence. @param {string} names */
const inChineseList = (names) => names.split(', ').join('、');

/** @type {Record<string, string>} */
const UNITS = { milliseconds: '毫秒', days: '天', hours: '小时', cycles: '个周期' };

/** @typedef {[RegExp, string | ((...groups: string[]) => string)]} Translation Pattern, and its replacement. */

/** Expected values, the most particular first. @type {Translation[]} */
const RULES = [
  // Files.
  [/^a name that ends in .*$/, '文件名以 .csv、.tsv、.json、.jsonl（可再加 .gz）、.parquet、.arrow、.feather 或 .xlsx 结尾'],
  [/^a whole gzip file$/, '完整的 gzip 文件'],
  [/^a whole (Parquet|Arrow) file$/, '完整的 $1 文件'],
  [/^a whole spreadsheet$/, '完整的表格文件'],
  [/^a spreadsheet \(\.xlsx\)$/, '表格文件（.xlsx）'],
  [/^UTF-8 text, or GBK or UTF-16.*$/, 'UTF-8、GBK 或 UTF-16 编码的文本（表格软件里请另存为“CSV UTF-8”）'],
  [/^the package (\S+), which reads (?:spreadsheets|such (?:Parquet|Arrow) files).*$/, '安装 $1 才能读这种文件（表格也可以另存为“CSV UTF-8”）'],
  [/^the package (\S+), which writes such tables.*$/, '安装 $1 才能写这种表格'],
  [/^a header row$/, '第一行是列名'],
  [/^JSON$/, 'JSON'],
  [/^an array of records, or an object with an array "(.*)"$/, '记录的数组，或含有数组“$1”的对象'],
  [/^at most ([\d,]+) bytes once unpacked.*$/, '解压后不超过 $1 字节'],
  [/^a cell of at most ([\d,]+) characters.*$/, '单元格不超过 $1 个字符'],
  [/^a row of at most ([\d,]+) characters.*$/, '一行不超过 $1 个字符'],
  [/^JSON of at most ([\d,]+) characters.*$/, '整体读取的 JSON 不超过 $1 个字符（逐行读取请用 JSONL）'],
  [/^a sheet of at most ([\d,]+) bytes.*$/, '表格解压后不超过 $1 字节'],
  [/^each row group of a table to be read within (\S+) s.*$/, '表里每个行组在 $1 秒内读完（损坏的文件会超时）'],
  [/^row groups that fit into (\d+) MB.*$/, '行组不超过 $1 MB 内存（损坏的文件会超出）'],
  // Columns and rows.
  [/^a column "(.*)", as requested$/, '有列“$1”（已指定）'],
  [/^a column "([^"]*)".*$/, '有列“$1”'],
  [/^"([^"]*)" \(--allow-unknown.*$/, '“$1”（列名看起来写错了）'],
  [/^one of the columns (.*)$/, (_, names) => `以下列之一：${inChineseList(names)}`],
  [/^each column once$/, '每列只出现一次'],
  [/^one column for it \(--map names it\)$/, '只有一列对应这个字段'],
  [/^a name for every column$/, '每一列都有列名'],
  [/^one of "(.*)" and "(.*)"$/, '“$1”和“$2”中的一个'],
  [/^(\d+) cells$/, '$1 个单元格'],
  [/^each field from one column$/, '每个字段只来自一列'],
  [/^an object, since other columns add to it$/, '一个对象（其他列也属于它）'],
  [/^a quoted cell that is closed$/, '引号成对'],
  [/^a comma or the end of the line after a closing quote$/, '引号后面是分隔符或行尾'],
  // Values.
  [/^a value \(it is required\)$/, '有值（必填）'],
  [/^a number of at most 15 digits, which is not rounded$/, '不超过 15 位的数（再长会丢失精度）'],
  [/^an id with all its digits.*$/, '完整的编号（请先把这一列设为文本格式再导出）'],
  [/^an id as text, since a number.*$/, '文本形式的编号（数字只能保留 15 位）'],
  [/^an id$/, '编号'],
  [/^milliseconds or an ISO date before the year 2200.*$/, '2200 年以前的时间（这些是微秒吗？）'],
  [/^milliseconds or an ISO date$/, '毫秒数，或年在最前面的日期（如 2026-03-29 19:30）'],
  [/^whole milliseconds since 1970.*$/, '1970 年以来的毫秒数，年份在 2200 以前'],
  [/^a time after startsAt \((.*)\)$/, '晚于开始时间（$1）的时间'],
  [/^0 or 1$/, '0 或 1'],
  [/^true or false$/, '是或否'],
  [/^a (?:finite )?number$/, '一个数'],
  [/^a whole number$/, '一个整数'],
  [/^a whole number from (\S+) to (\S+)$/, '$1 到 $2 的整数'],
  [/^a whole number of at least 1, or (.*)$/, '至少为 1 的整数，或 $1'],
  [/^a (?:number|weight|temperature|probability|share) from (\S+) to (\S+)$/, '$1 到 $2 的数'],
  [/^a (?:number|weight|share) above (\S+?),? (?:and )?at most (\S+)$/, '大于 $1、不超过 $2 的数'],
  [/^a number above 0$/, '大于 0 的数'],
  [/^a number of days above 0, at most (\S+)$/, '大于 0、不超过 $1 的天数'],
  [/^days above 0, at most (\S+)$/, '大于 0、不超过 $1 的天数'],
  [/^hours above 0, at most (\S+)$/, '大于 0、不超过 $1 的小时数'],
  [/^(milliseconds|days|hours|cycles) from (\S+) to (\S+)$/, (_, unit, from, to) => `${from} 到 ${to} ${UNITS[unit]}`],
  [/^whole minutes east of UTC.*$/, '比 UTC 早的整分钟数，-840 到 840'],
  [/^a time of day from "00:00" to "23:59"$/, '00:00 到 23:59 的时刻'],
  [/^a string of 1 to 256 bytes$/, '1 到 256 字节的文字'],
  [/^1 to 256 bytes$/, '1 到 256 字节'],
  [/^a string or a finite number$/, '文字或数'],
  [/^a string$/, '文字'],
  [/^a list of names or an object of weights$/, '名字的列表，或名字和权重'],
  [/^a list$/, '列表'],
  [/^an object$/, '对象'],
  [/^at most (\d+) bytes$/, '不超过 $1 字节'],
  [/^at most (\d+) (?:attributes|names|facets|elements)$/, '不超过 $1 个'],
  [/^at least one name.*$/, '至少一个名字（不限制就去掉这一项）'],
  [/^at least one weight other than 0$/, '至少一个不为 0 的权重'],
  [/^at least one (\S+)$/, '至少一个'],
  [/^at least one of (.*)$/, (_, names) => `至少是其中之一：${inChineseList(names)}`],
  [/^each member once$/, '每位成员只出现一次'],
  [/^each key once$/, '每个名字只出现一次'],
  [/^a user or a group$/, '有用户或群'],
  [/^either a user or a group$/, '用户和群二者之一'],
  [/^the item's field `(.*)` for this namespace$/, '写在内容自己的字段“$1”里（这个名字已有专门的字段）'],
  [/^a namespace of 1 to 64 bytes without `:`$/, '1 到 64 字节、不含冒号的名字'],
  [/^the name of an objective or weights by kind$/, '目标的名字，或各种互动的权重'],
  [/^a kind that is known: (.*?)(?: \(describe.*)?$/, (_, names) => `已知的互动：${inChineseList(names)}`],
  [/^a journey of the operations$/, '设置里有的流程'],
  [/^at least two variants, the control first$/, '至少两个方案，对照方案在最前'],
  [/^2 to 16 levels$/, '2 到 16 层'],
  [/^at least minCount \((.*)\)$/, '不小于下限（$1）'],
  [/^either min and\/or max, or minShare and\/or maxShare$/, '数量上下限，或占比上下限，只用一种'],
  [/^one of (?:the [a-z]+ )?(.*?)(?: \(fields of your own.*)?$/, (_, names) => `其中之一：${inChineseList(names)}`],
];

/** Found values. @type {Translation[]} */
const VALUES = [
  [/^nothing$/, '空'],
  [/^none$/, '没有'],
  [/^a list$/, '列表'],
  [/^an object$/, '对象'],
  [/^an empty list$/, '空列表'],
  [/^an empty string$/, '空文字'],
  [/^an empty (?:file|sheet)$/, '空文件'],
  [/^it twice$/, '两次'],
  [/^both$/, '两个都有'],
  [/^true$/, '是'],
  [/^false$/, '否'],
  [/^(\d+) bytes$/, '$1 字节'],
  [/^something else$/, '别的文件'],
  [/^a column of your own$/, '别的列'],
  [/^the columns (.*)$/, (_, names) => `这些列：${inChineseList(names)}`],
  [/^none over column (\d+)$/, '第 $1 列没有列名'],
  [/^"(.*)" from two$/, '两列都是“$1”'],
  [/^"([^"]*)" twice$/, '“$1”出现两次'],
  [/^"([^"]*)" and "([^"]*)"$/, '“$1”和“$2”'],
];

/**
 * Translates a text by the first pattern that it matches; `undefined` if there is none.
 * @param {string} text
 * @param {Translation[]} translations
 */
function translated(text, translations) {
  const found = translations.find(([pattern]) => pattern.test(text));
  return found && text.replace(found[0], /** @type {string} */ (found[1]));
}

/** Codes of errors of other software, whose value is not shown. */
const FOREIGN = new Set(['damaged', 'json']);

/**
 * Returns the Chinese sentence for a violated rule.
 * @param {{ code: string, rule: string, value: string }} error
 */
export function problemInChinese({ code, rule, value }) {
  const expected = translated(rule, RULES) ?? rule;
  if (!value || FOREIGN.has(code)) return `应为${expected}`;
  return `应为${expected}，实际是${translated(value, VALUES) ?? value}`;
}
