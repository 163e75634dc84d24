//! Phases 1 to 4 of a decision: recipient, silence, eligible items and their utilities.

use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::time::MAX_TIME;
use crate::base::value::Value;
use crate::eligibility::{Refused, RuleContext, eligible, silence};
use crate::engine::ModelId;
use crate::engine::config::Config;
use crate::experiments::overlay::Overlay;
use crate::features::TierFacets;
use crate::memory::{Memory, StateView, Subject};
use crate::model::Model;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::slate::policy::Policy;
use crate::slate::quota::SlateLimits;
use crate::slate::{Candidates, SlateOptions};
use crate::world::World;
use crate::world::facet::FacetProfile;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::decision::{self, Decision, Silent};
use super::explain_item::Inquiry;
use super::operations::PreparedOperations;
use super::ranked::ScoredItems;
use super::request::Request;
use super::step::step_silence;
use super::{Recommender, limits};

/// Settings that go before those of the request and of the recipient's variants.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Name of an objective, or weights by kind.
    pub objective: Option<Value>,
    /// The policy.
    pub policy: Option<Policy>,
}

/// A request whose eligible items are scored, and what its slate is filled from.
pub(super) struct ScoredRequest<'a> {
    pub(super) world: &'a World,
    #[cfg(feature = "study")]
    pub(super) config: &'a Config,
    /// The recipient as the models see it: without a user who opted out.
    #[cfg(feature = "study")]
    pub(super) to: Recipient,
    /// True if it goes to a user.
    pub(super) is_to_user: bool,
    pub(super) context: &'a FacetProfile,
    pub(super) scorer: &'a Scorer<'a>,
    pub(super) work: &'a mut Workspace,
    pub(super) scored: &'a ScoredItems,
    pub(super) candidates: Candidates<'a>,
    pub(super) options: SlateOptions,
    pub(super) limits: SlateLimits<'a>,
    /// Seed of policies that draw.
    pub(super) seed: u64,
    /// A question about one item.
    pub(super) inquiry: Option<&'a mut Inquiry>,
}

impl Recommender {
    /// Scores the eligible items of a request and passes them to `finish`, unless nothing may be sent or an inquiry needs
    /// no scores. `explain` lists the
    /// refused items. Only caches change.
    ///
    /// # Errors
    /// Names an unknown objective or kind, or the limit that the request's work exceeds.
    pub(super) fn score(
        &mut self,
        request: &Request,
        overrides: &Overrides,
        explain: bool,
        mut inquiry: Option<&mut Inquiry>,
        finish: &mut dyn FnMut(&mut Decision, ScoredRequest),
    ) -> Result<Decision> {
        let Self { config, clock, engine, operations, log_position, .. } = self;
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
        let asked = overrides.objective.as_ref().or(overlay.objective()).or(request.objective.as_ref()).cloned();
        let objective = config.objectives.asked(asked, "request.objective", purpose, &world.kinds)?;
        let policy = overrides.policy.or(overlay.policy()).or(request.policy).unwrap_or(config.policy);
        let id = Self::decision_id(config, operations, world, memory, model, request);
        let mut decision = Decision::empty(id, request, world, &objective, policy, model.name());
        decision.log_position = *log_position;
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
        eligible(&rule_context, &mut items, explain.then_some(&mut refused));
        if explain {
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
        let slate_limits = SlateLimits::of(quotas, &restrictions, &named, world, sent);
        let scored_request = ScoredRequest {
            world,
            #[cfg(feature = "study")]
            config,
            #[cfg(feature = "study")]
            to: visible,
            is_to_user: to.is_user,
            context: &context,
            scorer: &scorer,
            work,
            scored: &scored,
            candidates,
            options: slate_options,
            limits: slate_limits,
            seed: id as u64,
            inquiry,
        };
        finish(&mut decision, scored_request);
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
