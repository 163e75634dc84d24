//! Overlay: the changes that a recipient's variants make to a decision.

use crate::base::error::Result;
use crate::base::index::ItemIndex;
use crate::base::time::{Calendar, Time};
use crate::base::value::Value;
use crate::operations::experiment::{Experiment, Variant};
use crate::operations::item_class::ItemClass;
use crate::scoring::objective::Objective;
use crate::slate::policy::Policy;
use crate::slate::quota::PreparedQuota;
use crate::world::World;
use crate::world::kind::Kinds;
use crate::world::library::Library;
use crate::world::recipient::NamedRecipient;

use super::assignment::{Addressee, variant};

/// An experiment with the classes of items of its variants.
#[derive(Debug)]
pub struct PreparedExperiment {
    experiment: Experiment,
    variants: Vec<PreparedVariant>,
}

/// Values derived from a variant's record.
#[derive(Debug)]
struct PreparedVariant {
    policy: Option<Policy>,
    quotas: Option<Vec<PreparedQuota>>,
    only: Option<ItemClass>,
}

impl PreparedExperiment {
    /// Prepares an experiment. Refresh it before asking.
    ///
    /// # Errors
    /// Names the variant's policy or objective that is wrong.
    pub fn new(experiment: &Experiment, kinds: &Kinds, path: &str) -> Result<Self> {
        let mut variants = Vec::new();
        for (n, variant) in experiment.variants.iter().enumerate() {
            let at = |field: &str| format!("{path}.variants[{n}].{field}");
            if let Some(weights @ Value::Record(_)) = &variant.objective {
                Objective::read(weights.clone(), &at("objective"), kinds)?;
            }
            variants.push(PreparedVariant {
                policy: variant.policy.clone().map(|policy| Policy::read(policy, &at("policy"))).transpose()?,
                quotas: variant.quotas.as_ref().map(|quotas| quotas.iter().map(PreparedQuota::new).collect()),
                only: variant.only.clone().map(ItemClass::new),
            });
        }
        Ok(Self { experiment: experiment.clone(), variants })
    }

    /// Updates the classes of items.
    pub fn refresh(&mut self, library: &Library) {
        for variant in &mut self.variants {
            variant.quotas.iter_mut().flatten().for_each(|quota| quota.refresh(library));
            variant.only.iter_mut().for_each(|only| only.refresh(library));
        }
    }

    /// Returns the index of the variant of a recipient at a moment; `None` if it takes no part.
    fn variant_index(&self, to: &NamedRecipient, world: &World, calendar: Calendar, now: Time) -> Option<usize> {
        let experiment = &self.experiment;
        let takes_part =
            experiment.runs_at(now) && experiment.audience.as_ref().is_none_or(|audience| audience.admits(to, world));
        let addressee = Addressee { user: to.user, group: to.group };
        if takes_part { variant(experiment, addressee, now, calendar) } else { None }
    }
}

/// The variants of one recipient. At most one of them sets each field: two experiments that could both set one are
/// refused.
#[derive(Debug, Clone, Default)]
pub struct Overlay<'a>(Vec<(&'a Experiment, &'a Variant, &'a PreparedVariant)>);

impl<'a> Overlay<'a> {
    /// Returns the variants of a recipient at a moment.
    pub fn of(
        experiments: &'a [PreparedExperiment],
        to: &NamedRecipient,
        world: &World,
        calendar: Calendar,
        now: Time,
    ) -> Self {
        let assigned = experiments.iter().filter_map(|prepared| {
            let variant = prepared.variant_index(to, world, calendar, now)?;
            Some((&prepared.experiment, &prepared.experiment.variants[variant], &prepared.variants[variant]))
        });
        Self(assigned.collect())
    }

    /// Returns the names of experiments and variants.
    pub fn variants(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(experiment, variant, _)| (experiment.id.as_str(), variant.name.as_str()))
    }

    /// The objective instead of the request's.
    pub fn objective(&self) -> Option<&'a Value> {
        self.0.iter().find_map(|(_, variant, _)| variant.objective.as_ref())
    }

    /// The policy instead of the request's.
    pub fn policy(&self) -> Option<Policy> {
        self.0.iter().find_map(|(.., prepared)| prepared.policy)
    }

    /// The diversity instead of the configuration's.
    pub fn diversity(&self) -> Option<f64> {
        self.0.iter().find_map(|(_, variant, _)| variant.diversity)
    }

    /// The quotas instead of the request's.
    pub fn quotas(&self) -> Option<&'a [PreparedQuota]> {
        self.0.iter().find_map(|(.., prepared)| prepared.quotas.as_deref())
    }

    /// True if the default weights decide instead of the fitted ones.
    pub fn has_default_model(&self) -> bool {
        self.0.iter().any(|(_, variant, _)| variant.has_default_model)
    }

    /// Restricts candidates, ascending indices or all items, to those of the variants.
    pub fn restrict(&self, candidates: &mut Option<Vec<ItemIndex>>) {
        for only in self.0.iter().filter_map(|(.., prepared)| prepared.only.as_ref()) {
            match candidates {
                Some(candidates) => candidates.retain(|item| only.has(*item)),
                None => *candidates = Some(only.iter().collect()),
            }
        }
    }
}

/// True if any variant names a journey.
pub fn any_names(experiments: &[PreparedExperiment], journey: &str) -> bool {
    experiments.iter().any(|one| one.experiment.variants.iter().any(|variant| names(variant, journey)))
}

/// True if a journey runs for a recipient. A journey named by variants of a running experiment runs only for recipients
/// assigned to one of these variants.
pub fn journey_runs(
    experiments: &[PreparedExperiment],
    journey: &str,
    to: &NamedRecipient,
    world: &World,
    calendar: Calendar,
    now: Time,
) -> bool {
    let naming = experiments.iter().filter(|one| one.experiment.runs_at(now));
    let mut naming = naming.filter(|one| one.experiment.variants.iter().any(|variant| names(variant, journey)));
    naming.all(|one| {
        let variant = one.variant_index(to, world, calendar, now);
        variant.is_some_and(|variant| names(&one.experiment.variants[variant], journey))
    })
}

fn names(variant: &Variant, journey: &str) -> bool {
    variant.journeys.iter().flatten().any(|name| name == journey)
}
