//! What is known of one viewer at one moment, laid out so that features are plain lookups and dot products.

mod facet_vector;
mod neighbour_scores;
mod portraits;
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
pub use neighbour_scores::Kin;
pub use portraits::PORTRAITS;
pub use responses::{ResponseCounts, SubjectResponses};
pub use unanswered::{SHOWN_CLASSES, UnansweredExposure};
pub use visits::{HALF_LIVES as CONTEMPORARY, Visits, log_age};

/// The moment at which one ranks, and everything one may look at.
#[derive(Debug, Clone, Copy)]
pub struct RankingContext<'a> {
    /// What the host told.
    pub world: &'a World,
    /// What is remembered.
    pub memory: &'a Memory,
    /// The library as columns.
    pub index: &'a FacetMatrix,
    /// How much liking one item speaks for another, as a fit found it.
    pub associations: &'a ItemWeights,
    /// The moment.
    pub now: Time,
    /// Grows with every change of world, memory or model; what is derived from them compares it.
    pub revision: u64,
}

/// What one wants to know of a viewer; looking at the rest would be time lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FamilyNeeds {
    /// Liking of facets other than terms.
    pub taste: bool,
    /// Liking of terms.
    pub terms: bool,
    /// What those speak for who liked the same.
    pub neighbours: bool,
    /// What the associations of a fit say.
    pub ease: bool,
    /// What they were shown.
    pub showings: bool,
    /// What is said of them.
    pub portraits: bool,
    /// When they were there.
    pub visits: bool,
    /// When they were there, one time after the other.
    pub times: bool,
    /// What came of what they were shown.
    pub record: bool,
}

/// What is known of one viewer: a user, or a group as one.
#[derive(Debug, Clone, Default)]
pub struct PreparedSubject {
    /// Who.
    pub addressee: Recipient,
    /// Liking of facets at the short and the long half-life, over the mass of all that was touched.
    pub taste: FacetVector<2>,
    /// What they were shown without an answer.
    pub showings: UnansweredExposure,
    /// Portraits of user, group, channel and request.
    pub portrait: FacetVector<4>,
    /// What is near to what they liked.
    pub kin: Kin,
    /// When they were there.
    pub visits: Visits,
    /// What came of what they were shown.
    pub record: SubjectResponses,
    looked: Option<(u64, Time, Recipient, FamilyNeeds, FacetProfile)>,
}

impl PreparedSubject {
    /// Looks at an addressee, as far as is wanted; `request` are the facets the request's context names.
    pub fn prepare(
        &mut self,
        scene: &RankingContext,
        addressee: Recipient,
        request: &FacetProfile,
        wanted: FamilyNeeds,
    ) {
        let asked = (scene.revision, scene.now, addressee, wanted);
        if self.looked.as_ref().is_some_and(|(r, t, a, f, p)| (*r, *t, *a, *f) == asked && p == request) {
            return;
        }
        self.looked = Some((scene.revision, scene.now, addressee, wanted, request.clone()));
        self.addressee = addressee;
        let subject = Subject::of(&addressee);
        let history = subject.and_then(|subject| scene.memory.history(subject));
        let user = addressee.user.filter(|_| addressee.is_user);
        let closed = user.map_or(&[][..], |user| scene.world.closed(user));
        let tasted = history.filter(|_| wanted.taste || wanted.terms);
        taste::prepare(&mut self.taste, scene, tasted, closed, wanted.terms);
        self.kin.prepare(scene, history, wanted);
        if wanted.showings {
            self.showings.prepare(scene, subject, history, closed);
        }
        if wanted.portraits {
            portraits::prepare(&mut self.portrait, scene, &addressee, request);
        }
        if wanted.visits || wanted.times {
            self.visits.prepare(scene, history, wanted.times);
        }
        if wanted.record {
            self.record.prepare(scene, history);
        }
    }
}
