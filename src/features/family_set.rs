//! Sets of families, and the sets that tasks use by default.

use crate::base::error::{Code, Error, Result};
use crate::base::order;
use crate::base::value::{self, Value};

use super::family::{Concept, Family, Task};

/// Set of families: one bit each, in the order of [`Family::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FamilySet(u32);

impl FamilySet {
    /// All families.
    pub const ALL: Self = Self((1 << Family::ALL.len()) - 1);

    /// Returns the default of decisions.
    pub fn usual() -> Self {
        Self::ALL.filter(|family| family.used_for(Task::Decisions))
    }

    /// Returns the default of a task, given the families of the configuration: those that the task uses. Cases use
    /// `contemporary` and `repeat` even if the configuration does not name them.
    pub fn for_task(self, task: Task) -> Self {
        let is_case_only = |family: Family| task == Task::Cases && !family.used_for(Task::Decisions);
        Self::ALL.filter(|family| family.used_for(task) && (self.includes(family) || is_case_only(family)))
    }

    /// Reads a list of family names.
    ///
    /// # Errors
    ///
    /// If it is not a list of names of families.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut families = Self::default();
        for (n, name) in value::list(value, path, value::text)?.iter().enumerate() {
            let named = Self::ALL.filter(|family| family.name() == name);
            if named == Self::default() {
                let rule = format!("one of the families {}", Self::ALL.names().join(", "));
                return Err(Error::new(Code::Unknown, &format!("{path}[{n}]"), rule, value::quoted(name)));
            }
            families.0 |= named.0;
        }
        Ok(families)
    }

    /// Adds a family.
    pub fn insert(&mut self, family: Family) {
        self.0 |= 1 << family as u32;
    }

    /// True if it contains a family.
    pub fn includes(self, family: Family) -> bool {
        self.0 & 1 << family as u32 != 0
    }

    /// Iterates over its families, in the order of [`Family::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |family| self.includes(*family))
    }

    /// Keeps the families for which `holds` is true.
    pub fn filter(self, holds: impl Fn(Family) -> bool) -> Self {
        let mut kept = Self::default();
        self.iter().filter(|family| holds(*family)).for_each(|family| kept.insert(family));
        kept
    }

    /// Returns the families that are in both sets.
    pub fn intersect(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Iterates over the concepts that its families read, each once.
    pub(super) fn concepts(self) -> impl Iterator<Item = Concept> {
        let mut known = 0;
        self.iter().filter_map(Family::concept).filter(move |&concept| {
            let is_new = known & 1 << concept as u32 == 0;
            known |= 1 << concept as u32;
            is_new
        })
    }

    /// Returns the names of its families, sorted, each once.
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.iter().map(Family::name).collect();
        order::sort(&mut names);
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_use_the_documented_families_by_default() {
        let usual = [
            "affinity",
            "context",
            "ease",
            "effects",
            "fatigue",
            "freshness",
            "neighbours",
            "portrait",
            "rates",
            "terms",
            "trend",
            "visit",
        ];
        assert_eq!(FamilySet::usual().names(), usual);
        let of = |task| FamilySet::usual().for_task(task).names();
        assert_eq!(of(Task::Decisions), usual);
        assert_eq!(of(Task::Replay), usual.iter().copied().filter(|name| *name != "fatigue").collect::<Vec<_>>());
        assert_eq!(
            of(Task::Cases),
            ["affinity", "contemporary", "context", "ease", "neighbours", "portrait", "rates", "repeat", "terms"]
        );
        assert_eq!(of(Task::Impressions), ["affinity", "context", "effects", "portrait", "rates", "terms"]);
    }

    #[test]
    fn tasks_use_no_family_that_the_configuration_leaves_out_but_those_of_cases() {
        let configured = FamilySet::ALL.filter(|family| ["terms", "repeat", "trend"].contains(&family.name()));
        assert_eq!(configured.for_task(Task::Replay).names(), ["repeat", "terms", "trend"]);
        assert_eq!(configured.for_task(Task::Cases).names(), ["contemporary", "repeat", "terms"]);
        assert_eq!(configured.for_task(Task::Impressions).names(), ["terms"]);
    }

    #[test]
    fn a_set_iterates_over_its_families_in_order_and_over_each_concept_once() {
        assert_eq!(FamilySet::ALL.iter().collect::<Vec<_>>(), Family::ALL);
        let two = FamilySet::ALL.filter(|family| matches!(family, Family::Terms | Family::Affinity));
        assert_eq!(two.iter().collect::<Vec<_>>(), [Family::Affinity, Family::Terms]);
        assert_eq!(two.concepts().collect::<Vec<_>>(), [Concept::Taste]);
        assert_eq!(FamilySet::ALL.concepts().count(), 9);
    }
}
