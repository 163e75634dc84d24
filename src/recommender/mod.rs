//! The whole path, one readable function per verb: the specification in code.

pub mod config;
pub mod decision;
pub mod profile;
pub mod request;
pub mod similar;

use crate::choose::policy::Policy;
use crate::choose::reason::{Naming, Reason};
use crate::choose::{Candidates, Choice, Chosen, choose};
use crate::digest::{Digest, hex};
use crate::eligible::{Gates, Moment, Refused, eligible, silence, total_cap_reached};
use crate::error::{Error, Result};
use crate::memory::exposure::Accepted;
use crate::memory::merge::Renumbering;
use crate::memory::{Memory, Subject};
use crate::order;
use crate::random::Random;
use crate::rank::aggregate::Voice;
use crate::rank::chance::Model;
use crate::rank::feature::{Feature, features};
use crate::rank::objective::Objective;
use crate::rank::ranker::{Explained, Ranker, Workspace, member_of};
use crate::rank::viewer::Scene;
use crate::value::Value;
use crate::world::addressee::Addressee;
use crate::world::facet::Profile as Portrait;
use crate::world::index::Index;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::{Channel, Group, User};
use crate::world::{PutReport, World};

use config::Config;
use decision::{Acceptance, Decision, Recommendation, Sent, Silent};
use request::{Options, Request};

/// A recommender: what it was told, what it remembers, and how it decides.
#[derive(Debug)]
pub struct Recommender {
    config: Config,
    world: World,
    memory: Memory,
    model: Model,
    features: Vec<Feature>,
    derived: Derived,
    work: Workspace,
    revision: u64,
}

/// What follows from the world and is brought up to date before deciding.
#[derive(Debug, Default)]
struct Derived {
    index: Index,
    gates: Gates,
}

/// What observing many interactions reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ObserveReport {
    /// Remembered now.
    pub observed: usize,
    /// Known already by their id, and not counted again.
    pub duplicates: usize,
}

impl Recommender {
    /// An empty recommender.
    ///
    /// # Errors
    /// Names the field of the configuration that breaks a rule.
    pub fn new(config: Value) -> Result<Self> {
        let config = Config::read(config)?;
        let mut world = World::new(config.kinds.clone());
        config.rules.introduce(&mut world);
        let memory = Memory::new(config.half_lives);
        Ok(Self::assembled(config, world, memory))
    }

    /// A recommender of parts that belong together.
    pub(crate) fn assembled(config: Config, world: World, memory: Memory) -> Self {
        Self {
            model: Model::shipped(&world.kinds),
            features: features(),
            derived: Derived::default(),
            work: Workspace::default(),
            revision: 0,
            config,
            world,
            memory,
        }
    }

    /// Puts items, each replacing the one of the same id.
    pub fn put_items(&mut self, items: Vec<Item>) -> PutReport {
        self.revision += 1;
        self.world.put_items(items)
    }

    /// Takes items out of the library; what was learnt from them stays. Returns how many were there.
    pub fn remove_items(&mut self, ids: &[String]) -> usize {
        self.revision += 1;
        self.world.remove_items(ids)
    }

    /// Puts users, each replacing the one of the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        self.revision += 1;
        self.world.put_users(users);
    }

    /// Puts groups, each replacing the one of the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.revision += 1;
        self.world.put_groups(groups);
    }

    /// Puts channels, each replacing the one of the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        self.revision += 1;
        self.world.put_channels(channels);
    }

    /// Remembers an interaction; false if its id is known already.
    pub fn observe(&mut self, interaction: &Interaction) -> bool {
        // Asked first, so that not even the names of one that does not count are numbered.
        if self.memory.knows(interaction) {
            return false;
        }
        self.revision += 1;
        let numbered = self.world.number(interaction);
        self.model.cover(&self.world.kinds);
        self.memory.observe(&self.world, interaction, numbered)
    }

    /// Remembers interactions, in any order.
    pub fn observe_all<'a>(&mut self, interactions: impl IntoIterator<Item = &'a Interaction>) -> ObserveReport {
        let mut report = ObserveReport::default();
        for interaction in interactions {
            match self.observe(interaction) {
                true => report.observed += 1,
                false => report.duplicates += 1,
            }
        }
        report
    }

    /// Decides what comes next. Changes nothing but caches: asked twice, it gives the same decision.
    ///
    /// # Errors
    /// Names the objective or kind that is not known.
    pub fn recommend(&mut self, request: &Request, options: Options) -> Result<Decision> {
        self.refresh();
        let Self { config, world, memory, model, features, derived, work, .. } = self;

        // 1. Who is asked for, and what for.
        let to = Addressee::of(world, request.user.as_deref(), request.group.as_deref(), request.channel.as_deref());
        let group = to.group_record(world);
        let purpose = group.and_then(|group| group.purpose.as_deref());
        let objective =
            config.objectives.asked(request.objective.clone(), "request.objective", purpose, &world.kinds)?;
        let policy = request.policy.unwrap_or(config.policy);
        let id = Self::decision_id(config, world, memory, model, request);
        let mut decision = Decision::empty(id, request, world, &objective, policy, model.name());
        decision.cold_start = is_cold(world, memory, to);

        // 2. Whether anything may be sent at all.
        let (only, exclude) = request.numbers(world);
        let moment = Moment {
            world,
            memory,
            rules: &config.rules,
            gates: &derived.gates,
            addressee: to,
            now: request.now,
            only: only.as_deref(),
            exclude: &exclude,
        };
        if let Some(silence) = silence(&moment) {
            decision.silent = Some(Silent::from(silence));
            return Ok(decision);
        }

        // 3. Which items may be shown.
        let mut items = Vec::new();
        let mut refused: Vec<Refused> = Vec::new();
        eligible(&moment, &mut items, options.explain.then_some(&mut refused));
        if options.explain {
            decision.refused = Some(refused.iter().map(|refused| decision::refused(world, refused)).collect());
        }

        // 4. What each is worth to them.
        let scene = Scene { world, memory, index: &derived.index, now: request.now, revision: self.revision };
        let ranker = Ranker { scene, model, objective: &objective, families: config.families };
        let context =
            request.context.as_ref().map(|context| Portrait::known(&world.facets, context)).unwrap_or_default();
        let ranked = Ranked::of(&ranker, work, to, &context, &items, config);

        // 5. Which are chosen.
        let is_pinned = |item: u32| world.library.entry(item).is_some_and(|entry| entry.item.pinned == Some(true));
        let pinned: Vec<usize> = (0..items.len()).filter(|&place| is_pinned(items[place])).collect();
        let candidates = Candidates {
            items: &items,
            utilities: &ranked.utilities,
            pinned: &pinned,
            ids: &world.library.ids,
            index: &derived.index,
        };
        let choice = Choice { count: request.count, policy, diversity: config.diversity };
        let slate = choose(&candidates, &choice, &mut Random::new(id as u64));

        // 6. Why.
        let chosen: Vec<u32> = slate.iter().map(|chosen| items[chosen.place]).collect();
        let accounts = ranked.explain(&ranker, work, &context, &slate, &chosen, options.reasons);
        let naming = Naming { world, features };
        for (rank, (chosen, account)) in slate.iter().zip(accounts).enumerate() {
            let item = items[chosen.place];
            let penalty = chosen.penalty.map_or(0.0, |(penalty, _)| penalty);
            decision.picks.push(Recommendation {
                item: naming.item(item),
                rank: rank + 1,
                score: ranked.utilities[chosen.place] - penalty,
                propensity: chosen.propensity,
                chances: account.chances(&world.kinds),
                relative: model.relative,
                reasons: if options.reasons { account.reasons(&naming, chosen) } else { Vec::new() },
                data: world.library.entry(item).and_then(|entry| entry.item.data.clone()),
            });
        }
        Ok(decision)
    }

    /// The fingerprint of everything a decision follows from.
    fn decision_id(config: &Config, world: &World, memory: &Memory, model: &Model, request: &Request) -> u128 {
        let state = Digest::new("decision").text(model.name()).bytes(&config.digest().to_le_bytes());
        let state = state.bytes(&world.digest().to_le_bytes()).bytes(&memory.digest().to_le_bytes());
        request.digest(state).finish()
    }

    /// Records that a decision was sent. Caps over the total are checked again; the same decision counts once.
    ///
    /// # Errors
    /// Names what is missing from the decision.
    pub fn accept(&mut self, sent: &Sent) -> Result<Acceptance> {
        if self.memory.exposure.decision(&sent.id).is_some() {
            return Ok(Acceptance::refused("already-accepted", Vec::new()));
        }
        let full = |item: &&String| {
            let number = self.world.library.ids.get(item);
            number.is_some_and(|number| total_cap_reached(&self.world, &self.memory, number, sent.at))
        };
        let full: Vec<String> = sent.picks.iter().map(|(item, _)| item).filter(full).cloned().collect();
        if !full.is_empty() {
            return Ok(Acceptance::refused("cap.total", full));
        }
        self.revision += 1;
        let to = match (&sent.user, &sent.group) {
            (Some(user), _) => Subject::User(self.world.users.ids.intern(user)),
            (None, Some(group)) => Subject::Group(self.world.groups.ids.intern(group)),
            (None, None) => return Err(Error::invalid("decision.subject", "a user or a group", "neither")),
        };
        let channel = sent.channel.as_ref().map(|id| self.world.channels.ids.intern(id));
        let picks = sent.picks.iter().map(|(item, p)| (self.world.library.ids.intern(item), *p)).collect();
        self.memory.exposure.accept(&sent.id, Accepted { at: sent.at, to, channel, picks });
        self.memory.exposure.forget_old_decisions(sent.at);
        Ok(Acceptance::accepted())
    }

    /// Adds all that another recommender was told and remembers. Their users and interactions must be others than
    /// ours; records both know are taken from the other.
    ///
    /// # Errors
    /// Half-lives and kinds must be the same.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.memory.half_lives() != other.memory.half_lives() {
            return Err(Error::invalid("snapshot.config.halfLives", "the half-lives of this recommender", "others"));
        }
        if self.config.kinds_differ(&other.config) {
            return Err(Error::invalid("snapshot.config.kinds", "the kinds of this recommender", "others"));
        }
        self.revision += 1;
        let map = Renumbering::of(&other.world, &mut self.world);
        self.world.put_items(other.world.library.iter().map(|(_, entry)| entry.item.clone()).collect());
        self.world.put_users(other.world.users.iter().cloned().collect());
        self.world.put_groups(other.world.groups.iter().cloned().collect());
        self.world.put_channels(other.world.channels.iter().cloned().collect());
        self.model.cover(&self.world.kinds);
        self.memory.merge(&other.memory, &map, &self.world);
        Ok(())
    }

    /// What the host told.
    pub fn world(&self) -> &World {
        &self.world
    }
    /// What is remembered.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }
    /// How it decides.
    pub fn config(&self) -> &Config {
        &self.config
    }

    fn refresh(&mut self) {
        self.derived.index.refresh(&self.world.library, &self.world.facets);
        self.derived.gates.refresh(&self.world.library);
        if self.config.families.include_any(&["neighbours"]) {
            self.memory.settle(&self.world.library.ids);
        }
    }
}

/// Whether nothing is remembered of the one addressed: of a user, or of a group and all its members.
fn is_cold(world: &World, memory: &Memory, to: Addressee) -> bool {
    let knows = |subject: Subject| memory.history(subject).is_some();
    let members = || to.group_record(world).map_or(&[][..], |group| &group.member_numbers);
    match to.is_user {
        true => !to.user.is_some_and(|user| knows(Subject::User(user))),
        false => {
            !to.group.is_some_and(|group| knows(Subject::Group(group)))
                && !members().iter().any(|&member| knows(Subject::User(member)))
        }
    }
}

/// The utilities of the items, and who had a part in them.
struct Ranked {
    to: Addressee,
    utilities: Vec<f64>,
    council: Option<crate::rank::aggregate::Council>,
}

impl Ranked {
    fn of(
        ranker: &Ranker,
        work: &mut Workspace,
        to: Addressee,
        context: &Portrait,
        items: &[u32],
        config: &Config,
    ) -> Self {
        if to.is_user {
            let mut utilities = Vec::new();
            ranker.utilities(work, to, context, items, &mut utilities);
            return Self { to, utilities, council: None };
        }
        let own = to.group_record(ranker.scene.world).and_then(|group| group.aggregation);
        let council = ranker.council(work, to, context, items, own.unwrap_or(config.aggregation), config.group_history);
        Self { to, utilities: council.utilities(), council: Some(council) }
    }

    /// One account for each chosen item, with reasons or with chances alone. Every member is looked at once, however
    /// many items were chosen.
    fn explain(
        &self,
        ranker: &Ranker,
        work: &mut Workspace,
        context: &Portrait,
        slate: &[Chosen],
        items: &[u32],
        reasons: bool,
    ) -> Vec<Account> {
        let Some(council) = &self.council else {
            let alone = Voice { member: None, weight: 1.0, decided: false, points: None };
            let explained = ranker.explain(work, self.to, context, items, reasons);
            return explained.into_iter().map(|explained| Account(vec![(alone, explained)])).collect();
        };
        let voices: Vec<Vec<Voice>> = slate.iter().map(|chosen| council.voices(chosen.place)).collect();
        let mut speakers: Vec<Option<u32>> = voices.iter().flatten().map(|voice| voice.member).collect();
        order::sort(&mut speakers);
        speakers.dedup();
        let mut accounts: Vec<Account> = voices.iter().map(|_| Account(Vec::new())).collect();
        for speaker in speakers {
            let heard_on: Vec<usize> =
                (0..voices.len()).filter(|&n| voices[n].iter().any(|voice| voice.member == speaker)).collect();
            let asked: Vec<u32> = heard_on.iter().map(|&n| items[n]).collect();
            let to = speaker.map_or(self.to, |member| member_of(self.to, member));
            for (n, explained) in heard_on.into_iter().zip(ranker.explain(work, to, context, &asked, reasons)) {
                let voice = voices[n].iter().find(|voice| voice.member == speaker).expect("heard on this item");
                accounts[n].0.push((*voice, explained));
            }
        }
        accounts
    }
}

/// What each voice says of one item.
struct Account(Vec<(Voice, Explained)>);

impl Account {
    fn reasons(&self, naming: &Naming, chosen: &Chosen) -> Vec<Reason> {
        let heard: Vec<(Voice, &Explained)> = self.0.iter().map(|(voice, explained)| (*voice, explained)).collect();
        let mut reasons = naming.account(&heard);
        if let Some((penalty, like)) = chosen.penalty {
            reasons.push(Reason { from: Some(naming.item(like)), ..Reason::plain("diversity", -penalty) });
        }
        if chosen.pinned {
            reasons.push(Reason::plain("pinned", 0.0));
        }
        reasons
    }

    /// The mean of the voices' chances, by kind.
    fn chances(&self, kinds: &crate::world::kind::Kinds) -> std::collections::BTreeMap<String, f64> {
        let mut chances = std::collections::BTreeMap::new();
        for (voice, explained) in &self.0 {
            for (kind, chance) in &explained.chances {
                *chances.entry(kinds.name(*kind).to_owned()).or_default() += voice.weight * chance;
            }
        }
        chances
    }
}

/// What a decision says of its objective and policy.
impl Decision {
    fn empty(id: u128, request: &Request, world: &World, objective: &Objective, policy: Policy, model: &str) -> Self {
        Self {
            id: hex(id),
            subject: decision::Subject { user: request.user.clone(), group: request.group.clone() },
            channel: request.channel.clone(),
            at: request.now,
            picks: Vec::new(),
            cold_start: true,
            silent: None,
            objective: objective.0.iter().map(|(kind, weight)| (world.kinds.name(*kind).to_owned(), *weight)).collect(),
            policy,
            model: model.to_owned(),
            refused: None,
        }
    }
}

/// How much is known.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    items: usize,
    users: usize,
    groups: usize,
    channels: usize,
    facets: usize,
    model: String,
}

impl Recommender {
    /// How much is known.
    pub fn stats(&self) -> Stats {
        Stats {
            items: self.world.library.iter().count(),
            users: self.world.users.ids.len(),
            groups: self.world.groups.ids.len(),
            channels: self.world.channels.ids.len(),
            facets: self.world.facets.len(),
            model: self.model.name().to_owned(),
        }
    }
}
