// The library in an editor's notation, one item per line:
//   format | topic | tags | title | notes
// Notes: on=MM-DD published (12 is 2025, else 2026), wait=/run= days until it starts/ends, play=, stage=, sells=product,
// for=audience (words.mjs), caps=caps (words.mjs), pinned, draft (hidden, never shown), retired (hidden later), en.

export const PIECES = `
article | green | 春茶 品鉴 | 明前与雨前，差的不只是几天 | on=03-24 sells=p-green
article | green | 春茶 制茶 | 一片春芽从枝头到茶罐的三十六小时 | on=03-27 sells=p-green-first
article | green | 绿茶 冲泡 新手 | 绿茶总泡得又苦又涩？先看看你的水温 | stage=activate
article | green | 春茶 储存 | 春茶怎么存，才能把鲜味留到夏天 | on=03-29 stage=retain
article | green | 绿茶 品鉴 测评 | 盲品五款绿茶，编辑部吵了一下午 |
article | green | 春茶 茶山 | 霁溪谷头采日记：雨停了，芽头刚刚好 | on=03-21
article | green | 绿茶 品鉴 香气 | 豆香、栗香、兰花香：绿茶的香气地图 |
article | white | 老茶 科普 | 关于老白茶的七个常见误会 | on=12-11
article | white | 白茶 新手 | 毫多还是叶多？第一款白茶这样挑 | stage=acquire
article | white | 老茶 煮茶 | 煮一壶老白茶，配一场冬天的雪 | on=12-20 sells=p-white
article | white | 存茶 老茶 品鉴 | 白茶饼收藏笔记：三年、五年、八年各喝一遍 | sells=p-white-old
article | white | 白茶 茶器 | 撬饼不伤手：一把茶针的正确用法 | stage=retain
article | white | 白茶 制茶 | 日光萎凋那两天，师傅在看什么 | on=03-30
article | black | 红茶 办公室 | 下午三点的红茶，比咖啡温柔一点 |
article | black | 红茶 制茶 香气 | 蜜香从哪里来：聊聊望岫红的发酵 | sells=p-black
article | black | 红茶 奶茶 测评 | 红茶加奶的合适比例，我们试了二十杯 |
article | black | 红茶 冲泡 | 冬天的第一壶红茶，记得先温杯 | on=12-08
article | black | 红茶 科普 | 小种、工夫、碎茶：红茶三兄弟 |
article | oolong | 岩茶 品鉴 | 岩骨花香，到底是一种什么味道 |
article | oolong | 乌龙 焙火 科普 | 焙火的轻与重，一张图讲明白 | sells=p-oolong
article | oolong | 岩茶 茶山 | 石笋湾的老枞，为什么一年只采一季 |
article | oolong | 乌龙 冲泡 | 盖碗泡乌龙，出汤快慢差了半条街 |
article | oolong | 岩茶 品鉴 香气 | 七泡有余香：一场乌龙的完整记录 | on=03-28
article | oolong | 乌龙 制茶 | 做青夜：凌晨两点的车间还亮着灯 |
article | dark | 黑茶 存茶 | 有仓味还能喝吗？老茶客这样判断 |
article | dark | 黑茶 冲泡 养生 | 陈皮配熟茶，比例和时间都在这里 | on=01-09 sells=p-dark
article | dark | 存茶 新手 | 第一块茶饼怎么买：写给想存茶的人 | stage=acquire
article | dark | 黑茶 科普 | 饭后一杯黑茶，解腻这件事别神化 | on=02-20
article | dark | 黑茶 制茶 | 渥堆四十天：一堆叶子的慢时光 |
article | scented | 花茶 制茶 | 七窨一提：茉莉花茶背后的七个夜晚 | sells=p-scented
article | scented | 花茶 冲泡 | 桂花红茶自制指南：一罐干花能用多久 |
article | scented | 花茶 茉莉 测评 | 玫瑰、茉莉、桂花：三种花茶的性格测试 |
article | scented | 茉莉 科普 | 花茶里看不见花，才是好花茶？ | on=03-26
article | brewing | 冲泡 新手 | 新手泡茶，只需要记住三个数字 | stage=activate for=newcomer
article | brewing | 冲泡 测评 | 水是茶的另一半：五种饮用水对比 |
article | brewing | 冲泡 茶器 | 盖碗不烫手的秘密，藏在三根手指里 |
article | brewing | 冲泡 办公室 | 没有茶具也能泡好茶：马克杯方案 |
article | brewing | 冲泡 新手 | 投茶量对照表，建议收藏 | stage=activate
article | brewing | 冲泡 新手 科普 | 泡茶常见十问：从洗茶到续水 | on=03-25
article | brewing | 冲泡 新手 | Three numbers every beginner should remember | en
article | ware | 茶器 科普 | 紫砂、瓷、玻璃：一壶一茶怎么搭 |
article | ware | 茶器 测评 | 公道杯的嘴，决定了茶桌干不干净 |
article | ware | 茶器 老茶 | 旧物新用：祖母的搪瓷缸今天泡老茶 |
article | ware | 茶席 | 茶席上的一枝花，去哪儿折 | on=03-19
article | ware | 茶器 新手 | 柴烧杯入门：那些落灰是火画的 |
article | wellness | 节气 养生 | 立春喝什么：给身体一点向上的力气 | on=02-04 sells=p-calm
article | wellness | 节气 养生 | 惊蛰前后，茶要淡一点 | on=03-05
article | wellness | 节气 春茶 | 春分茶单：一半清鲜，一半温润 | on=03-20
article | wellness | 养生 办公室 | 晚上喝茶睡不着？试试这四种低咖方案 | sells=p-calm
article | wellness | 节气 煮茶 | 冬至围炉：煮茶、烤橘子和一点闲话 | on=12-21
article | wellness | 养生 科普 | 空腹能不能喝茶，茶师和营养师聊了聊 | for=elders
article | culture | 茶山 春茶 | 周末去霁溪谷：一条适合慢走的茶山路线 | on=03-22
article | culture | 文化 茶席 | 茶馆里的一天：从第一炉水到最后一盏灯 |
article | culture | 文化 制茶 | 做茶三十年的岑师傅说：急不得 |
article | culture | 文化 茶器 | 古人怎么点茶：在家还原一碗宋式抹茶 |
article | culture | 文化 | 读诗佐茶：二月书单 | on=02-10
article | culture | 茶山 春茶 | A slow walk through the Jixi valley | en on=03-23
article | daily | 办公室 测评 | 茶包会不会很差？拆开十款给你看 | sells=p-bags
article | daily | 办公室 | 工位上的一天四杯茶 |
article | daily | 冷泡 测评 | 冷泡茶十二小时实验记录 | on=03-18
article | daily | 办公室 养生 | 加班夜的无糖茶单 |
article | gift | 送礼 | 送长辈茶礼，这三类最不出错 | on=01-22 sells=p-box
article | gift | 送礼 年货 | 年货茶单：按预算挑，不踩雷 | on=01-18 sells=p-box
article | gift | 送礼 礼盒 | 手写一张茶礼卡片：二十句不落俗的话 | on=01-28
article | gift | 送礼 花茶 | 三八节，送自己一盒花香 | on=03-03 sells=p-scented
article | gift | 通知 物流 | 清明假期发货与门店营业安排 | on=03-27 run=11 pinned for=notice stage=retain caps=daily
article | culture | 通知 | 杭州门店四月茶席课改期说明 | on=03-25 run=17 pinned for=hangzhou stage=retain
article | brewing | 冲泡 | 【草稿】硬水地区泡茶的补救办法 | on=03-29 draft
article | gift | 年货 活动 | 年货节优惠规则汇总（已结束） | on=01-15 retired stage=convert
video | green | 春茶 冲泡 | 一分钟看懂玻璃杯泡春茶 | on=03-23 sells=p-green
video | green | 春茶 茶山 制茶 | 跟拍头采：凌晨五点的霁溪谷 | on=03-20 sells=p-green-first
video | green | 制茶 绿茶 | 铁锅两百度，徒手炒青是什么体验 | on=03-26
video | green | 绿茶 测评 | 三十块和三百块的绿茶，路人能喝出来吗 |
video | white | 煮茶 老茶 | 壶里的雪声：煮老白茶的八分钟 | on=01-06 sells=p-white
video | white | 白茶 储存 | 开箱一饼八年陈，先别急着喝 | sells=p-white-old
video | white | 白茶 科普 | 银毫是什么？显微镜下的芽头 |
video | black | 红茶 冲泡 | 红茶不酸的小窍门，只改一步 |
video | black | 红茶 奶茶 | 锅煮奶茶，十分钟暖到手心 | on=12-16
video | black | 红茶 茶山 | 望岫山的雾，和雾里的茶工 |
video | oolong | 岩茶 焙火 | 炭火边的十二个小时：焙茶师的一天 | sells=p-oolong
video | oolong | 乌龙 冲泡 | 高冲低斟慢动作，看水怎么落下 |
video | oolong | 岩茶 品鉴 | 一口茶含在嘴里，老茶客在品什么 | on=03-27
video | dark | 黑茶 冲泡 | 醒茶这一步，你可能多做了 | sells=p-dark
video | dark | 存茶 | 走进云栈仓库：八百个竹筐的秩序 |
video | dark | 黑茶 煮茶 | 围炉煮茶别翻车：火候与安全 | on=12-27
video | scented | 茉莉 制茶 | 凌晨一点，茉莉花开了 | sells=p-scented
video | scented | 花茶 冲泡 | 三种花茶放进同一只玻璃杯 |
video | scented | 花茶 奶茶 | 茉莉奶绿在家做，比例写在片尾 | on=03-29
video | brewing | 冲泡 新手 | 阿禾的第一课：烧水、温杯、投茶 | stage=activate sells=p-set
video | brewing | 冲泡 新手 | 阿禾的第二课：盖碗怎么拿 | stage=activate
video | brewing | 冲泡 新手 | 阿禾的第三课：出汤时间靠数数 | stage=activate
video | brewing | 冲泡 茶器 | 一只盖碗泡遍六大茶类 | sells=p-gaiwan on=03-17
video | brewing | 冲泡 | 泡茶翻车合集，你中了几条 |
video | brewing | 冲泡 新手 | Lesson one: boil, warm, measure | en
video | ware | 茶器 手作 | 一只薄胎杯的诞生 | sells=p-gaiwan
video | ware | 茶席 | 三件器物，布一桌春天的茶席 | on=03-14
video | ware | 茶器 | 茶渍怎么洗？小苏打与柠檬的对决 | stage=retain
video | ware | 茶器 测评 | 五把断水壶，谁在滴水 |
video | wellness | 节气 养生 | 小寒三件事：早睡、泡脚、喝暖茶 | on=01-05
video | wellness | 节气 养生 | 雨水时节，给家人泡一壶祛闷的茶 | on=02-18
video | wellness | 养生 办公室 | 工位肩颈五分钟，配一杯热茶 |
video | culture | 茶山 文化 | 茶山小学的采茶课 | on=03-25
video | culture | 文化 | 雨天茶馆白噪音一小时 |
video | culture | 文化 茶席 | 茶席上的规矩，哪些可以忘掉 |
video | daily | 冷泡 | 冷泡三步：装、冰、走 | on=03-28 sells=p-cup
video | daily | 办公室 | 会议室里的一人一壶，谁洗杯子 |
video | daily | 办公室 冷泡 | 随行杯摔不坏？我们从二楼试了试 | sells=p-cup
video | gift | 送礼 礼盒 | 礼盒是怎样包好的：一根棉绳的打法 | on=01-16 sells=p-box
video | gift | 送礼 年货 | 回家带什么茶，三代人各说各的 | on=01-30 sells=p-box
poster | green | 春茶 上新 | 春茶上新：第一芽，请趁鲜 | on=03-25 sells=p-green
poster | green | 春茶 倒计时 | 头采倒计时三天 | on=03-17 run=4
poster | green | 绿茶 早安 | 早安，今天从一杯绿开始 |
poster | white | 白茶 老茶 | 时间的味道：白毫饼年份表 |
poster | white | 白茶 晚安 | 晚安，把今天慢慢煮开 |
poster | black | 红茶 上新 | 望岫红，新批次到仓 | on=01-12 sells=p-black
poster | black | 红茶 下午茶 | 周三下午茶：一壶红，两块饼干 |
poster | oolong | 岩茶 早安 | 炉火未熄，早安 |
poster | oolong | 岩茶 上新 | 石笋岩香中焙款开售 | on=02-26 sells=p-oolong
poster | dark | 黑茶 科普 | 一张图看懂生与熟 |
poster | dark | 存茶 | 存茶日签：今天适合翻一翻茶仓 |
poster | scented | 茉莉 晚安 | 夜雪茉莉：窗外有月，杯里有花 |
poster | scented | 花茶 上新 | 三月限定：青梧坞早花 | on=03-06 sells=p-scented
poster | brewing | 冲泡 新手 | 六大茶类水温速查卡 | stage=activate
poster | brewing | 冲泡 | Water, leaf, time | en
poster | ware | 茶器 上新 | 薄胎盖碗返场，只有两百只 | on=03-11 sells=p-gaiwan
poster | ware | 茶席 | 茶席一角，本月壁纸 |
poster | wellness | 节气 | 大寒：岁末宜藏 | on=01-20
poster | wellness | 节气 | 惊蛰：一雷惊醒万芽 | on=03-05
poster | wellness | 节气 | 清明将至：雨里采，火里青 | on=03-31
poster | culture | 文化 早安 | 山里来信：今天有雾 |
poster | culture | 文化 | 茶友摄影展入围作品 | on=02-28 stage=co-create
poster | daily | 办公室 | 周一，不想说话，只想喝茶 |
poster | daily | 冷泡 上新 | 第一杯冷泡，从三月最后一个周末开始 | on=03-27 sells=p-cup
poster | gift | 送礼 年货 | 岁暖礼盒预售开启 | on=01-10 sells=p-box
poster | gift | 送礼 | 元宵灯下，一壶甜茶 | on=03-02
poster | gift | 通知 | 会员日改到每月十八 | on=12-15 for=notice stage=retain
coupon | green | 春茶 优惠 | 春茶尝鲜券：满一百减二十 | on=03-22 run=20 sells=p-green caps=once
coupon | green | 春茶 优惠 | 头采典藏预订立减六十 | on=03-15 run=25 sells=p-green-first for=gold caps=scarce
coupon | green | 绿茶 新手 | 九块九尝鲜小罐，新人专享 | on=12-05 sells=p-try for=newcomer stage=acquire caps=once
coupon | white | 老茶 优惠 | 老白茶煮茶季：第二饼半价 | on=12-18 run=24 sells=p-white caps=gentle
coupon | white | 老茶 优惠 | 八年陈白毫饼，金叶会员减一百 | on=02-24 run=40 sells=p-white-old for=gold
coupon | black | 红茶 优惠 | 红茶暖冬券：满八十减十五 | on=12-12 run=21 sells=p-black
coupon | black | 红茶 下午茶 | 下午茶双人券，工作日可用 | on=03-09 run=30 sells=p-black for=quiet
coupon | oolong | 岩茶 优惠 | 岩香换新券：老客减四十 | on=02-27 run=28 sells=p-oolong stage=repurchase
coupon | dark | 黑茶 优惠 | 熟饼三件八折 | on=01-08 run=20 sells=p-dark caps=gentle
coupon | dark | 存茶 优惠 | 存茶党：满五饼送竹筐 | on=03-12 run=30 sells=p-dark
coupon | scented | 花茶 优惠 | 茉莉早花券：买二送一 | on=03-07 run=18 sells=p-scented for=quiet
coupon | brewing | 新手 优惠 | 初泡三件套，一杯奶茶钱 | on=01-24 run=80 sells=p-set stage=acquire for=benefit
coupon | ware | 茶器 优惠 | 薄胎盖碗返场券 | on=03-12 run=24 sells=p-gaiwan caps=scarce
coupon | wellness | 养生 优惠 | 四时安茶：节气打卡满七次可用 | on=02-05 run=60 play=check-in sells=p-calm for=care
coupon | culture | 茶席 优惠 | 周末茶席课早鸟券 | on=03-10 run=25 sells=p-class for=notFeed
coupon | daily | 办公室 优惠 | 工位茶包七日装，尝鲜价 | on=02-25 run=45 sells=p-bags
coupon | daily | 冷泡 优惠 | 冷泡季预热：随行杯减二十 | on=03-28 wait=6 run=30 sells=p-cup
coupon | gift | 年货 优惠 | 年货节满三百减五十 | on=01-14 run=22 sells=p-box play=red-packet
coupon | gift | 送礼 优惠 | 三八节花礼券 | on=03-01 run=9 sells=p-scented for=quiet
coupon | gift | 红包 拜年 | 新春茶礼红包，拆开看看 | on=02-14 run=9 sells=p-box play=red-packet caps=hourly
coupon | gift | 红包 会员日 | 一月会员日：整点红包雨 | on=01-16 wait=2 run=3 sells=p-try play=red-packet for=benefit caps=hourly
coupon | green | 会员日 优惠 | 二月会员日：任选两罐七五折 | on=02-16 wait=2 run=3 sells=p-green for=benefit
coupon | green | 会员日 优惠 春茶 | 三月会员日：春茶双倍积分券 | on=03-16 wait=2 run=3 sells=p-green for=benefit
coupon | green | 会员日 优惠 | 四月会员日：预约满减券 | on=03-30 wait=19 run=20 sells=p-green for=benefit
coupon | white | 老茶 优惠 | 茶饼寄存免单券 | on=03-29 wait=3 run=33 sells=p-white
coupon | oolong | 岩茶 优惠 | 零元尝：石笋岩香五克装 | on=03-13 run=25 play=free-gift sells=p-oolong for=benefit caps=scarce
coupon | wellness | 优惠 养生 | 回来喝茶：久别重逢券 | on=02-08 run=60 sells=p-calm stage=repurchase
coupon | daily | 优惠 | 【停用】满减券旧版 | on=01-05 run=90 sells=p-bags draft
miniprogram | green | 春茶 活动 | 给春茶投票：今年最期待哪一款 | on=03-13 run=16 stage=co-create
miniprogram | green | 春茶 拼团 | 三人成团：霁溪春芽团购页 | on=03-23 run=12 play=group-buy sells=p-green
miniprogram | white | 老茶 砍价 | 白毫饼砍一刀，最低九十九 | on=02-27 run=14 play=bargain sells=p-white for=benefit
miniprogram | black | 红茶 测试 | 测一测：你是哪一种红茶 | on=12-10
miniprogram | oolong | 岩茶 抽奖 | 炉边抽奖：焙火师傅的私藏 | on=02-20 run=15 play=lottery sells=p-oolong
miniprogram | dark | 存茶 工具 | 我的茶仓：给每一饼记日子 | stage=retain
miniprogram | scented | 花茶 测试 | 闻香识人：五道题测你的花茶 | on=03-04
miniprogram | brewing | 冲泡 工具 | 泡茶计时器：会提醒你出汤 | stage=activate sells=p-set
miniprogram | brewing | 冲泡 新手 签到 | 新手七日泡茶打卡 | play=check-in stage=activate for=newcomer
miniprogram | ware | 茶器 抽奖 | 碎片换杯：集齐五片抽盖碗 | on=03-08 run=20 play=lottery sells=p-gaiwan
miniprogram | wellness | 节气 签到 | 节气茶事打卡日历 | on=12-22 play=check-in stage=retain
miniprogram | wellness | 养生 测试 | 今天喝什么：按作息推荐一杯茶 | sells=p-calm
miniprogram | culture | 茶山 地图 | 茶山云地图：认养一棵茶树 | on=03-15 stage=co-create sells=p-green-first
miniprogram | culture | 文化 | 茶友相册：上传你的茶席 | stage=co-create
miniprogram | daily | 办公室 助力 | 请同事助力，免费领茶包 | on=01-07 run=90 play=assist sells=p-bags for=growth
miniprogram | daily | 办公室 | Office tea timer, three minutes | en
miniprogram | gift | 送礼 | 礼盒代写卡片页 | on=01-11 sells=p-box
miniprogram | gift | 年货 抽奖 | 年货大转盘：转到就送 | on=01-19 run=14 play=lottery sells=p-box
miniprogram | gift | 积分 | 积分商城：叶子换好茶 | sells=p-try stage=repurchase
invitation | green | 春茶 品鉴 | 春茶品鉴会：五款新芽一起喝 | on=03-26 run=10 sells=p-green for=notFeed
invitation | green | 茶山 春茶 | 霁溪谷采茶一日营报名 | on=03-12 run=22 sells=p-class for=hill caps=scarce
invitation | green | 拼团 春茶 | 差一人成团，一起喝头采 | on=03-24 run=9 play=group-buy sells=p-green for=benefit stage=refer
invitation | white | 老茶 品鉴 | 老白茶年份对比品鉴，线上也能来 | on=01-21 run=12 sells=p-white
invitation | black | 红茶 拼团 | 好友拼一罐望岫红，各省二十 | on=02-06 run=20 play=group-buy sells=p-black stage=refer
invitation | oolong | 岩茶 品鉴 | 夜焙茶会：周六晚八点直播间 | on=03-20 run=9
invitation | oolong | 岩茶 文化 | 焙房开放日，带一位朋友来 | on=01-13 run=12 stage=refer
invitation | dark | 存茶 | 茶仓探访：云栈坪半日行 | on=03-05 run=20
invitation | scented | 花茶 亲子 | 亲子窨花体验课 | on=03-09 run=20 sells=p-class for=parents
invitation | brewing | 冲泡 新手 | 新客见面茶：线上泡一壶 | on=12-06 stage=activate for=newcomer
invitation | brewing | 助力 新手 | 邀三位好友学泡茶，送三件套 | on=02-25 run=40 play=assist sells=p-set stage=refer for=growth
invitation | ware | 茶席 | 春日茶席布置比赛征集 | on=03-16 run=20 stage=co-create
invitation | ware | 茶器 内测 | 新杯型内测官招募 | on=03-24 run=14 stage=co-create for=testers
invitation | wellness | 节气 打卡 | 二十一天晨茶打卡，一起早起 | on=03-01 run=25 play=check-in for=care
invitation | wellness | 养生 讲座 | 换季养生茶话会 | on=03-18 run=12 for=notTesters
invitation | culture | 文化 茶席 | 周末茶席课：从一只杯子开始 | on=02-27 run=40 sells=p-class for=wecom
invitation | culture | 共创 | 下一款茶由你取名 | on=03-19 run=20 stage=co-create for=notBenefit
invitation | daily | 办公室 拼团 | 工位拼茶团：四人一箱 | on=03-10 run=25 play=group-buy sells=p-bags stage=refer for=quiet
invitation | gift | 推荐 | 推荐官招募：分享一杯，得一片叶 | on=01-27 stage=refer for=growth
invitation | gift | 送礼 抽奖 | 晒年夜饭的那杯茶，抽礼盒 | on=02-15 run=8 play=lottery sells=p-box stage=co-create
invitation | culture | 茶山 | 【未发布】五月茶山徒步营 | on=03-31 draft
`.trim().split('\n').map((line) => {
  const [format, topic, tags, title, special] = line.split('|').map((cell) => cell.trim())
  const notes = Object.fromEntries(special.split(' ').filter(Boolean).map((note) => {
    const [key, value = true] = note.split('=')
    return [key, value]
  }))
  return { format, topic, tags: tags.split(' '), title, notes }
})
