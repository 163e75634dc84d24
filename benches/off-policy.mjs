// Off-policy evaluation on logs that the recommender made while its state moved:
//   node benches/off-policy.mjs closed-loop [LOGS]   coverage and bias against the known truth (200 logs: some minutes)
//   node benches/off-policy.mjs sequential [LOGS]    watched at every tenth decision: is the truth ever outside?
//   node benches/off-policy.mjs forgotten [LOGS]     one user in ten is deleted from the log: coverage and bias against the truth
//   node benches/off-policy.mjs transcript           two targets on one log of 1,620 decisions, in words and figures
//   node benches/off-policy.mjs speed                times of reconstruction, evaluation and propensities
import { reportText } from '../pkg/cli/off-policy-text.js';
import { createRecommender } from '../pkg/node.js';
import { createOffPolicyEvaluator, evaluateOffPolicy } from '../pkg/study/node.js';
import { offPolicyInWords } from '../pkg/words.js';
import { DAY, START, closedLoop, trueLift, without } from './off-policy-world.mjs';

const EPSILON = { type: 'epsilon-greedy', epsilon: 0.2 };
const GREEDY = { policy: { type: 'greedy' } };
const [command = 'speed', count] = process.argv.slice(2);
const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
const print = (name, text) => console.log(`${name.padEnd(46)} ${text}`);

/** Prints how estimates agree with the truth over some logs; those without an answer are counted. */
function printAgreement(reports, logs) {
  const rows = reports.filter(({ report }) => report.lift).map(({ truth, report: { lift: { estimate, interval: [low, high] } } }) => ({ truth, estimate, covered: low <= truth && truth <= high, half: (high - low) / 2 }));
  print('logs answered', `${rows.length} of ${logs}`);
  print('true lift, mean', mean(rows.map(({ truth }) => truth)).toFixed(4));
  print('bias', mean(rows.map(({ estimate, truth }) => estimate - truth)).toFixed(4));
  print('mean absolute error', mean(rows.map(({ estimate, truth }) => Math.abs(estimate - truth))).toFixed(4));
  print('coverage of the 95 % interval', mean(rows.map(({ covered }) => (covered ? 1 : 0))).toFixed(3));
  print('half-width, mean', mean(rows.map(({ half }) => half)).toFixed(4));
}

/** "Greedy instead of ε 0.2" on logs of 330 decisions. */
async function closed(logs) {
  const reports = [];
  for (let seed = 1; seed <= logs; seed += 1) {
    const { log, from, values } = await closedLoop({ seed, users: 30, days: 11, policy: EPSILON, targets: [GREEDY] });
    reports.push({ truth: trueLift(values), report: await evaluateOffPolicy({ log, from, target: GREEDY }) });
  }
  printAgreement(reports, logs);
}

/** "Greedy instead of softmax 0.5" on logs of 450 decisions, of which those of three of 30 users are deleted afterwards. */
async function forgotten(logs) {
  const users = new Set(['u3', 'u13', 'u23']);
  const [whole, reduced] = [[], []];
  for (let seed = 1; seed <= logs; seed += 1) {
    const { log, from, values } = await closedLoop({ seed, users: 30, days: 15, policy: { type: 'softmax', temperature: 0.5 }, targets: [GREEDY] });
    const truth = trueLift(values.filter(({ user }) => !users.has(user)));
    whole.push({ truth: trueLift(values), report: await evaluateOffPolicy({ log, from, target: GREEDY }) });
    reduced.push({ truth, report: await evaluateOffPolicy({ log: without(log, users), from, target: GREEDY }) });
  }
  const share = (of) => mean(reduced.map(({ report: { decisions } }) => of(decisions) / (decisions.used + (decisions.excluded['not-reproduced'] ?? 0)))).toFixed(3);
  printAgreement(whole, logs);
  console.log('\nafter three of 30 users were deleted');
  print('decisions exact, close', `${share(({ reproduced }) => reproduced.exact)}, ${share(({ reproduced }) => reproduced.close)}`);
  printAgreement(reduced, logs);
}

/** Looks at the log as it was after every tenth decision from the 200th on; everything is computed anew at each look. */
async function watched(logs) {
  const outside = { sequence: 0, fixed: 0 };
  let [widths, looks] = [0, 0];
  for (let seed = 1; seed <= logs; seed += 1) {
    const { log, from, values } = await closedLoop({ seed, users: 30, days: 11, policy: EPSILON, targets: [GREEDY] });
    const at = log.flatMap(({ accept }) => (accept && accept.at >= from ? [accept.at] : []));
    const ever = { sequence: false, fixed: false };
    for (let n = 200; n <= at.length; n += 10) {
      const halves = {};
      const truth = trueLift(values.slice(0, n));
      for (const [name, more] of Object.entries({ sequence: { sequential: { plannedDecisions: at.length < 200 ? 200 : at.length } }, fixed: {} })) {
        const { lift } = await evaluateOffPolicy({ log, from, to: at[n - 1], target: GREEDY, ...more });
        if (!lift) continue;
        halves[name] = (lift.interval[1] - lift.interval[0]) / 2;
        if (truth < lift.interval[0] || truth > lift.interval[1]) ever[name] = true;
      }
      if (halves.fixed && halves.sequence) [widths, looks] = [widths + halves.sequence / halves.fixed, looks + 1];
    }
    for (const name of Object.keys(ever)) outside[name] += ever[name] ? 1 : 0;
  }
  print('logs in which the truth was ever outside', `sequence ${outside.sequence}, fixed intervals ${outside.fixed}, of ${logs}`);
  print('width of the sequence', `${(widths / looks).toFixed(3)} × the fixed interval`);
}

/** The best item always, and fewer features, on a log of ε 0.2. */
async function transcript() {
  const { log, from, values } = await closedLoop({ seed: 1, users: 60, days: 27, policy: EPSILON, targets: [GREEDY] });
  console.log(`truth of the first target: ${(100 * trueLift(values)).toFixed(1)} %`);
  for (const target of [GREEDY, { families: ['affinity', 'freshness'] }]) {
    const report = await evaluateOffPolicy({ log, from, target });
    console.log(`\n${JSON.stringify(target)}`);
    for (const lang of ['en', 'zh']) console.log(offPolicyInWords(report, { lang }));
    console.log(`\n${reportText(report, 'en')}`);
  }
}

async function speed() {
  const { log, from } = await closedLoop({ seed: 1, users: 100, days: 30, items: 90, policy: { type: 'softmax', temperature: 0.5 } });
  const cpu = async (call) => {
    const before = process.cpuUsage();
    const result = await call();
    const { user, system } = process.cpuUsage(before);
    return [(user + system) / 1000, result];
  };
  const [reconstructed, evaluator] = await cpu(() => createOffPolicyEvaluator({ log, from }));
  const median = async (targetOf) => {
    const times = [];
    for (let n = 0; n < 40; n += 1) times.push((await cpu(() => evaluator.evaluate(targetOf(n))))[0]);
    return times.sort((a, b) => a - b)[20].toFixed(1);
  };
  const report = evaluator.evaluate(GREEDY);
  const targets = {
    greedy: () => GREEDY,
    temperature: (n) => ({ policy: { type: 'softmax', temperature: 0.3 + n / 100 } }),
    'one kind': () => ({ objective: { click: 1 } }),
    'three kinds': (n) => ({ objective: { click: 1, save: 2 + n / 100, convert: 3 } })
  };
  const [whole] = await cpu(() => evaluateOffPolicy({ log, from, target: GREEDY }));
  print('decisions', String(report.decisions.used));
  print('createOffPolicyEvaluator', `${reconstructed.toFixed(0)} ms CPU`);
  print('evaluateOffPolicy', `${whole.toFixed(0)} ms CPU`);
  for (const [name, targetOf] of Object.entries(targets)) print(`evaluate, ${name}, median of 40`, `${await median(targetOf)} ms CPU`);
  evaluator.dispose();
  const items = log.find(({ put }) => put === 'items').records;
  const rec = await createRecommender({ items, config: { diversity: 0 }, interactions: log.flatMap(({ observe }) => (observe ? [observe] : [])) });
  const time = async (call) => (await cpu(async () => { for (let n = 0; n < 2000; n += 1) call({ user: `u${n % 100}`, now: START + 31 * DAY, policy: { type: 'softmax' }, seed: n }); }))[0] / 2000;
  const [decided, distributed] = [await time((request) => rec.recommend(request)), await time((request) => rec.propensities(request))];
  print('propensities', `${(distributed / decided).toFixed(2)} × a recommend of one pick (${decided.toFixed(3)} ms)`);
}

const COMMANDS = { transcript, 'closed-loop': () => closed(Number(count ?? 200)), sequential: () => watched(Number(count ?? 200)), forgotten: () => forgotten(Number(count ?? 100)), speed };
if (!COMMANDS[command]) throw new Error(`expected one of ${Object.keys(COMMANDS).join(', ')}, got ${command}`);
await COMMANDS[command]();
