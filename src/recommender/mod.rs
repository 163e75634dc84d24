//! The whole path, one readable function per verb: the specification in code.

mod accept;
pub mod clock;
pub mod config;
mod consent;
pub mod decision;
pub mod effective;
mod limits;
mod merge;
mod observe;
mod online;
pub mod profile;
mod ranked;
mod records;
pub mod request;
pub mod similar;
pub mod stats;
mod withdrawal;

use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::random::Random;
use crate::base::time::{MAX_TIME, Time};
use crate::base::value::Value;
use crate::eligibility::{AvailabilityIndex, Refused, RuleContext, eligible, silence};
use crate::features::subject::RankingContext;
use crate::features::{FamilySet, Feature, features};
use crate::memory::{Memory, Subject};
use crate::model::Model;
use crate::model::online::Online;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::slate::reason::ReasonBuilder;
use crate::slate::{Candidates, SlateOptions, choose};
use crate::world::World;
use crate::world::facet::FacetProfile as Portrait;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::recipient::Recipient;

use clock::Clock;
use config::Config;
use decision::{Decision, Recommendation, Silent};
pub use observe::ObserveReport;
use ranked::ScoredItems;
use request::{Options, Request};

/// A recommender: what it was told, what it remembers, and how it decides.
#[derive(Debug)]
pub struct Recommender {
    config: Config,
    clock: Clock,
    world: World,
    memory: Memory,
    model: Model,
    online: Online,
    features: Vec<Feature>,
    derived: Derived,
    work: Workspace,
    revision: u64,
}

/// What follows from the world and is brought up to date before deciding.
#[derive(Debug, Default)]
struct Derived {
    index: FacetMatrix,
    availability: AvailabilityIndex,
}

impl Recommender {
    /// An empty recommender.
    ///
    /// # Errors
    /// Names the field of the configuration that breaks a rule.
    pub fn new(config: Value) -> Result<Self> {
        let config = Config::read(config)?;
        let mut world = World::new(config.kinds.clone());
        config.rules.intern_names(&mut world);
        let memory = Memory::new(config.half_lives);
        Ok(Self::assembled(config, Clock::default(), world, memory))
    }

    /// A recommender of parts that belong together.
    pub(crate) fn assembled(config: Config, clock: Clock, world: World, memory: Memory) -> Self {
        Self {
            model: Model::shipped(&world.kinds),
            online: Online::default(),
            clock,
            features: features(),
            derived: Derived::default(),
            work: Workspace::default(),
            revision: 0,
            config,
            world,
            memory,
        }
    }

    /// Decides what comes next. Changes nothing but caches: asked twice, it gives the same decision.
    ///
    /// # Errors
    /// Names the objective or kind that is not known, and the work of a request that asks for too much.
    pub fn recommend(&mut self, request: &Request, options: Options) -> Result<Decision> {
        limits::check(request, &self.config, &self.world)?;
        self.clock.hear(request.now);
        self.refresh_for(request.now, self.config.families.that(|n| self.model.uses(n)));
        let (user, group, channel) = (request.user.as_deref(), request.group.as_deref(), request.channel.as_deref());
        let to = Recipient::of(&self.world, user, group, channel);
        let seen = self.visible_recipient(to);
        let Self { config, world, memory, model, features, derived, work, .. } = self;

        // 1. Who is asked for, and what for.
        let group = to.group_record(world);
        let purpose = group.and_then(|group| group.purpose.as_deref());
        let objective =
            config.objectives.asked(request.objective.clone(), "request.objective", purpose, &world.kinds)?;
        let policy = request.policy.unwrap_or(config.policy);
        let id = Self::decision_id(config, world, memory, model, request);
        let mut decision = Decision::empty(id, request, world, &objective, policy, model.name());
        decision.cold_start = is_cold(world, memory, seen);
        decision.personalised = (seen != to).then_some(false);

        // 2. Whether anything may be sent at all.
        let (only, exclude) = request.numbers(world);
        let moment = RuleContext {
            world,
            memory,
            rules: &config.rules,
            availability: &derived.availability,
            addressee: to,
            now: request.now,
            horizon: request.now.saturating_add(config.max_ahead),
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
        let (index, associations) = (&derived.index, &model.associations);
        let scene = RankingContext { world, memory, index, associations, now: request.now, revision: self.revision };
        let ranker = Scorer { scene, model, objective: &objective, families: config.families };
        let context =
            request.context.as_ref().map(|context| Portrait::known(&world.facets, context)).unwrap_or_default();
        let ranked = ScoredItems::of(&ranker, work, seen, &context, &items, config);

        // 5. Which are chosen.
        let pinned =
            derived.availability.pinned().iter().filter_map(|item| items.binary_search(item).ok()).collect::<Vec<_>>();
        let std_devs = match policy.needs_std_devs() {
            true => ranked.std_devs(&ranker, work, &context, &items),
            false => Vec::new(),
        };
        let candidates = Candidates {
            items: &items,
            utilities: &ranked.utilities,
            std_devs: &std_devs,
            pinned: &pinned,
            ids: &world.library.ids,
            index: &derived.index,
        };
        let choice = SlateOptions { count: request.count, policy, diversity: config.diversity };
        let slate = choose(&candidates, &choice, &mut Random::new(id as u64));

        // 6. Why.
        let chosen: Vec<u32> = slate.iter().map(|chosen| items[chosen.place]).collect();
        let accounts = ranked.explain(&ranker, work, &context, &slate, &chosen, options.reasons);
        let naming = ReasonBuilder { world, features };
        for (rank, (chosen, account)) in slate.iter().zip(accounts).enumerate() {
            let item = items[chosen.place];
            let penalty = chosen.penalty.map_or(0.0, |(penalty, _)| penalty);
            decision.picks.push(Recommendation {
                item: naming.item(item),
                rank: rank + 1,
                score: ranked.utilities[chosen.place] - penalty,
                propensity: chosen.propensity,
                propensity_estimated: policy.needs_std_devs() && !chosen.pinned,
                chances: account.chances(&world.kinds),
                relative: objective.0.iter().any(|(kind, _)| model.row(*kind, to.is_user).relative),
                reasons: if options.reasons { account.reasons(&naming, chosen) } else { Vec::new() },
                data: world.library.entry(item).and_then(|entry| entry.item.data.clone()),
            });
        }
        decision.check_finite()?;
        Ok(decision)
    }

    /// The fingerprint of everything a decision follows from.
    fn decision_id(config: &Config, world: &World, memory: &Memory, model: &Model, request: &Request) -> u128 {
        let state = Digest::new("decision").text(model.name()).bytes(&config.digest().to_le_bytes());
        let state = state.bytes(&world.digest().to_le_bytes()).bytes(&memory.digest().to_le_bytes());
        request.digest(state).finish()
    }

    /// Decides with another model from now on, which `make` makes for its world.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn take_model(&mut self, make: impl FnOnce(&mut World) -> Result<Model>) -> Result<()> {
        self.model = make(&mut self.world)?;
        // What was learnt corrects the fit that it was learnt on, and no other.
        self.online = Online::default();
        self.model.extend_to(&self.world.kinds);
        self.revision += 1;
        Ok(())
    }

    /// What it decides with.
    pub fn model(&self) -> &Model {
        &self.model
    }
    /// What the host told.
    pub fn world(&self) -> &World {
        &self.world
    }
    /// What is remembered.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }
    /// Keeps at most so many bytes of pairs of items that were counted.
    pub fn keep_rows_within(&mut self, bytes: usize) {
        self.memory.keep_rows_within(bytes);
    }
    /// Gives up the memory of what can be computed anew.
    pub fn drop_derived(&mut self) {
        (self.derived, self.work) = (Derived::default(), Workspace::default());
        self.memory.drop_rows();
    }
    /// How it decides.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Brings all that is derived up to date, so that the next question need not wait for it.
    pub fn prepare(&mut self) {
        self.refresh(self.clock.now().unwrap_or(MAX_TIME));
    }

    /// Brings memory to the moment of a question.
    fn advance(&mut self, now: Time) {
        if self.memory.advance(&self.world, now) {
            self.revision += 1;
        }
    }

    fn refresh(&mut self, now: Time) {
        self.refresh_for(now, FamilySet::ALL);
    }

    /// Brings up to the moment of a question what these families ask for.
    fn refresh_for(&mut self, now: Time, families: FamilySet) {
        self.advance(now);
        self.derived.index.refresh(&self.world.library, &self.world.facets);
        self.derived.availability.refresh(&self.world.library);
        match families.wanted().neighbours {
            true => self.memory.settle(&self.world),
            false => self.memory.settle_rates(&self.world),
        }
    }
}

/// Whether nothing is remembered of the one addressed: of a user, or of a group and all its members.
fn is_cold(world: &World, memory: &Memory, to: Recipient) -> bool {
    let knows = |subject: Subject| memory.history(subject).is_some();
    let members = || to.group_record(world).map_or(&[][..], |group| &group.member_numbers);
    match to.is_user {
        true => !to.user.is_some_and(|user| knows(Subject::User(user))),
        false => {
            !to.group.is_some_and(|group| knows(Subject::Group(group)))
                && !members().iter().any(|&member| world.is_personalised(member) && knows(Subject::User(member)))
        }
    }
}
