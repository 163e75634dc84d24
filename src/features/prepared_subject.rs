//! State of one subject at one moment, prepared so that features are lookups and dot products.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::Time;
use crate::memory::Subject;
use crate::memory::history::History;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::column::{Column, Source};
use super::context::ContextProfiles;
use super::ease::EaseScores;
use super::effects::SubjectEffects;
use super::family::{Concept, Family};
use super::family_set::FamilySet;
use super::fatigue::UnansweredExposure;
use super::neighbours::NeighbourScores;
use super::portrait::Portrait;
use super::ranking_context::{RankingContext, StateVersion};
use super::rates::{self, SubjectResponses};
use super::taste::Taste;
use super::visits::{self, Visits};
use super::{freshness, trend};

/// Prepared state of one subject: a user, or a group by itself. One field a concept; those that no prepared family reads
/// are out of date.
#[derive(Debug, Clone, Default)]
pub struct PreparedSubject {
    recipient: Recipient,
    taste: Taste,
    neighbours: NeighbourScores,
    portrait: Portrait,
    ease: EaseScores,
    effects: SubjectEffects,
    fatigue: UnansweredExposure,
    context: ContextProfiles,
    visits: Visits,
    responses: SubjectResponses,
    prepared_for: Option<Preparation>,
    /// True if `context` belongs to another preparation.
    lacks_context: bool,
}

/// State, recipient and settings of prepared data.
#[derive(Debug, Clone, PartialEq)]
struct Preparation {
    version: StateVersion,
    now: Time,
    recipient: Recipient,
    families: FamilySet,
    /// Facets of the request's context.
    request: FacetProfile,
}

impl Preparation {
    /// True if only the facets of the context may differ: those of a user's group and channel, and of the request.
    fn has_same_subject(&self, other: &Self) -> bool {
        let key = |one: &Self| (one.version, one.now, one.families, one.recipient.is_user, Subject::of(&one.recipient));
        key(self) == key(other)
    }
}

impl PreparedSubject {
    /// Prepares the state that `families` read for a recipient; `request` holds the facets of the request's context.
    pub fn prepare(
        &mut self,
        context: &RankingContext,
        recipient: Recipient,
        request: &FacetProfile,
        families: FamilySet,
    ) {
        let next = Preparation {
            version: context.version,
            now: context.state.now,
            recipient,
            families,
            request: request.clone(),
        };
        let before = self.prepared_for.as_ref();
        let has_same_subject = before.is_some_and(|before| before.has_same_subject(&next));
        let has_context = !self.lacks_context && before == Some(&next);
        self.prepared_for = Some(next);
        if has_same_subject {
            if !has_context && families.includes(Family::Context) {
                self.context.prepare(context, &recipient, request);
            }
            self.lacks_context = false;
            if families.concepts().any(|concept| concept == Concept::Visits) {
                self.visits.update_items(context);
            }
            self.recipient = recipient;
            return;
        }
        (self.recipient, self.lacks_context) = (recipient, false);
        let history = self.history(context);
        let user = recipient.user.filter(|_| recipient.is_user);
        let opted_out = user.map_or(&[][..], |user| context.state.world.facet_opt_outs(user));
        for concept in families.concepts() {
            match concept {
                Concept::Taste => self.taste.prepare(context, history, opted_out, families.includes(Family::Terms)),
                Concept::Neighbours => self.neighbours.prepare(context, history),
                Concept::Portrait => self.portrait.prepare(context, &recipient, opted_out),
                Concept::Ease => self.ease.prepare(context, history),
                Concept::Effects => self.effects.prepare(context, history, opted_out),
                Concept::Fatigue => self.fatigue.prepare(context, Subject::of(&recipient), history, opted_out),
                Concept::Context => self.context.prepare(context, &recipient, request),
                Concept::Visits => self.visits.prepare(context, history, families.includes(Family::Contemporary)),
                Concept::Responses => self.responses.prepare(context, history),
            }
        }
    }

    /// Exchanges the data that all subjects of a moment share, which are computed once for all of them, and the profiles of
    /// the context, which are large and quickly prepared again.
    pub fn exchange_shared(&mut self, other: &mut Self) {
        self.portrait.exchange_related(&mut other.portrait);
        self.visits.exchange_items(&mut other.visits);
        std::mem::swap(&mut self.context, &mut other.context);
        (self.lacks_context, other.lacks_context) = (true, true);
    }

    /// Fills the columns of a family that all kinds share with data for `items`, and marks them live. Columns are not
    /// live on entry.
    pub fn fill(&self, family: Family, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        match family {
            Family::Trend => trend::fill(context, items, columns),
            Family::Freshness => freshness::fill(context, items, columns),
            Family::Age => freshness::fill_age(context, items, columns),
            Family::GroupTrend => trend::fill_group(context, self.recipient.group, items, columns),
            Family::Affinity => self.taste.fill_affinity(context, items, columns),
            Family::Neighbours => self.neighbours.fill(context, items, columns),
            Family::Terms => self.taste.fill_terms(context, items, columns),
            Family::Fatigue => self.fatigue.fill(context, items, columns),
            Family::Context => self.context.fill(context, items, columns),
            Family::Portrait => self.portrait.fill(context, items, columns),
            Family::Ease => self.ease.fill(items, columns),
            Family::Effects => self.effects.fill(context, items, columns),
            Family::Visit => self.visits.fill_visit(context, items, columns),
            Family::Contemporary => self.visits.fill_contemporary(context, items, columns),
            Family::Repeat => visits::fill_repeat(context, self.history(context), items, columns),
            Family::ItemRates => rates::fill_item(context, items, columns),
            Family::SubjectRates => self.responses.fill(context, &self.recipient, items, columns),
            Family::ItemRatesByKind | Family::SubjectRatesByKind | Family::MomentRates | Family::ItemEffects => {
                unreachable!("filled by kind")
            }
        }
    }

    /// Fills the columns of a family that differs by kind, as [`Self::fill`] does.
    pub fn fill_kind(
        &self,
        family: Family,
        context: &RankingContext,
        kind: KindIndex,
        items: &[ItemIndex],
        columns: &mut [Column],
    ) {
        match family {
            Family::ItemRatesByKind => rates::fill_item_by_kind(context, kind, items, columns),
            Family::SubjectRatesByKind => {
                self.responses.fill_by_kind(context, &self.recipient, kind, items, columns);
            }
            Family::MomentRates => rates::fill_moment(context, kind, items, columns),
            Family::ItemEffects => rates::fill_effect(context, kind, items, columns),
            Family::Trend
            | Family::Freshness
            | Family::Age
            | Family::GroupTrend
            | Family::Affinity
            | Family::Neighbours
            | Family::Terms
            | Family::Fatigue
            | Family::Context
            | Family::Portrait
            | Family::Ease
            | Family::Effects
            | Family::Visit
            | Family::Contemporary
            | Family::Repeat
            | Family::ItemRates
            | Family::SubjectRates => unreachable!("shared by all kinds"),
        }
    }

    /// Its taste; only if a prepared family reads it.
    pub(super) fn taste(&self) -> &Taste {
        &self.taste
    }

    /// Its profiles of facets; only if a prepared family reads them.
    pub(super) fn context_profiles(&self) -> &ContextProfiles {
        &self.context
    }

    /// Its co-occurrence scores; only if a prepared family reads them.
    pub fn neighbours(&self) -> &NeighbourScores {
        &self.neighbours
    }

    /// Splits the `value` of a family's feature at `offset` for an item by source; the contributions sum to the value.
    pub fn contributions(
        &self,
        family: Family,
        context: &RankingContext,
        item: ItemIndex,
        offset: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        match family {
            Family::Affinity => self.taste.affinity_contributions(context, item, offset),
            Family::Neighbours => self.neighbours.contributions(context, item, offset, value),
            Family::Terms => self.taste.terms_contributions(context, item, offset),
            Family::Fatigue => self.fatigue.contributions(context, item, offset, value),
            Family::Context => self.context.contributions(context, item, offset),
            Family::Portrait => self.portrait.contributions(context, item, offset),
            Family::Ease => self.ease.contributions(context, item, value),
            Family::Effects => self.effects.contributions(context, item, offset),
            Family::Trend
            | Family::Freshness
            | Family::Age
            | Family::GroupTrend
            | Family::Visit
            | Family::Contemporary
            | Family::Repeat
            | Family::ItemRates
            | Family::SubjectRates
            | Family::ItemRatesByKind
            | Family::SubjectRatesByKind
            | Family::MomentRates
            | Family::ItemEffects => vec![(Source::Whole, value)],
        }
    }

    fn history<'a>(&self, context: &RankingContext<'a>) -> Option<&'a History> {
        Subject::of(&self.recipient).and_then(|subject| context.state.memory.history(subject))
    }
}
