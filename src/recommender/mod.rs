//! The recommender: one readable function per verb of the contract.

mod accept;
pub mod clock;
mod consent;
pub mod content_status;
pub mod decision;
pub mod due_steps;
pub mod explain_item;
pub mod journey_status;
mod limits;
mod merge;
mod observe;
mod online;
mod operations;
pub mod profile;
mod ranked;
mod records;
pub mod refusals;
pub mod request;
mod reserve;
pub mod similar;
pub mod stats;
mod step;
pub mod tier_report;
mod withdrawal;

use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::base::time::MAX_TIME;
use crate::base::value::Value;
use crate::eligibility::{Refused, RuleContext, eligible, silence};
use crate::engine::config::Config;
use crate::engine::{Engine, ModelId};
use crate::experiments::overlay::Overlay;
use crate::features::{FamilySet, TierFacets};
use crate::memory::{Memory, StateView, Subject};
use crate::model::Model;
use crate::model::online::OnlineLearner;
use crate::slate::quota::SlateLimits;
use crate::slate::reason::ReasonBuilder;
use crate::slate::{Candidates, SlateOptions, fill_slate};
use crate::world::World;
use crate::world::facet::FacetProfile;
use crate::world::recipient::{NamedRecipient, Recipient};

pub use accept::{AcceptedDecision, AcceptedPick};
use clock::Clock;
use decision::{Decision, Recommendation, Silent};
use explain_item::Inquiry;
pub use observe::ObserveReport;
use operations::PreparedOperations;
use ranked::ScoredItems;
use request::{Options, Request};
use step::step_silence;

/// A recommender: configuration, trusted time, an engine with its online corrections, and the operations.
#[derive(Debug)]
pub struct Recommender {
    config: Config,
    clock: Clock,
    engine: Engine,
    online: OnlineLearner,
    /// `None` before the first operations were set.
    operations: Option<PreparedOperations>,
}

/// A host may send a recommender to another thread, and share it behind a lock.
const _: () = {
    const fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Recommender>();
};

impl Recommender {
    /// Creates an empty recommender; `null` is the default configuration.
    ///
    /// ```
    /// use nextpick::{Recommender, Value};
    ///
    /// assert_eq!(Recommender::new(Value::record([("diversity", 0.1)]))?.config().diversity, 0.1);
    /// let error = Recommender::new(Value::record([("diversity", 2)])).unwrap_err();
    /// assert_eq!(error.to_string(), "config.diversity: expected a number from 0 to 1, got 2");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Names the field of the configuration that is wrong.
    pub fn new(config: Value) -> Result<Self> {
        let config = Config::read(config)?;
        let mut engine = Engine::new(&config);
        config.rules.intern_names(engine.world.change());
        Ok(Self::assembled(config, Clock::default(), engine))
    }

    /// Creates a recommender from parts that belong together.
    pub(crate) fn assembled(config: Config, clock: Clock, engine: Engine) -> Self {
        Self { config, clock, engine, online: OnlineLearner::default(), operations: None }
    }

    /// Decides which items come next. Only caches change: the same request again gives the same decision.
    ///
    /// ```
    /// use nextpick::{Item, Options, Recommender, Request, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?, Item::builder("b").hidden(true).build()?]);
    /// let request = Request::to_user("u1", 1_774_958_400_000).count(2).build()?;
    /// let decision = recommender.recommend(&request, Options { explain: true, reasons: true })?;
    /// assert_eq!(decision.picks.len(), 1);
    /// let amounts: f64 = decision.picks[0].reasons.iter().map(|reason| reason.amount).sum();
    /// assert!((amounts - decision.picks[0].score).abs() < 1e-9);
    /// assert_eq!(decision.refused.unwrap()[0].rule, "hidden");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Names an unknown objective or kind, or the limit that the request's work exceeds.
    pub fn recommend(&mut self, request: &Request, options: Options) -> Result<Decision> {
        self.decide(request, options, None)
    }

    /// Decides, and answers an inquiry about one item from the same state.
    fn decide(&mut self, request: &Request, options: Options, mut inquiry: Option<&mut Inquiry>) -> Result<Decision> {
        let Self { config, clock, engine, operations, .. } = self;
        limits::check(request, config, &engine.world)?;
        let family_weights = request.family_weights.unwrap_or_default();
        family_weights.check(config.families, "request.familyWeights")?;
        clock.advance(request.now);
        engine.advance(request.now);
        operations.iter_mut().for_each(|operations| operations.refresh(config, &engine.world));
        let operations = operations.as_ref();
        let overlay = operations.map_or(Overlay::default(), |operations| operations.overlay(config, engine, request));
        let model_id = if overlay.has_default_model() { engine.shipped_model() } else { ModelId::DEFAULT };
        let families = config.families.intersect(engine.model(model_id).used_families());
        let view = engine.at(request.now, families);
        let StateView { world, memory, .. } = view.state;
        let model = view.model(model_id);

        // 1. Recipient, objective and policy: those of the recipient's variants, else of the request.
        let (user, group, channel) = (request.user.as_deref(), request.group.as_deref(), request.channel.as_deref());
        let to = Recipient::of(world, user, group, channel);
        let visible = to.without_opted_out(world);
        let tier = operations.and_then(|operations| operations.tier(world, memory, to, request.now));
        let named = NamedRecipient::of(world, user, group, channel, tier);
        let tier_facet = tier.and_then(|tier| world.facets.get(&["tier:", tier].concat()));
        let group = to.group_record(world);
        let purpose = group.and_then(|group| group.purpose.as_deref());
        let asked = overlay.objective().or(request.objective.as_ref()).cloned();
        let objective = config.objectives.asked(asked, "request.objective", purpose, &world.kinds)?;
        let policy = overlay.policy().or(request.policy).unwrap_or(config.policy);
        let id = Self::decision_id(config, operations, world, memory, model, request);
        let mut decision = Decision::empty(id, request, world, &objective, policy, model.name());
        decision.cold_start = is_cold(world, memory, visible);
        decision.personalised = (visible != to).then_some(false);
        decision.tier = tier.map(str::to_owned);
        decision.variants = overlay.variants().map(|(id, variant)| (id.to_owned(), variant.to_owned())).collect();

        // 2. Silence: may anything be sent, and is the step due?
        if let Some(step) = &request.step {
            let journey_context = operations.map(|operations| operations.journey_context(view.state, config));
            if let Some(silence) = step_silence(journey_context.as_ref(), operations, step, to) {
                decision.silent = Some(Silent::from(silence));
                return Ok(decision);
            }
        }
        let (mut only, exclude) = request.item_indices(world);
        overlay.restrict(&mut only);
        let restrictions = operations
            .map_or(Vec::new(), |operations| operations.restrictions(world, memory, &to, &named, request.now));
        let rules = config.rules.with_repeats(request.repeats);
        let rule_context = RuleContext {
            state: view.state,
            rules: &rules,
            availability: view.availability,
            addressee: to,
            tier: tier_facet,
            restrictions: &restrictions,
            occasion: request.occasion,
            horizon: request.now.saturating_add(config.max_ahead),
            contacts_until: MAX_TIME,
            only: only.as_deref(),
            exclude: &exclude,
        };
        if let Some(silence) = silence(&rule_context) {
            decision.silent = Some(Silent::from(silence));
            return Ok(decision);
        }

        // 3. Eligibility: the items that may be shown.
        let mut items = Vec::new();
        let mut refused: Vec<Refused> = Vec::new();
        eligible(&rule_context, &mut items, options.explain.then_some(&mut refused));
        if options.explain {
            decision.refused = Some(refused.iter().map(|refused| decision::refused(world, refused)).collect());
        }
        if let Some(inquiry) = &mut inquiry
            && !inquiry.needs_scores(&rule_context, &items)
        {
            return Ok(decision);
        }

        // 4. Utilities of these items.
        let tiers = operations.map(|operations| TierFacets { tiers: &operations.tiers, of_stranger: tier_facet });
        let view = view.with_tiers(tiers).with_family_weights(family_weights);
        let scorer = view.scorer(model_id, &objective);
        let work = view.workspace;
        let context =
            request.context.as_ref().map(|context| FacetProfile::known(&world.facets, context)).unwrap_or_default();
        let scored = ScoredItems::new(&scorer, work, visible, &context, &items, config);

        // 5. The slate.
        let pinned =
            view.availability.pinned().iter().filter_map(|item| items.binary_search(item).ok()).collect::<Vec<_>>();
        let std_devs = match policy.needs_std_devs() {
            true => scored.std_devs(&scorer, work, &context, &items),
            false => Vec::new(),
        };
        let candidates = Candidates {
            items: &items,
            utilities: &scored.utilities,
            std_devs: &std_devs,
            pinned: &pinned,
            ids: &world.library.ids,
            facet_matrix: view.facets,
        };
        let diversity = overlay.diversity().or(request.diversity).unwrap_or(config.diversity);
        let slate_options = SlateOptions { count: request.count, policy, diversity };
        let own_quotas = request.prepared_quotas(world);
        let of_operations = operations.map(|operations| &operations.quotas[..]);
        let quotas = overlay.quotas().or(own_quotas.as_deref()).or(of_operations).unwrap_or_default();
        let received = Subject::of(&to).map_or(&[][..], |subject| &memory.exposure.received(subject).items);
        let sent = received.iter().map(|sent| sent.item);
        let mut slate_limits = SlateLimits::of(quotas, &restrictions, &named, world, sent);
        let mut slate = fill_slate(&candidates, &slate_options, &mut slate_limits, &mut Random::new(id as u64));
        decision.unmet_quotas = if slate.is_empty() { Vec::new() } else { slate_limits.unmet() };
        slate.extend(inquiry.as_mut().and_then(|inquiry| inquiry.slot(&candidates)));

        // 6. Reasons.
        let chosen: Vec<ItemIndex> = slate.iter().map(|chosen| items[chosen.candidate]).collect();
        let explanations = scored.explain(&scorer, work, &context, &slate, &chosen, options.reasons);
        let builder = ReasonBuilder { world, features: work.table.features() };
        for (rank, (chosen, explanation)) in slate.iter().zip(explanations).enumerate() {
            let item = items[chosen.candidate];
            let penalty = chosen.penalty.map_or(0.0, |(penalty, _)| penalty);
            decision.picks.push(Recommendation {
                item: builder.item(item),
                rank: rank + 1,
                score: scored.utilities[chosen.candidate] - penalty,
                propensity: chosen.propensity,
                propensity_estimated: policy.needs_std_devs() && !chosen.pinned,
                chances: explanation.probabilities(&world.kinds),
                relative: objective.0.iter().any(|(kind, _)| model.row(*kind, to.is_user).relative),
                reasons: if options.reasons { explanation.reasons(&builder, chosen) } else { Vec::new() },
                data: world.library.entry(item).and_then(|entry| entry.item.data.clone()),
            });
        }
        decision.check_finite()?;
        if let Some(inquiry) = inquiry {
            inquiry.take_pick(&mut decision);
        }
        Ok(decision)
    }

    /// Returns the digest of everything a decision depends on.
    fn decision_id(
        config: &Config,
        operations: Option<&PreparedOperations>,
        world: &World,
        memory: &Memory,
        model: &Model,
        request: &Request,
    ) -> u128 {
        let state = Digest::new("decision").text(model.name()).bytes(&config.digest().to_le_bytes());
        let state = state.bytes(&world.digest().to_le_bytes()).bytes(&memory.digest().to_le_bytes());
        let state = match operations {
            Some(prepared) => state.bytes(&prepared.operations().digest().to_le_bytes()),
            None => state,
        };
        request.digest(state).finish()
    }

    /// Replaces the model by the one that `make` returns for this world.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn take_model(&mut self, make: impl FnOnce(&mut World) -> Result<Model>) -> Result<()> {
        *self.engine.change_model(ModelId::DEFAULT) = make(self.engine.world.change())?;
        self.engine.extend_models();
        // Online corrections belong to the model they were learnt on.
        self.online = OnlineLearner::default();
        Ok(())
    }

    /// The model.
    pub fn model(&self) -> &Model {
        self.engine.model(ModelId::DEFAULT)
    }
    /// The world: records of the host.
    pub(crate) fn world(&self) -> &World {
        &self.engine.world
    }
    /// The memory: aggregates of interactions.
    pub(crate) fn memory(&self) -> &Memory {
        &self.engine.memory
    }
    /// Limits the cache of co-occurrence rows, bytes.
    #[doc(hidden)]
    pub fn keep_rows_within(&mut self, bytes: usize) {
        self.engine.keep_rows_within(bytes);
    }
    /// Frees the memory of everything that can be derived again.
    #[doc(hidden)]
    pub fn drop_derived(&mut self) {
        self.engine.drop_derived();
    }
    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Updates what is derived from the operations.
    fn refresh_operations(&mut self) {
        self.operations.iter_mut().for_each(|operations| operations.refresh(&self.config, &self.engine.world));
    }

    /// Refreshes all derived state, so that the next request does not wait for it.
    pub fn prepare(&mut self) {
        self.engine.advance(self.clock.now().unwrap_or(MAX_TIME));
        self.engine.refresh(FamilySet::ALL);
        self.refresh_operations();
    }
}

/// True if the recipient has no history; for a group, neither have its members.
fn is_cold(world: &World, memory: &Memory, to: Recipient) -> bool {
    let has_history = |subject: Subject| memory.history(subject).is_some();
    let members = || to.group_record(world).map_or(&[][..], |group| &group.member_indices);
    match to.is_user {
        true => !to.user.is_some_and(|user| has_history(Subject::User(user))),
        false => {
            !to.group.is_some_and(|group| has_history(Subject::Group(group)))
                && !members().iter().any(|&member| world.is_personalised(member) && has_history(Subject::User(member)))
        }
    }
}
