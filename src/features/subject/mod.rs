//! State of one subject at one moment, prepared so that features are lookups and dot products.

mod facet_vector;
mod neighbour_scores;
mod profiles;
mod responses;
mod taste;
mod unanswered;
mod visits;

use crate::base::time::Time;
use crate::memory::{Memory, Subject};
use crate::world::World;
use crate::world::facet::FacetProfile;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::recipient::Recipient;

use super::item_weights::ItemWeights;

pub use facet_vector::FacetVector;
pub use neighbour_scores::NeighbourScores;
pub use profiles::PROFILE_OWNERS;
pub use responses::{ResponseCounts, SubjectResponses};
pub use unanswered::{EXPOSURE_CLASSES, UnansweredExposure};
pub use visits::{HALF_LIVES as CONTEMPORARY, Visits, log_age};

/// Moment of a ranking, and the state it reads.
#[derive(Debug, Clone, Copy)]
pub struct RankingContext<'a> {
    /// Records of the host.
    pub world: &'a World,
    /// Histories and aggregates of interactions.
    pub memory: &'a Memory,
    /// Facet matrix of the library.
    pub index: &'a FacetMatrix,
    /// Fitted item-to-item weights.
    pub associations: &'a ItemWeights,
    /// Moment of the ranking.
    pub now: Time,
    /// Version of this state; caches compare it.
    pub version: StateVersion,
}

/// Versions of the parts of a state: any change gives others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateVersion {
    /// Version of the world.
    pub world: u64,
    /// Version of the memory.
    pub memory: u64,
    /// Index of the model, and its version.
    pub model: (usize, u64),
}

/// Parts of [`PreparedSubject`] that families read; the others are not prepared, to save time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FamilyNeeds {
    /// Taste for facets other than terms.
    pub taste: bool,
    /// Taste for terms.
    pub terms: bool,
    /// Co-occurrence scores.
    pub neighbours: bool,
    /// Scores by fitted item-to-item weights.
    pub ease: bool,
    /// Unanswered exposures.
    pub unanswered: bool,
    /// Facet profiles of user, group, channel and request.
    pub profiles: bool,
    /// Item count, last interaction, age habit and demand.
    pub visits: bool,
    /// Times of interactions.
    pub times: bool,
    /// Responses to exposures.
    pub responses: bool,
}

/// Prepared state of one subject: a user, or a group by itself.
#[derive(Debug, Clone, Default)]
pub struct PreparedSubject {
    /// The recipient.
    pub recipient: Recipient,
    /// Taste for facets at the short and the long half-life, divided by the total activity.
    pub taste: FacetVector<2>,
    /// Exposures without a positive interaction.
    pub unanswered: UnansweredExposure,
    /// Facet profiles of user, group, channel and request.
    pub profiles: FacetVector<4>,
    /// Co-occurrence and item-weight scores.
    pub neighbours: NeighbourScores,
    /// Times of interactions, age habit and demand.
    pub visits: Visits,
    /// Responses to exposures.
    pub responses: SubjectResponses,
    prepared_for: Option<(StateVersion, Time, Recipient, FamilyNeeds, FacetProfile)>,
}

impl PreparedSubject {
    /// Prepares the parts in `needs` for a recipient; `request` holds the facets of the request's context.
    pub fn prepare(
        &mut self,
        context: &RankingContext,
        recipient: Recipient,
        request: &FacetProfile,
        needs: FamilyNeeds,
    ) {
        let key = (context.version, context.now, recipient, needs);
        if self.prepared_for.as_ref().is_some_and(|(r, t, a, f, p)| (*r, *t, *a, *f) == key && p == request) {
            return;
        }
        self.prepared_for = Some((context.version, context.now, recipient, needs, request.clone()));
        self.recipient = recipient;
        let subject = Subject::of(&recipient);
        let history = subject.and_then(|subject| context.memory.history(subject));
        let user = recipient.user.filter(|_| recipient.is_user);
        let opted_out = user.map_or(&[][..], |user| context.world.closed(user));
        let taste_history = history.filter(|_| needs.taste || needs.terms);
        taste::prepare(&mut self.taste, context, taste_history, opted_out, needs.terms);
        self.neighbours.prepare(context, history, needs);
        if needs.unanswered {
            self.unanswered.prepare(context, subject, history, opted_out);
        }
        if needs.profiles {
            profiles::prepare(&mut self.profiles, context, &recipient, request);
        }
        if needs.visits || needs.times {
            self.visits.prepare(context, history, needs.times);
        }
        if needs.responses {
            self.responses.prepare(context, history);
        }
    }
}
