//! A simulated world for the tests of this folder: nextpick scores the items, users click by a rule unknown to it, and
//! the true value of every policy can be computed.

use crate::base::number::{mean_and_deviation, sigmoid};
use crate::base::random::Random;
use crate::base::time::Time;
use crate::base::value::Value;
use crate::recommender::Recommender;
use crate::recommender::decision::Sent;
use crate::recommender::request::{Options, Request};
use crate::slate::policy::Policy;
use crate::world::interaction::Interaction;
use crate::world::item::Item;

use super::fixture::{draw, softmax};
use super::rows::{DecisionRow, SlotRow};

const ITEMS: usize = 60;
const TOPICS: usize = 10;
const FORMATS: [&str; 3] = ["article", "video", "poster"];
const MEMBERS: usize = 40;
const DAY: Time = 86_400_000;
const START: Time = 1_767_571_200_000;
/// Days before the evaluation, with much exploration.
const WARM_UP_DAYS: usize = 3;
const WARM_UP: Policy = Policy::Softmax { temperature: 2.0 };
/// Standard deviation of the mood that the members of a group share at a decision.
const MOOD: f64 = 0.5;

/// A world and the policy that decides in it.
#[derive(Clone, Copy)]
pub struct Setting {
    pub users: usize,
    /// Number of groups; 0 for private messages.
    pub groups: usize,
    pub days: usize,
    pub policy: Policy,
    pub seed: u64,
}

/// A reconstructed moment, with the true rates of the simulated world. Items are in the order of their ids.
#[derive(Clone)]
pub struct State {
    pub items: Vec<u32>,
    /// Utilities under the logging weights.
    pub utilities: Vec<f64>,
    /// Utilities under the weights of affinity and freshness alone.
    pub others: Vec<f64>,
    /// Expected outcome of each item, per recipient.
    pub rates: Vec<f64>,
    /// Number of recipients.
    pub recipients: usize,
    /// Position of the item that was sent.
    pub picked: usize,
    /// Number of clicks on it.
    pub clicks: u32,
}

/// Another policy or other weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Share of the other weights in the utilities, 0–1.
    pub share: f64,
    /// Another policy; the logging one if absent.
    pub policy: Option<Policy>,
}

struct People {
    tastes: Vec<[f64; TOPICS]>,
    qualities: Vec<f64>,
    published: Vec<Time>,
    drift: [f64; TOPICS],
    /// Times each item was shown to each user.
    shown: Vec<[u32; ITEMS]>,
    /// Users of each recipient.
    recipients: Vec<Vec<usize>>,
}

fn json(text: &str) -> Value {
    Value::from_json(text, "").unwrap()
}

impl People {
    fn new(setting: Setting, random: &mut Random) -> Self {
        let taste = |random: &mut Random| {
            let mut taste = [0.0; TOPICS].map(|_: f64| 0.25 * random.normal());
            let first = random.below(TOPICS);
            let second = (first + 1 + random.below(TOPICS - 1)) % TOPICS;
            [first, second].into_iter().for_each(|topic| taste[topic] += 1.3);
            taste
        };
        let published = |item: usize, random: &mut Random| match item < ITEMS / 2 {
            true => START - 3 * DAY,
            false => START + (random.unit() * 0.9 * (setting.days + WARM_UP_DAYS) as f64 * DAY as f64) as Time,
        };
        Self {
            tastes: (0..setting.users).map(|_| taste(random)).collect(),
            qualities: (0..ITEMS).map(|_| 0.5 * random.normal()).collect(),
            published: (0..ITEMS).map(|item| published(item, random)).collect(),
            drift: [0.0; TOPICS],
            shown: vec![[0; ITEMS]; setting.users],
            recipients: match setting.groups {
                0 => (0..setting.users).map(|user| vec![user]).collect(),
                groups => memberships(setting.users, groups, random),
            },
        }
    }

    fn item(&self, item: usize) -> Item {
        let (topic, format) = (item % TOPICS, FORMATS[item % FORMATS.len()]);
        let caps = r#"[{"count":1,"per":"user","hours":144},{"count":1,"per":"group","hours":144}]"#;
        let published = self.published[item];
        Item::read(
            json(&format!(
                r#"{{"id":"i{item:02}","tags":["t{topic}"],"format":"{format}","publishedAt":{published},"caps":{caps}}}"#
            )),
            "",
        )
        .unwrap()
    }

    fn drift_on(&mut self, random: &mut Random) {
        self.drift.iter_mut().for_each(|drift| *drift = 0.9 * *drift + 0.2 * random.normal());
    }

    /// Log odds of a click.
    fn odds(&self, user: usize, item: usize, now: Time) -> f64 {
        let topic = item % TOPICS;
        let age = (now - self.published[item]) as f64 / DAY as f64;
        let tired = libm::log1p(f64::from(self.shown[user][item]));
        -2.3 + self.tastes[user][topic] + self.qualities[item] + self.drift[topic] + 0.8 * libm::exp(-age / 4.0)
            - 0.6 * tired
    }

    /// Mean click probability of a recipient, without a mood.
    fn rate(&self, recipient: usize, item: usize, now: Time) -> f64 {
        let users = &self.recipients[recipient];
        users.iter().map(|&user| sigmoid(self.odds(user, item, now))).sum::<f64>() / users.len() as f64
    }
}

/// Each user is a member of two groups.
fn memberships(users: usize, groups: usize, random: &mut Random) -> Vec<Vec<usize>> {
    assert_eq!(2 * users, groups * MEMBERS);
    let mut shuffled = |_| {
        let mut order: Vec<usize> = (0..users).collect();
        (1..users).rev().for_each(|last| order.swap(last, random.below(last + 1)));
        order
    };
    let both: Vec<usize> = (0..2).flat_map(&mut shuffled).collect();
    both.chunks(MEMBERS).map(<[usize]>::to_vec).collect()
}

/// Lets the policy decide, and returns the moments after the warm-up.
pub fn simulate(setting: Setting) -> Vec<State> {
    let mut random = Random::new(setting.seed);
    let mut people = People::new(setting, &mut random);
    let config = |families: &str| {
        json(&format!(r#"{{"diversity":0,"repeats":{{"afterDays":8}},"utcOffsetMinutes":0{families}}}"#))
    };
    // The second one only scores the same moments with other weights.
    let mut engines = ["", r#","families":["affinity","freshness"]"#].map(|families| {
        let mut engine = Recommender::new(config(families)).unwrap();
        engine.put_items((0..ITEMS).map(|item| people.item(item)).collect());
        engine
    });
    let mut states = Vec::new();
    for day in 0..WARM_UP_DAYS + setting.days {
        people.drift_on(&mut random);
        let policy = if day < WARM_UP_DAYS { WARM_UP } else { setting.policy };
        for recipient in 0..people.recipients.len() {
            let now = START + day as Time * DAY + 9 * 3_600_000 + recipient as Time * 60_000;
            let state = decide(&mut people, &mut engines, setting, policy, recipient, now, &mut random);
            states.extend(state.filter(|_| day >= WARM_UP_DAYS));
        }
    }
    states
}

fn decide(
    people: &mut People,
    engines: &mut [Recommender; 2],
    setting: Setting,
    policy: Policy,
    recipient: usize,
    now: Time,
    random: &mut Random,
) -> Option<State> {
    let is_group = setting.groups > 0;
    let subject = if is_group { format!(r#""group":"g{recipient}""#) } else { format!(r#""user":"u{recipient}""#) };
    let [(items, utilities), (same, others)] = engines.each_mut().map(|engine| score(engine, &subject, now));
    assert_eq!(items, same);
    let logged = distribution(policy, &utilities);
    let picked = draw(&logged, random);
    let item = items[picked] as usize;
    let users = people.recipients[recipient].clone();
    let mood = if is_group { MOOD * random.normal() } else { 0.0 };
    let clicks: Vec<usize> =
        users.iter().copied().filter(|&user| random.unit() < sigmoid(people.odds(user, item, now) + mood)).collect();
    let state = State {
        rates: items.iter().map(|&item| people.rate(recipient, item as usize, now)).collect(),
        recipients: users.len(),
        clicks: clicks.len() as u32,
        items,
        utilities,
        others,
        picked,
    };
    let sent = json(&format!(
        r#"{{"id":"d{now}","subject":{{{subject}}},"at":{now},"picks":[{{"item":"i{item:02}","propensity":{}}}]}}"#,
        logged[picked]
    ));
    for engine in engines {
        assert!(engine.accept(&Sent::read(sent.clone(), "").unwrap()).unwrap().accepted);
        for user in &clicks {
            let mut click = Interaction::builder("click", now + 180_000)
                .user(format!("u{user}"))
                .item(format!("i{item:02}"))
                .decision(format!("d{now}"));
            if is_group {
                click = click.group(format!("g{recipient}"));
            }
            engine.observe(click.build().unwrap());
        }
    }
    users.iter().for_each(|&user| people.shown[user][item] += 1);
    Some(state)
}

/// Returns the eligible items by id, and their utilities.
fn score(engine: &mut Recommender, subject: &str, now: Time) -> (Vec<u32>, Vec<f64>) {
    let request = json(&format!(r#"{{{subject},"now":{now},"count":{ITEMS}}}"#));
    let decision =
        engine.recommend(&Request::read(request, "").unwrap(), Options { explain: false, reasons: false }).unwrap();
    let mut scored: Vec<(u32, f64)> =
        decision.picks.iter().map(|pick| (pick.item[1..].parse().unwrap(), pick.score)).collect();
    scored.sort_by_key(|pair| pair.0);
    scored.into_iter().unzip()
}

/// Returns the position of the best item; ties go to the first.
pub fn best(utilities: &[f64]) -> usize {
    (0..utilities.len()).rev().max_by(|&a, &b| utilities[a].total_cmp(&utilities[b])).unwrap()
}

/// Returns the probabilities of a policy without uncertainty, as `slate/policy` documents them.
pub fn distribution(policy: Policy, utilities: &[f64]) -> Vec<f64> {
    let n = utilities.len();
    let certain = |rest: f64| {
        let mut probabilities = vec![rest / n as f64; n];
        probabilities[best(utilities)] += 1.0 - rest;
        probabilities
    };
    match policy {
        Policy::Greedy => certain(0.0),
        Policy::EpsilonGreedy { epsilon } => certain(epsilon),
        Policy::Softmax { temperature } => {
            let scale = temperature * mean_and_deviation(utilities).1;
            let highest = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let scaled = |utility: &f64| if scale > 0.0 { (utility - highest) / scale } else { 0.0 };
            softmax(&utilities.iter().map(scaled).collect::<Vec<f64>>())
        }
        Policy::Thompson { .. } => panic!("not simulated"),
    }
}

impl State {
    /// Utilities of the target: both, standardised, mixed.
    fn target_utilities(&self, target: Target) -> Vec<f64> {
        if target.share == 0.0 {
            return self.utilities.clone();
        }
        let standardised = |utilities: &[f64]| {
            let (mean, deviation) = mean_and_deviation(utilities);
            utilities.iter().map(|utility| (utility - mean) / deviation.max(1e-12)).collect::<Vec<f64>>()
        };
        let (own, others) = (standardised(&self.utilities), standardised(&self.others));
        own.iter().zip(&others).map(|(own, other)| (1.0 - target.share) * own + target.share * other).collect()
    }

    /// Returns the decision's row under both policies.
    pub fn row(&self, policy: Policy, target: Target) -> DecisionRow {
        let of_target = self.target_utilities(target);
        let logged = distribution(policy, &self.utilities);
        let slot = SlotRow {
            items: self.items.clone(),
            target: distribution(target.policy.unwrap_or(policy), &of_target),
            utilities: self.utilities.clone(),
            picked: self.picked,
            outcome: f64::from(self.clicks) / self.recipients as f64,
            logged_propensity: Some(logged[self.picked]),
            is_estimated: false,
            correction: 1.0,
            logged,
        };
        let is_changed = best(&of_target) != best(&self.utilities);
        DecisionRow { slots: vec![slot], outcomes: self.clicks, is_changed, is_exact: true }
    }

    /// Sends another item by the same policy, and lets the recipients click again.
    pub fn redraw(&self, row: &mut DecisionRow, random: &mut Random) {
        let slot = &mut row.slots[0];
        slot.picked = draw(&slot.logged, random);
        let rate = self.rates[slot.picked];
        let rate = match self.recipients {
            1 => rate,
            _ => sigmoid(libm::log(rate / (1.0 - rate)) + MOOD * random.normal()),
        };
        row.outcomes = (0..self.recipients).filter(|_| random.unit() < rate).count() as u32;
        slot.outcome = f64::from(row.outcomes) / self.recipients as f64;
        slot.logged_propensity = Some(slot.logged[slot.picked]);
    }

    /// Expected outcomes of a redraw under the logging and the target policy.
    pub fn truth(&self, row: &DecisionRow) -> [f64; 2] {
        let rates: Vec<f64> = match self.recipients {
            1 => self.rates.clone(),
            _ => self.rates.iter().map(|&rate| with_mood(rate)).collect(),
        };
        let value = |probabilities: &[f64]| probabilities.iter().zip(&rates).map(|(p, rate)| p * rate).sum();
        [value(&row.slots[0].logged), value(&row.slots[0].target)]
    }
}

/// Mean of a rate over moods, by the midpoint rule over ±5 standard deviations.
fn with_mood(rate: f64) -> f64 {
    const STEPS: i32 = 100;
    let odds = libm::log(rate / (1.0 - rate));
    let (mut sum, mut weights) = (0.0, 0.0);
    for step in 0..STEPS {
        let z = 10.0 * (f64::from(step) + 0.5) / f64::from(STEPS) - 5.0;
        let weight = libm::exp(-z * z / 2.0);
        (sum, weights) = (sum + weight * sigmoid(odds + MOOD * z), weights + weight);
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: Setting =
        Setting { users: 12, groups: 0, days: 4, policy: Policy::Softmax { temperature: 0.5 }, seed: 1 };

    #[test]
    fn the_distributions_are_those_from_which_the_recommender_draws() {
        for policy in [SETTING.policy, Policy::EpsilonGreedy { epsilon: 0.2 }, Policy::Greedy] {
            let mut engine = Recommender::new(json(r#"{"diversity":0}"#)).unwrap();
            let people = People::new(SETTING, &mut Random::new(4));
            engine.put_items((0..ITEMS).map(|item| people.item(item)).collect());
            let now = START + 5 * DAY;
            for item in ["i07", "i27"] {
                engine.observe(Interaction::builder("click", now).user("u1").item(item).build().unwrap());
            }
            let (items, utilities) = score(&mut engine, r#""user":"u1""#, now);
            let probabilities = distribution(policy, &utilities);
            for seed in 0..20 {
                let given = crate::base::value::json(&policy);
                let request = json(&format!(r#"{{"user":"u1","now":{now},"policy":{given},"seed":{seed}}}"#));
                let decision = engine.recommend(&Request::read(request, "").unwrap(), Options::default()).unwrap();
                let pick = &decision.picks[0];
                let at = items.iter().position(|item| format!("i{item:02}") == pick.item).unwrap();
                assert!((pick.propensity - probabilities[at]).abs() < 1e-12, "{policy:?}");
            }
        }
    }

    #[test]
    fn the_world_is_as_described() {
        let states = simulate(SETTING);
        assert_eq!(states.len(), 48);
        let mean = |of: &dyn Fn(&State) -> f64| states.iter().map(of).sum::<f64>() / states.len() as f64;
        let eligible = mean(&|state| state.items.len() as f64);
        let clicks = mean(&|state| f64::from(state.clicks));
        assert!((30.0..58.0).contains(&eligible) && (0.1..0.45).contains(&clicks), "{eligible} {clicks}");
        assert!((with_mood(0.5) - 0.5).abs() < 1e-9 && with_mood(0.1) > 0.1);
    }
}
