//! What is known of one viewer at one moment, laid out so that features are plain lookups and dot products.

mod kin;
mod portraits;
mod record;
mod showings;
mod spread;
mod taste;
mod visits;

use crate::base::time::Time;
use crate::memory::{Memory, Subject};
use crate::world::World;
use crate::world::addressee::Addressee;
use crate::world::facet::Profile;
use crate::world::index::Index;

use super::associations::Associations;

pub use kin::Kin;
pub use portraits::PORTRAITS;
pub use record::{Record, Scope};
pub use showings::{SHOWN_CLASSES, Showings};
pub use spread::Spread;
pub use visits::{HALF_LIVES as CONTEMPORARY, Visits, log_age};

/// The moment at which one ranks, and everything one may look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// What the host told.
    pub world: &'a World,
    /// What is remembered.
    pub memory: &'a Memory,
    /// The library as columns.
    pub index: &'a Index,
    /// How much liking one item speaks for another, as a fit found it.
    pub associations: &'a Associations,
    /// The moment.
    pub now: Time,
    /// Grows with every change of world, memory or model; what is derived from them compares it.
    pub revision: u64,
}

/// What one wants to know of a viewer; looking at the rest would be time lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
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
pub struct Viewer {
    /// Who.
    pub addressee: Addressee,
    /// Liking of facets at the short and the long half-life, over the mass of all that was touched.
    pub taste: Spread<2>,
    /// What they were shown without an answer.
    pub showings: Showings,
    /// Portraits of user, group, channel and request.
    pub portrait: Spread<4>,
    /// What is near to what they liked.
    pub kin: Kin,
    /// When they were there.
    pub visits: Visits,
    /// What came of what they were shown.
    pub record: Record,
    looked: Option<(u64, Time, Addressee, Wanted, Profile)>,
}

impl Viewer {
    /// Looks at an addressee, as far as is wanted; `request` are the facets the request's context names.
    pub fn look(&mut self, scene: &Scene, addressee: Addressee, request: &Profile, wanted: Wanted) {
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
        taste::look(&mut self.taste, scene, tasted, closed, wanted.terms);
        self.kin.look(scene, history, wanted);
        if wanted.showings {
            self.showings.look(scene, subject, history, closed);
        }
        if wanted.portraits {
            portraits::look(&mut self.portrait, scene, &addressee, request);
        }
        if wanted.visits || wanted.times {
            self.visits.look(scene, history, wanted.times);
        }
        if wanted.record {
            self.record.look(scene, history);
        }
    }
}
