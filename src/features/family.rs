//! Families of related features: all properties of a family apart from its values.
//!
//! [`Family`] is closed. Its name, features, state, tasks and values are exhaustive `match`es: a new variant does not
//! compile until all of them, here and in [`super::prepared_subject`], have an arm. The properties that few families
//! have are `matches!`.

use super::{context, ease, effects, fatigue, freshness, neighbours, portrait, rates, taste, trend, visits};

/// Declares [`Family`] and the list of its variants, so that the two cannot differ.
macro_rules! families {
    ($($(#[$doc:meta])* $family:ident,)*) => {
        /// A family of related features.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Family {
            $($(#[$doc])* $family,)*
        }

        impl Family {
            /// All families in the order of their features; families that differ by kind come last.
            pub const ALL: [Self; [$(Self::$family),*].len()] = [$(Self::$family),*];
        }
    };
}

families! {
    /// Recent demand for the item.
    Trend,
    /// Recency of the item's publication, decayed.
    Freshness,
    /// Logarithm of the time since the item's publication.
    Age,
    /// Recent demand for the item within the group.
    GroupTrend,
    /// Match of the item's facets, except terms, with the subject's taste.
    Affinity,
    /// Co-occurrence of the item with the subject's recent likes.
    Neighbours,
    /// Match of the item's terms with the subject's taste.
    Terms,
    /// Recent exposures of the subject without a positive interaction.
    Fatigue,
    /// Match of the item's facets with the facet profiles of user, group, channel and request.
    Context,
    /// Match of the item's facets with those of the items that carry the subject's tags and attributes.
    Portrait,
    /// Fitted item-to-item weights from the subject's likes.
    Ease,
    /// Effects of the item's facets on the subject's responses to its impressions.
    Effects,
    /// Items published since the last interaction, preferred item age, and time away.
    Visit,
    /// Proximity of the item's publication to the subject's active times.
    Contemporary,
    /// Previous interaction with the item.
    Repeat,
    /// Response rates of the item and its facets, of any kind.
    ItemRates,
    /// Response rates of the subject, of any kind.
    SubjectRates,
    /// Response rates of the item and its facets, of one kind.
    ItemRatesByKind,
    /// Response rates of the subject, of one kind.
    SubjectRatesByKind,
    /// Recent response rate of one kind over all subjects and items.
    MomentRates,
    /// Fitted effect of the item on the responses to it, of one kind.
    ItemEffects,
}

/// Part of a subject's prepared state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concept {
    /// [`taste::Taste`]
    Taste,
    /// [`neighbours::NeighbourScores`]
    Neighbours,
    /// [`portrait::Portrait`]
    Portrait,
    /// [`ease::EaseScores`]
    Ease,
    /// [`effects::SubjectEffects`]
    Effects,
    /// [`fatigue::UnansweredExposure`]
    Fatigue,
    /// [`context::ContextProfiles`]
    Context,
    /// [`visits::Visits`]
    Visits,
    /// [`rates::SubjectResponses`]
    Responses,
}

/// Tasks, which differ in the families that they use by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Decisions.
    Decisions,
    /// Evaluation that predicts each interaction of a log in time order.
    Replay,
    /// Evaluation that ranks candidates after learning a log.
    Cases,
    /// Evaluation that predicts probabilities of outcomes of impressions.
    Impressions,
}

impl Family {
    /// Returns its name in the configuration and in reasons; families may share one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trend | Self::GroupTrend => "trend",
            Self::Freshness | Self::Age => "freshness",
            Self::Affinity => "affinity",
            Self::Neighbours => "neighbours",
            Self::Terms => "terms",
            Self::Fatigue => "fatigue",
            Self::Context => "context",
            Self::Portrait => "portrait",
            Self::Ease => "ease",
            Self::Effects => "effects",
            Self::Visit => "visit",
            Self::Contemporary => "contemporary",
            Self::Repeat => "repeat",
            Self::ItemRates
            | Self::SubjectRates
            | Self::ItemRatesByKind
            | Self::SubjectRatesByKind
            | Self::MomentRates
            | Self::ItemEffects => "rates",
        }
    }

    /// Returns the names of its features, in order.
    pub fn features(self) -> Vec<String> {
        match self {
            Self::Trend => trend::features(),
            Self::Freshness => freshness::features(),
            Self::Age => freshness::age_features(),
            Self::GroupTrend => trend::group_features(),
            Self::Affinity => taste::affinity_features(),
            Self::Neighbours => neighbours::features(),
            Self::Terms => taste::terms_features(),
            Self::Fatigue => fatigue::features(),
            Self::Context => context::features(),
            Self::Portrait => portrait::features(),
            Self::Ease => ease::features(),
            Self::Effects => effects::features(),
            Self::Visit => visits::visit_features(),
            Self::Contemporary => visits::contemporary_features(),
            Self::Repeat => visits::repeat_features(),
            Self::ItemRates => rates::item_features(),
            Self::SubjectRates => rates::subject_features(),
            Self::ItemRatesByKind => rates::item_features_by_kind(),
            Self::SubjectRatesByKind => rates::subject_features_by_kind(),
            Self::MomentRates => rates::moment_features(),
            Self::ItemEffects => rates::effect_features(),
        }
    }

    /// True if its features depend on item and moment alone, so that all subjects share them.
    pub fn is_item_only(self) -> bool {
        matches!(
            self,
            Self::Trend
                | Self::Freshness
                | Self::Age
                | Self::ItemRates
                | Self::ItemRatesByKind
                | Self::MomentRates
                | Self::ItemEffects
        )
    }

    /// True if its features of an item depend, at one moment and memory, on no other item's record. False is right for
    /// every family.
    pub fn reads_one_item(self) -> bool {
        matches!(self, Self::Trend | Self::Freshness | Self::Age | Self::MomentRates | Self::ItemEffects)
    }

    /// True if the name of a model ignores its weights of 0. The family was added after decisions had been logged:
    /// models without it keep their names, and their decisions keep the ids derived from these names.
    pub fn is_named_only_if_used(self) -> bool {
        matches!(self, Self::Portrait | Self::Effects | Self::ItemEffects)
    }

    /// True if its features differ for each kind of interaction to predict.
    pub fn is_per_kind(self) -> bool {
        matches!(self, Self::ItemRatesByKind | Self::SubjectRatesByKind | Self::MomentRates | Self::ItemEffects)
    }

    /// Returns the part of the subject's prepared state that it reads; `None` if it reads only the recipient's indices
    /// and the ranking context.
    pub(super) fn concept(self) -> Option<Concept> {
        match self {
            Self::Affinity | Self::Terms => Some(Concept::Taste),
            Self::Neighbours => Some(Concept::Neighbours),
            Self::Portrait => Some(Concept::Portrait),
            Self::Ease => Some(Concept::Ease),
            Self::Effects => Some(Concept::Effects),
            Self::Fatigue => Some(Concept::Fatigue),
            Self::Context => Some(Concept::Context),
            Self::Visit | Self::Contemporary => Some(Concept::Visits),
            Self::SubjectRates | Self::SubjectRatesByKind => Some(Concept::Responses),
            Self::Trend
            | Self::Freshness
            | Self::Age
            | Self::GroupTrend
            | Self::Repeat
            | Self::ItemRates
            | Self::ItemRatesByKind
            | Self::MomentRates
            | Self::ItemEffects => None,
        }
    }

    /// True if a task uses it by default.
    ///
    /// Fatigue is a rule rather than a preference: it avoids repeated exposure, which no evaluation rewards. Cases have
    /// no time: with answers from the whole log, freshness and trends at its end rank worse than chance. Impressions
    /// were already selected by demand: rates predict their outcomes, whereas counts that grow with the log drift away
    /// from the values they were fitted to. `contemporary` and `repeat` do not help to predict the next interaction.
    pub fn used_for(self, task: Task) -> bool {
        let tasks: &[Task] = match self {
            Self::Affinity
            | Self::Terms
            | Self::Context
            | Self::Portrait
            | Self::ItemRates
            | Self::SubjectRates
            | Self::ItemRatesByKind
            | Self::SubjectRatesByKind
            | Self::MomentRates => &[Task::Decisions, Task::Replay, Task::Cases, Task::Impressions],
            Self::Neighbours | Self::Ease => &[Task::Decisions, Task::Replay, Task::Cases],
            Self::Trend | Self::GroupTrend | Self::Freshness | Self::Age | Self::Visit => {
                &[Task::Decisions, Task::Replay]
            }
            Self::Effects | Self::ItemEffects => &[Task::Decisions, Task::Replay, Task::Impressions],
            Self::Fatigue => &[Task::Decisions],
            // In replay they are used only if the configuration names them.
            Self::Contemporary | Self::Repeat => &[Task::Replay, Task::Cases],
        };
        tasks.contains(&task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_that_differ_by_kind_come_last() {
        assert!(Family::ALL.is_sorted_by_key(|family| family.is_per_kind()));
        assert!(Family::ALL.iter().zip(0..).all(|(family, n)| *family as usize == n));
    }
}
