//! Phases 1 to 3 of a decision: recipient, silence and eligible items.

use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::index::ItemIndex;
use crate::base::time::MAX_TIME;
use crate::base::value::Value;
use crate::eligibility::rule::Restriction;
use crate::eligibility::{Refused, RuleContext, eligible, silence};
use crate::engine::config::Config;
use crate::engine::{EngineView, ModelId};
use crate::experiments::overlay::Overlay;
use crate::features::{FamilyWeights, RankingContext, TierFacets};
use crate::memory::{Memory, StateView, Subject};
use crate::model::Model;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::Scorer;
use crate::slate::SlateOptions;
use crate::slate::policy::Policy;
use crate::slate::quota::{PreparedQuota, SlateLimits};
use crate::world::World;
use crate::world::facet::FacetProfile;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::decision::{self, Decision, Silent};
use super::explain_item::Inquiry;
use super::operations::PreparedOperations;
use super::request::Request;
use super::selections::Selections;
use super::step::step_silence;
use super::{Recommender, limits};

/// Settings that override those of the request and of the recipient's variants.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Name of an objective, or weights by kind.
    pub objective: Option<Value>,
    /// The policy.
    pub policy: Option<Policy>,
}

/// The state that all requests of one moment read.
pub(super) struct Moment<'a> {
    pub(super) config: &'a Config,
    pub(super) operations: Option<&'a PreparedOperations>,
    selections: &'a Selections,
    log_position: Option<u64>,
    pub(super) view: EngineView<'a>,
}

/// The variants of a request's recipient, and the model that they choose.
pub(super) type Variants<'a> = (Overlay<'a>, ModelId);

/// A request without silence, with its eligible items.
pub(super) struct EligibleRequest<'a> {
    pub(super) request: &'a Request,
    pub(super) overlay: Overlay<'a>,
    pub(super) model: ModelId,
    /// The recipient.
    pub(super) to: Recipient,
    /// The recipient as the models see it; its user is absent after an opt-out.
    pub(super) visible: Recipient,
    pub(super) named: NamedRecipient<'a>,
    pub(super) restrictions: Vec<Restriction<'a>>,
    tiers: Option<TierFacets<'a>>,
    pub(super) objective: Objective,
    pub(super) policy: Policy,
    pub(super) family_weights: FamilyWeights,
    /// Facets of the request's context.
    pub(super) context: FacetProfile,
    /// The request's own quotas.
    quotas: Option<Vec<PreparedQuota>>,
    /// Seed of policies that draw.
    pub(super) seed: u64,
    /// The eligible items, ascending.
    pub(super) items: Vec<ItemIndex>,
}

impl Recommender {
    /// Refuses a request before anything is changed.
    ///
    /// # Errors
    /// Names the limit that the request exceeds, or the family whose weight it may not change.
    pub(super) fn check(&self, request: &Request) -> Result<()> {
        limits::check(request, &self.config, &self.engine.world)?;
        request.family_weights.unwrap_or_default().check(self.config.families, "request.familyWeights")
    }

    /// Moves to the moment of these requests, which is the same for all; returns its state and the variants of each.
    pub(super) fn moment(&mut self, requests: &[&Request]) -> (Moment<'_>, Vec<Variants<'_>>) {
        let Self { config, clock, engine, operations, selections, log_position, .. } = self;
        let now = requests.first().map_or(0, |request| request.now);
        clock.advance(now);
        engine.advance(now);
        operations.iter_mut().for_each(|operations| operations.refresh(config, &engine.world));
        selections.refresh(requests, &engine.world.library);
        let operations = operations.as_ref();
        let mut variants = Vec::with_capacity(requests.len());
        for request in requests {
            let overlay = operations.map_or(Overlay::default(), |one| one.overlay(config, engine, request));
            let model = if overlay.has_default_model() { engine.shipped_model() } else { ModelId::DEFAULT };
            variants.push((overlay, model));
        }
        let is_used = |family| variants.iter().any(|(_, model)| engine.model(*model).used_families().includes(family));
        let families = config.families.filter(is_used);
        let view = engine.at(now, families);
        (Moment { config, operations, selections: &*selections, log_position: *log_position, view }, variants)
    }
}

impl<'a> EligibleRequest<'a> {
    /// Begins the decision of a request. Returns it with the eligible items, or without them if it is complete: if nothing
    /// may be sent, or an inquiry needs no scores. `explain` lists the refused items.
    ///
    /// # Errors
    /// Names an unknown objective or kind.
    pub(super) fn new(
        moment: &Moment<'a>,
        request: &'a Request,
        (overlay, model_id): Variants<'a>,
        overrides: &Overrides,
        explain: bool,
        inquiry: Option<&mut Inquiry>,
    ) -> Result<(Decision, Option<Self>)> {
        let Moment { config, operations, log_position, ref view, .. } = *moment;
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
        let given = overrides.objective.as_ref().or(overlay.objective()).or(request.objective.as_ref()).cloned();
        let objective = config.objectives.resolve(given, "request.objective", purpose, &world.kinds)?;
        let policy = overrides.policy.or(overlay.policy()).or(request.policy).unwrap_or(config.policy);
        let id = decision_id(config, operations, world, memory, model, request);
        let mut decision = Decision::empty(id, request, world, &objective, policy, model.name());
        decision.log_position = log_position;
        decision.cold_start = is_cold(world, memory, visible);
        decision.personalised = (visible != to).then_some(false);
        decision.tier = tier.map(str::to_owned);
        decision.variants = overlay.variants().map(|(id, variant)| (id.to_owned(), variant.to_owned())).collect();

        // 2. Silence: may anything be sent, and is the step due?
        if let Some(step) = &request.step {
            let journey_context = operations.map(|operations| operations.journey_context(view.state, config));
            if let Some(silence) = step_silence(journey_context.as_ref(), operations, step, to) {
                decision.silent = Some(Silent::from(silence));
                return Ok((decision, None));
            }
        }
        let (mut only, exclude) = moment.selections.of_request(request, &world.library);
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
            return Ok((decision, None));
        }

        // 3. Eligibility: the items that may be shown.
        let mut items = Vec::new();
        let mut refused: Vec<Refused> = Vec::new();
        eligible(&rule_context, &mut items, explain.then_some(&mut refused));
        if explain {
            decision.refused = Some(refused.iter().map(|refused| decision::refused(world, refused)).collect());
        }
        if let Some(inquiry) = inquiry
            && !inquiry.needs_scores(&rule_context, &items)
        {
            return Ok((decision, None));
        }

        let tiers = operations.map(|operations| TierFacets { tiers: &operations.tiers, of_stranger: tier_facet });
        let context =
            request.context.as_ref().map(|context| FacetProfile::known(&world.facets, context)).unwrap_or_default();
        let family_weights = request.family_weights.unwrap_or_default();
        let (model, seed) = (model_id, id as u64);
        let eligible = Self {
            quotas: request.prepared_quotas(world),
            request,
            overlay,
            model,
            to,
            visible,
            named,
            restrictions,
            tiers,
            objective,
            policy,
            family_weights,
            context,
            seed,
            items,
        };
        Ok((decision, Some(eligible)))
    }

    /// Returns the options of its slate.
    pub(super) fn options(&self, config: &Config) -> SlateOptions {
        let diversity = self.overlay.diversity().or(self.request.diversity).unwrap_or(config.diversity);
        SlateOptions { count: self.request.count, policy: self.policy, diversity }
    }

    /// Returns the limits of its slate.
    pub(super) fn limits<'b>(&'b self, moment: &Moment<'b>) -> SlateLimits<'b> {
        let StateView { world, memory, .. } = moment.view.state;
        let of_operations = moment.operations.map(|operations| &operations.quotas[..]);
        let quotas = self.overlay.quotas().or(self.quotas.as_deref()).or(of_operations).unwrap_or_default();
        let received = Subject::of(&self.to).map_or(&[][..], |subject| &memory.exposure.received(subject).items);
        let sent = received.iter().map(|sent| sent.item);
        SlateLimits::of(quotas, &self.restrictions, &self.named, world, sent)
    }

    /// Returns the scorer of its recipient.
    pub(super) fn scorer<'b>(&'b self, view: &EngineView<'a>) -> Scorer<'b> {
        let scorer = view.scorer(self.model, &self.objective);
        let context = RankingContext { tiers: self.tiers, ..scorer.context };
        Scorer { context, family_weights: self.family_weights, ..scorer }
    }
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
