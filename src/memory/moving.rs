//! A group under a new id: all that is remembered of it goes over to the new one.

use crate::base::digest::Digest;
use crate::world::World;

use super::{Memory, Subject};

impl Memory {
    /// Gives what happened in one group, and what was sent to it, to another. Everything is counted anew at the next
    /// question.
    pub fn move_group(&mut self, world: &World, from: u32, to: u32) {
        self.stop_waiting(world);
        let [old, new] = [from, to].map(|group| world.groups.ids.shared(group));
        for subject in self.subjects() {
            self.history_mut(subject).move_group([from, to], [&old, &new]);
        }
        let theirs = std::mem::take(self.history_mut(Subject::Group(from)));
        let here = self.history_mut(Subject::Group(to));
        theirs.events().iter().for_each(|event| here.keep(*event));
        theirs.told().for_each(|told| here.remember(told.clone()));
        self.exposure.move_group(from, to);
        // Every decision from now on is made from another state.
        self.digest.add(Digest::new("moved").text(&old).text(&new).finish());
    }
}
