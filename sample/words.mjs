// Vocabulary of 霁溪茶社 (Jixi Tea), an invented brand: topics, products, audiences, names and notes.

/** Topics of tastes. `say` contains sentences for texts; `words` become tags of items, users and groups. */
export const TOPICS = {
  green: {
    category: 'tea/green', words: ['绿茶', '春茶'], region: ['霁溪谷'], flavour: { 鲜爽: 1, 豆香: 0.6 },
    source: '山头来信',
    say: ['头采的芽头小而匀，冲下去先浮后沉，像一池慢慢醒来的春水。',
      '八十度的水、三克茶、一分钟，鲜味就到了。',
      '今年倒春寒来得晚，采摘比往年推迟了六天。', '豆香在前，回甘在后，第三泡才是它最好的时候。'],
  },
  white: {
    category: 'tea/white', words: ['白茶', '老茶'], region: ['白鹭岭'], flavour: { 毫香: 1, 枣香: 0.7 },
    source: '白鹭岭仓记',
    say: ['只萎凋、不炒不揉，白茶的味道一半交给太阳，一半交给时间。',
      '五年往上的饼，建议先闻仓味，再看汤色。',
      '冷水下壶，小火慢煮，枣香大约在第八分钟出来。', '每一饼都写着压制日期，我们只标年份，不讲故事。'],
  },
  black: {
    category: 'tea/black', words: ['红茶', '下午茶'], region: ['望岫山'], flavour: { 蜜香: 1, 果香: 0.5 },
    source: '望岫山房',
    say: ['汤色透亮，杯沿有一圈金边，蜜香先到。',
      '加一点点奶也站得住，这是它骨架好的证明。',
      '发酵多一分则闷，少一分则青，师傅的手比仪器准。', '下午三点，一块司康，一壶红茶，刚好。'],
  },
  oolong: {
    category: 'tea/oolong', words: ['乌龙', '岩茶'], region: ['石笋湾'], flavour: { 花香: 0.8, 焙火: 1 },
    source: '石笋湾焙房',
    say: ['高冲低斟，坐杯三秒，前四泡都要快。',
      '轻焙的香在杯盖上，重焙的香在杯底。',
      '做青那一夜没有人睡，摇一次，等两个钟头。', '七泡之后还有余香，才算对得起这一炉炭火。'],
  },
  dark: {
    category: 'tea/dark', words: ['黑茶', '存茶'], region: ['云栈坪'], flavour: { 陈香: 1, 木香: 0.5 },
    source: '云栈仓库',
    say: ['第一泡快进快出，叫醒它，不必心疼。',
      '干仓存放，离厨房远一点，离阳光也远一点。',
      '饭后一杯，厚、滑、暖，不抢话。', '陈皮放三分之一片就够，多了只剩酸。'],
  },
  scented: {
    category: 'tea/scented', words: ['花茶', '茉莉'], region: ['青梧坞'], flavour: { 花香: 1, 清甜: 0.6 },
    source: '花事研究室',
    say: ['伏天的茉莉夜里开，窨茶的人也跟着夜里醒。',
      '好的花茶香在水里，不在鼻尖。',
      '玻璃杯泡最好看，九十度的水，不用闷。', '七窨之后把花筛净，只把香气留下。'],
  },
  brewing: {
    category: 'craft/brewing', words: ['冲泡', '新手'], region: [], flavour: {},
    source: '阿禾泡茶',
    say: ['水温、投茶量、时间，三个数字记住两个就能及格。',
      '出汤犹豫一秒，茶就浓一分。',
      '不要怕泡坏，一次只改一个变量。', '先用便宜的茶练手，练到每一泡味道一样，再换好茶。'],
  },
  ware: {
    category: 'craft/ware', words: ['茶器', '茶席'], region: [], flavour: {},
    source: '器物间',
    say: ['器物是用的，不是供的，磕一个小口也是它的年纪。',
      '壶嘴断水利落，茶桌就干净。',
      '薄胎聚香，厚胎保温，看你泡什么。', '一席茶不必满，留三分空给手和话。'],
  },
  wellness: {
    category: 'life/wellness', words: ['节气', '养生'], region: [], flavour: { 温润: 1 },
    source: '节气茶事',
    say: ['换季的时候，茶淡一点，睡早一点。',
      '茶不是药，喝得舒服就是合适。',
      '早上喝鲜的，午后喝香的，晚上喝陈的。', '本周打卡的茶友已经超过一半，记得上传你的那一杯。'],
  },
  culture: {
    category: 'life/culture', words: ['茶山', '文化'], region: ['霁溪谷', '望岫山'], flavour: {},
    source: '茶友来稿',
    say: ['山路很慢，手机没有信号，正好喝茶。',
      '岑师傅说，做茶急不得，人也是。',
      '那天茶馆里只有雨声和水声。', '我们把这次走山的路线画成了图，放在文末。'],
  },
  daily: {
    category: 'life/daily', words: ['办公室', '冷泡'], region: [], flavour: { 清爽: 1 },
    source: '工位茶水间',
    say: ['一只杯子，一个茶包，三分钟，不影响开会。',
      '冷泡前一晚放进冰箱，第二天带走就好。',
      '无糖，不等于没味道。', '下午四点以后，换成低咖的那一种。'],
  },
  gift: {
    category: 'gift/box', words: ['送礼', '礼盒'], region: [], flavour: {},
    source: '霁溪编辑部',
    say: ['送茶最怕贵而不合适，先想对方平时怎么喝。',
      '礼盒可以代写卡片，留言在下单页备注。',
      '包装能拆开再用，是我们坚持的小事。', '企业团购满二十份可以刻字。'],
  },
}

/** First sentence for each format; the topic's sentences follow. */
export const OPENINGS = {
  article: ['这一篇写给正在琢磨这件事的你。', '编辑部整理了茶友问得最多的几个问题。', '先说结论，再说为什么。'],
  video: ['三分钟看完，建议开声音。', '镜头离茶很近，请配一杯一起看。', '这一条是一镜到底，没有剪掉手抖的部分。'],
  poster: ['长按保存，转给一起喝茶的人。', '本期海报可以直接发朋友圈。'],
  coupon: ['领取后在小程序下单时自动抵扣，每人限领。', '数量有限，领完为止；可与会员折扣同享。'],
  miniprogram: ['点开小程序即可参加，进度会自动保存。', '在小程序里完成，结果可以存成图片。'],
  invitation: ['名额不多，先到先得；临时来不了请提前说一声。', '带一个朋友来，茶点我们准备。'],
}

/** `role` is the product's role on the shelf, `worth` of one conversion in yuan, `price` of an order in yuan, and
 * `lasts` its replenishment cycle in days. */
export const PRODUCTS = {
  'p-try': { name: '尝鲜小罐', topic: 'green', role: 'traffic', worth: 4, price: 9.9, lasts: 7 },
  'p-green': { name: '霁溪春芽', topic: 'green', role: 'hit', worth: 42, price: 128, lasts: 45 },
  'p-green-first': { name: '头采春芽典藏', topic: 'green', role: 'profit', worth: 180, price: 420, lasts: 60 },
  'p-white': { name: '白鹭岭白毫饼', topic: 'white', role: 'hit', worth: 55, price: 168, lasts: 90 },
  'p-white-old': { name: '八年陈白毫饼', topic: 'white', role: 'profit', worth: 210, price: 520, lasts: 120 },
  'p-black': { name: '望岫红', topic: 'black', role: 'hit', worth: 36, price: 98, lasts: 45 },
  'p-oolong': { name: '石笋岩香', topic: 'oolong', role: 'profit', worth: 96, price: 258, lasts: 45 },
  'p-dark': { name: '云栈熟饼', topic: 'dark', role: 'hit', worth: 48, price: 138, lasts: 90 },
  'p-scented': { name: '夜雪茉莉', topic: 'scented', role: 'hit', worth: 30, price: 88, lasts: 45 },
  'p-bags': { name: '工位茶包七日装', topic: 'daily', role: 'traffic', worth: 8, price: 29.9, lasts: 7 },
  'p-cup': { name: '随行冷泡杯', topic: 'daily', role: 'hit', worth: 26, price: 79 },
  'p-set': { name: '初泡三件套', topic: 'brewing', role: 'traffic', worth: 18, price: 59 },
  'p-gaiwan': { name: '薄胎盖碗', topic: 'ware', role: 'profit', worth: 88, price: 198 },
  'p-box': { name: '岁暖礼盒', topic: 'gift', role: 'profit', worth: 120, price: 298 },
  'p-class': { name: '周末茶席课', topic: 'culture', role: 'profit', worth: 75, price: 168 },
  'p-calm': { name: '四时安茶', topic: 'wellness', role: 'hit', worth: 34, price: 92, lasts: 30 },
}

/** Named audiences, as pieces.mjs refers to them. No tiers: those are computed from the log. */
export const AUDIENCES = {
  notice: { purposes: ['notice'] },
  benefit: { purposes: ['benefit', 'growth'] },
  growth: { purposes: ['growth'] },
  care: { purposes: ['care'] },
  quiet: { not: { purposes: ['notice', 'care'] } },
  wecom: { channels: ['wecom'] },
  notFeed: { not: { channels: ['mini'] } },
  newcomer: { tags: ['新客'] },
  gold: { tags: ['金叶会员'], not: { purposes: ['notice'] } },
  parents: { tags: ['宝爸宝妈'] },
  elders: { not: { tags: ['学生'] } },
  hangzhou: { groups: ['g-hangzhou'] },
  hill: { groups: ['g-hill', 'g-spring'], channels: ['wecom'] },
  notBenefit: { not: { groups: ['g-benefit-1', 'g-benefit-2'] } },
  testers: { users: ['u0003', 'u0011', 'u0042', 'u0077', 'u0108', 'u0150', 'u0201', 'u0266'] },
  notTesters: { not: { users: ['u0003', 'u0011'] } },
}

/** Named caps. */
export const CAPS = {
  once: [{ count: 1, per: 'user' }],
  gentle: [{ count: 1, per: 'user', hours: 72 }, { count: 2, per: 'group', hours: 168 }],
  daily: [{ count: 1, per: 'group', hours: 24 }],
  scarce: [{ count: 1, per: 'user' }, { count: 60, per: 'total' }],
  hourly: [{ count: 20, per: 'total', hours: 1 }],
}

/** Account that publishes and sends. */
export const CHANNELS = [
  { id: 'wecom', tags: ['社群', '一对一'], attributes: { name: '霁溪茶社·小茶', kind: '企业微信', dailyLimit: 3 } },
  { id: 'oa', tags: { 图文: 1, 科普: 0.6 }, attributes: { name: '霁溪茶事', kind: '公众号', weeklyLimit: 4 } },
  { id: 'mini', tags: ['优惠', '拼团', '活动'], attributes: { name: '霁溪茶铺', kind: '小程序' } },
]

export const CITIES = { 杭州: 9, 成都: 6, 广州: 5, 武汉: 4, 西安: 3, 苏州: 4, 长沙: 3, 北京: 5, 上海: 6, 厦门: 3, 昆明: 2 }
export const LEVELS = ['新叶', '青叶', '银叶', '金叶']

/** `tag` is the shop's tag of the user, `hours` the times of reading (24 weights), `likes` preferred topics. */
export const PERSONAS = {
  office: { tag: '上班族', share: 5, likes: ['daily', 'black', 'brewing'], hours: '000000137422644234445863' },
  parent: { tag: '宝爸宝妈', share: 3, likes: ['scented', 'gift', 'wellness'], hours: '000000254333452234433896' },
  retired: { tag: '退休生活', share: 2, likes: ['white', 'wellness', 'dark'], hours: '000013686554334555654210' },
  student: { tag: '学生', share: 2, likes: ['daily', 'culture', 'scented'], hours: '100000013233463333456898' },
  keeper: { tag: '老茶客', share: 2, likes: ['oolong', 'dark', 'ware', 'white'], hours: '000001354433443344556774' },
}

/** Parts of nicknames. A comma, quotes and an ampersand test the readers of files. */
export const NICK_HEADS = ['山雀', '半盏', '晚风', '檐下', '一叶', '小寒', '南窗', '青石', '阿柚', '三泡', '豆豆', '听雨', '橘子', '苔痕',
  '木桥', '白鹭', '慢慢', '竹影', '糯米', '秋分', '麦冬', '云片', '栗子', '渡口']
export const NICK_TAILS = ['', '不加糖', '的茶杯', '与猫', '先生', '同学', '妈妈', '在路上', '爱喝茶', '不熬夜',
  '本人', '&茶', ', 慢一点', ' "老茶客"']
/** Notes of staff; one contains a line break, one quotes. */
export const NOTES = ['过敏：桂花', '只要无糖, 别发奶茶', '周末再联系\n工作日静音', '说话喜欢用"您"']
export const HELPERS = ['小茶一号', '小茶二号', '小茶三号']
