/**
 * @file Unusual files as people export them, each with the expected records or the expected message.
 *
 * `node tests/data/odd/make.mjs` writes them to this folder; `tests/node/odd.test.mjs` reads them through the package, the command line and the page.
 */

import { gzipSync } from 'node:zlib';

/** Encodes a text in GBK, by the inverse of the decoder's table. */
const gbkOf = (() => {
  const decoder = new TextDecoder('gbk');
  const codes = new Map();
  for (let lead = 0x81; lead < 0xff; lead += 1) for (let trail = 0x40; trail < 0xff; trail += 1) codes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  return (text) => Uint8Array.from([...text].flatMap((sign) => (sign < '\x80' ? [sign.charCodeAt(0)] : codes.get(sign))));
})();

/** Encodes a text in UTF-16, by default with a byte order mark. */
function utf16(text, { big = false, mark = true } = {}) {
  return Uint8Array.from([...(mark ? '\ufeff' : ''), ...text].flatMap((sign) => {
    const [high, low] = [sign.charCodeAt(0) >> 8, sign.charCodeAt(0) & 255];
    return big ? [high, low] : [low, high];
  }));
}

/** 2026-03-29 in the zone +08:00, in which all cases are read. */
const DAY = Date.UTC(2026, 2, 28, 16);
const TEN = DAY + 10 * 3_600_000;
const MS = 1774749600000;

/** Builds a case of items in a CSV; `doubts` are `kind` or `kind field`. */
const items = (file, bytes, records, doubts = [], more = {}) => ({ file, sort: 'items', bytes, records, doubts, ...more });
const log = (file, bytes, records, doubts = [], more = {}) => ({ file, sort: 'interactions', bytes, records, doubts, ...more });
const refused = (file, sort, bytes, error, more = {}) => ({ file, sort, bytes, error, ...more });
const TEA = [{ id: 'a1', title: 'Tea' }, { id: 'a2', title: 'Milk' }];
const CHINESE = '编号,标题,标签,发布时间\r\na1,春茶上新,茶|春,2026/3/29 10:00\r\na2,泡茶三步,茶,2026年3月29日\r\n';
const SPRING = [{ id: 'a1', title: '春茶上新', tags: ['茶', '春'], publishedAt: TEN }, { id: 'a2', title: '泡茶三步', tags: ['茶'], publishedAt: DAY }];
const NAMES = ['renamed 编号', 'renamed 标题', 'renamed 标签', 'renamed 发布时间', 'zone publishedAt'];
const LATE = Array.from({ length: 8000 }, (_, n) => `x${n}`);
const click = (more) => ({ user: 'u1', item: 'a1', kind: 'click', at: MS, ...more });
const HEAD = 'user,item,kind,at\n';
const row = (cells = {}) => Object.values({ user: 'u1', item: 'a1', kind: 'click', at: MS, ...cells }).join(',');

export const cases = [
  // Encodings and tables.
  items('gbk.csv', gbkOf(CHINESE), SPRING, ['encoding', ...NAMES]),
  // Its first character outside of ASCII is in the second chunk.
  items('gbk-late.csv.gz', gzipSync(Buffer.concat([Buffer.from(`id,title\n${LATE.map((id) => `${id},Tea\n`).join('')}`), gbkOf('a1,茶叶\n')])), [...LATE.map((id) => ({ id, title: 'Tea' })), { id: 'a1', title: '茶叶' }], ['encoding']),
  items('gbk.jsonl', gbkOf('{"id":"a1","title":"春茶上新"}\n'), [{ id: 'a1', title: '春茶上新' }], ['encoding']),
  items('utf8-bom.csv', `\ufeff${CHINESE}`, SPRING, NAMES),
  items('utf16le.csv', utf16(CHINESE), SPRING, ['encoding', ...NAMES]),
  items('utf16be.csv', utf16(CHINESE, { big: true }), SPRING, ['encoding', ...NAMES]),
  items('utf16le-no-mark.csv', utf16(CHINESE, { mark: false }), SPRING, ['encoding', ...NAMES]),
  items('utf16-tabs.txt', utf16(CHINESE.replaceAll(',', '\t')), SPRING, ['encoding', 'separator', ...NAMES]),
  items('bom.json', '\ufeff[{"id":"a1"}]', [{ id: 'a1' }]),
  items('bom.jsonl', '\ufeff{"id":"a1"}\n', [{ id: 'a1' }]),
  items('gbk.csv.gz', gzipSync(gbkOf(CHINESE), { level: 9 }), SPRING, ['encoding', ...NAMES]),
  refused('latin1.csv', 'items', Buffer.from('id,title\na1,Caf\xe9 cr\xe8me\n', 'latin1'), 'latin1.csv: expected UTF-8 text, or GBK or UTF-16 (spreadsheets: save as "CSV UTF-8")'),
  refused('cut-utf8.csv', 'items', Buffer.from('id,title\na1,春茶上新春茶上新\n').subarray(0, -2), 'cut-utf8.csv: expected UTF-8 text, or GBK or UTF-16 (spreadsheets: save as "CSV UTF-8")'),
  items('semicolons.csv', 'id;title\na1;Tea\na2;Milk\n', TEA, ['separator']),
  items('semicolons-commas.csv', 'id;title;tags\na1;Tea, green;x|y\n', [{ id: 'a1', title: 'Tea, green', tags: ['x', 'y'] }], ['separator']),
  items('tabs.tsv', 'id\ttitle\na1\tTea\na2\tMilk\n', TEA, ['separator']),
  items('sep-line.csv', 'sep=;\nid;title\na1;Tea\na2;Milk\n', TEA, ['separator']),
  items('cr.csv', 'id,title\ra1,Tea\ra2,Milk\r', TEA, ['lineEnds']),
  items('cr.jsonl', '{"id":"a1"}\r{"id":"a2"}\r', [{ id: 'a1' }, { id: 'a2' }], ['lineEnds']),
  items('crlf.csv', 'id,title\r\na1,Tea\r\na2,Milk\r\n', TEA),
  items('header-only.csv', 'id,title\n', []),
  items('empty.jsonl', '', []),
  refused('empty.csv', 'items', '', 'empty.csv: expected a header row, got an empty file'),
  refused('twice.csv', 'items', 'id,title,title\na1,Tea,x\n', 'twice.csv row 1, field "title": expected each column once, got it twice'),
  refused('twice-renamed.csv', 'items', '编号,素材ID\na1,a1\n', 'twice-renamed.csv row 1, field "id": expected one column for it (--map names it), got "编号" and "素材ID"'),
  items('open-column.csv', 'id,title,\na1,Tea,\na2,Milk,\n', TEA, ['unnamed']),
  items('wide-rows.csv', 'id,title\na1,Tea,,\na2,Milk,,\n', TEA),
  items('blank-rows.csv', 'id,title\na1,Tea\n,\n \na2,Milk\n,\n', TEA),
  refused('unnamed-values.csv', 'items', 'id,title,\na1,Tea,x\n', 'unnamed-values.csv row 1: expected a name for every column, got none over column 3'),
  refused('index-column.csv', 'items', ',id,title\n0,a1,Tea\n', 'index-column.csv row 1: expected a name for every column, got none over column 1'),
  refused('narrow-row.csv', 'items', 'id,title\na1\n', 'narrow-row.csv row 2: expected 2 cells, got 1'),
  refused('preamble.csv', 'items', 'my shop, March\n\nid,title\na1,Tea\n', 'preamble.csv row 1, field "id": expected a column "id" (--skip-lines, in code skipLines, leaves out lines before the header; --map names a column), got the columns my shop, March'),
  items('preamble-skipped.csv', 'my shop, March\n\nid,title\na1,Tea\na2,Milk\n', TEA, [], { options: { skipLines: 2 } }),
  items('quoted-header.csv', '"=""id""", title \na1,Tea\na2,Milk\n', TEA),

  // Names of columns.
  log('chinese-log.csv', gbkOf('用户ID,内容编号,行为,时间\nu1,a1,click,2026-03-29 10:00:00\n'), [click({ at: TEN })], ['encoding', 'renamed 用户ID', 'renamed 内容编号', 'renamed 行为', 'renamed 时间', 'zone at']),
  log('english-log.csv', `user_id,item_id,event_type,timestamp\n${row()}\n`, [click()], ['renamed user_id', 'renamed item_id', 'renamed event_type', 'renamed timestamp']),
  log('english-log.jsonl', `{"userId":"u1","itemId":"a1","action":"click","timestamp":${MS}}\n`, [click()], ['renamed userId', 'renamed itemId', 'renamed action', 'renamed timestamp']),
  log('beside.csv', `user,item,kind,at,时间\n${row()},x\n`, [click({ data: { 时间: 'x' } })], ['unknown 时间']),
  { file: 'groups.csv', sort: 'groups', bytes: '群编号,成员,标签\ng1,u1|u2,茶\n', records: [{ id: 'g1', members: ['u1', 'u2'], tags: ['茶'] }], doubts: ['renamed 群编号', 'renamed 成员', 'renamed 标签'] },
  items('own-fields.csv', 'id,cover,品牌\na1,x.jpg,霁溪\n', [{ id: 'a1', data: { cover: 'x.jpg', 品牌: '霁溪' } }], ['unknown cover', 'unknown 品牌']),
  refused('case.csv', 'items', 'id,title,Hidden\na1,Secret draft,true\n', 'case.csv row 1, field "Hidden": expected "hidden" (--allow-unknown, in code allowUnknown, takes it for a field of your own), got "Hidden"'),
  refused('snake.csv', 'items', 'id,expires_at\na1,2026-03-29\n', 'snake.csv row 1, field "expires_at": expected "expiresAt" (--allow-unknown, in code allowUnknown, takes it for a field of your own), got "expires_at"'),
  refused('slip.jsonl', 'items', '{"id":"a1","hiden":true}\n', 'slip.jsonl row 1, field "hiden": expected "hidden" (--allow-unknown, in code allowUnknown, takes it for a field of your own), got "hiden"'),
  refused('american.csv', 'users', 'id,personalized\nu1,false\n', 'american.csv row 1, field "personalized": expected "personalised" (--allow-unknown, in code allowUnknown, takes it for a field of your own), got "personalized"'),
  refused('audience.csv', 'items', 'id,audience.tag\na1,vip\n', 'audience.csv row 1, field "audience.tag": expected "audience.tags" (--allow-unknown, in code allowUnknown, takes it for a field of your own), got "audience.tag"'),
  items('allowed.csv', 'id,Hidden\na1,true\n', [{ id: 'a1', data: { Hidden: 'true' } }], ['unknown Hidden'], { options: { allowUnknown: true } }),
  items('mapped.csv', 'id,Hidden\na1,true\n', [{ id: 'a1', hidden: true }], [], { options: { as: { Hidden: 'hidden' } } }),

  // Ids and words for "no value".
  refused('rounded.csv', 'interactions', `${HEAD}${row({ user: '1.58292E+18' })}\n`, 'rounded.csv row 2, field "user": expected an id with all its digits (format the column as text before it is written), got "1.58292E+18"'),
  log('long.jsonl', [7, 8].map((end) => `{"user":158291753387385241${end},"item":"a1","kind":"click","at":${MS}}\n`).join(''), [7, 8].map((end) => click({ user: `158291753387385241${end}` }))),
  log('long.json', `[{"user":1582917533873852417,"item":9007199254740993,"kind":"click","at":${MS}}]`, [click({ user: '1582917533873852417', item: '9007199254740993' })]),
  refused('float-id.jsonl', 'interactions', `{"user":1.5,"item":"a1","kind":"click","at":${MS}}\n`, 'float-id.jsonl row 1, field "user": expected an id as text, since a number keeps no more than 15 digits, got 1.5'),
  log('zeros.csv', `${HEAD}${row({ user: '1582917533873852400' })}\n`, [click({ user: '1582917533873852400' })], ['rounded user']),
  log('decimal-id.csv', `${HEAD}${row({ user: '1001.0' })}\n`, [click({ user: '1001.0' })], ['decimal user']),
  log('excel-error.csv', `${HEAD}${row({ item: '#REF!' })}\n${row({ item: '无' })}\n`, [1, 2].map(() => ({ user: 'u1', kind: 'click', at: MS })), ['absent item']),
  log('number-id.jsonl', `{"user":7,"item":"a1","kind":"click","at":${MS}}\n`, [click({ user: '7' })]),
  log('padded.csv', `${HEAD}u1\t, a1\u00a0,\u200bclick,${MS}\n`, [click()], ['trimmed user', 'trimmed item', 'trimmed kind']),
  log('padded.jsonl', `{"user":"u1 ","item":"\ufeffa1","kind":"click\u3000","at":${MS}}\n`, [click()], ['trimmed user', 'trimmed item', 'trimmed kind']),
  log('excel-quoted.csv', `${HEAD}"=""u1""",a1,click,${MS}\n`, [click()], ['quoted user']),
  items('excel-quoted-all.csv', '"=""id""","=""title""","=""publishedAt""","=""value""","=""hidden"""\n"=""007""","=""Tea""","=""2026-03-29""","=""1.5""","=""TRUE"""\n',
    [{ id: '007', title: 'Tea', publishedAt: DAY, value: 1.5, hidden: true }], ['quoted id', 'quoted title', 'quoted publishedAt', 'quoted value', 'quoted hidden', 'zone publishedAt']),
  log('null-user.csv', `user,group,item,kind,at\nNULL,g1,a1,click,${MS}\n\\N,g1,a1,click,${MS}\n`, [1, 2].map(() => ({ group: 'g1', item: 'a1', kind: 'click', at: MS })), ['absent user']),
  log('nan-item.csv', `${HEAD}${row({ item: 'nan' })}\n`, [{ user: 'u1', kind: 'click', at: MS }], ['absent item']),
  refused('undefined-user.csv', 'interactions', `${HEAD}${row({ user: 'undefined' })}\n`, 'undefined-user.csv row 2: expected a user or a group'),
  log('not-set.jsonl', `{"user":"u1","item":"(not set)","kind":"click","at":${MS}}\n`, [{ user: 'u1', kind: 'click', at: MS }], ['absent item']),
  items('null-cells.csv', 'id,title,tags,publishedAt,cover\na1,NULL,\\N,NULL,NULL\n', [{ id: 'a1' }], ['absent title', 'absent tags', 'absent publishedAt', 'absent cover']),
  items('honest-words.csv', 'id,title\na1,None of your business\na2,undefined behaviour\nnone-1,null and void\n', [{ id: 'a1', title: 'None of your business' }, { id: 'a2', title: 'undefined behaviour' }, { id: 'none-1', title: 'null and void' }]),
  items('repeated.csv', 'id,title\na1,Old\na1,Tea\n', [{ id: 'a1', title: 'Old' }, { id: 'a1', title: 'Tea' }], ['duplicate id']),

  // Times.
  log('seconds.csv', `${HEAD}${row({ at: 1774749600 })}\n`, [click({ at: 1774749600 })], ['seconds at']),
  log('seconds-read.csv', `${HEAD}${row({ at: '1774749600.25' })}\n`, [click({ at: MS + 250 })], [], { options: { seconds: true } }),
  refused('microseconds.csv', 'interactions', `${HEAD}${row({ at: 1774749600000000 })}\n`, 'microseconds.csv row 2, field "at": expected milliseconds or an ISO date before the year 2200 (are these microseconds?), got "1774749600000000"'),
  log('days.jsonl', '{"user":"u1","item":"a1","kind":"click","at":20541}\n', [click({ at: 20541 })], ['days at']),
  log('digits.csv', `${HEAD}${row({ at: 20260329 })}\n`, [click({ at: 20260329 })], ['dates at']),
  items('far.csv', 'id,expiresAt\na1,2099-12-31T00:00:00Z\n', [{ id: 'a1', expiresAt: Date.UTC(2099, 11, 31) }], ['late expiresAt']),
  items('old.csv', 'id,publishedAt\na1,1995-01-01T00:00Z\n', [{ id: 'a1', publishedAt: Date.UTC(1995, 0) }], ['early publishedAt']),
  refused('offset.csv', 'interactions', `${HEAD}${row({ at: '2026-03-29T10:00+99:00' })}\n`, 'offset.csv row 2, field "at": expected milliseconds or an ISO date, got "2026-03-29T10:00+99:00"'),
  ...Object.entries({ 'short-offset': '2026-03-29 10:00:00+08', utc: '2026-03-29 02:00:00 UTC', bracket: '2026-03-29T10:00:00+08:00[Asia/Shanghai]', gmt: '2026-03-29 10:00 GMT+8' })
    .map(([name, at]) => log(`time-${name}.csv`, `${HEAD}${row({ at })}\n`, [click({ at: TEN })])),
  ...Object.entries({ slashes: '2026/3/29 10:00', dots: '2026.3.29 10:00', chinese: '2026年3月29日 10:00', iso: '2026-03-29T10:00:00' })
    .map(([name, at]) => log(`local-${name}.csv`, `${HEAD}${row({ at })}\n`, [click({ at: TEN })], ['zone at'])),
  refused('american-date.csv', 'interactions', `${HEAD}${row({ at: '3/29/2026' })}\n`, 'american-date.csv row 2, field "at": expected milliseconds or an ISO date, got "3/29/2026"'),

  // Lists, flags and numbers.
  items('lists.csv', `id,tags\na1,护肤、保湿\na2,"['护肤', '保湿']"\na3,护肤|保湿\na4,"[""护肤"",""保湿""]"\na5,a;b\n`,
    [['a1', '护肤、保湿'], ['a2', '护肤', '保湿'], ['a3', '护肤', '保湿'], ['a4', '护肤', '保湿'], ['a5', 'a;b']].map(([id, ...tags]) => ({ id, tags })), ['list tags']),
  items('list-text.jsonl', '{"id":"a1","tags":"茶|春","hidden":"否","value":"1.5"}\n', [{ id: 'a1', tags: ['茶', '春'], hidden: false, value: 1.5 }]),
  items('flags.csv', 'id,hidden,pinned\na1,是,No\na2,TRUE,0\n', [{ id: 'a1', hidden: true, pinned: false }, { id: 'a2', hidden: true, pinned: false }]),
  refused('flag.csv', 'items', 'id,hidden\na1,perhaps\n', 'flag.csv row 2, field "hidden": expected true or false, got "perhaps"'),
  refused('long-value.jsonl', 'interactions', `{"user":"u1","item":"a1","kind":"click","at":${MS},"value":12345678901234567890}\n`, 'long-value.jsonl row 1, field "value": expected a number of at most 15 digits, which is not rounded, got "12345678901234567890"'),
  items('long-data.jsonl', '{"id":"a1","data":{"order":12345678901234567890}}\n', [{ id: 'a1', data: { order: '12345678901234567890' } }]),
];
