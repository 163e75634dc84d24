//! Chances: for every kind a linear model of the features, P = σ(b + w·φ).

pub mod group_weight;
pub mod layout;
pub mod linear;
pub mod online;
pub mod shipped;

use crate::base::digest::{Digest, hex};
use crate::features::item_weights::ItemWeights;
use crate::features::{FAMILIES, features};
use crate::world::kind::Kinds;

use group_weight::GroupWeight;
use linear::LinearModel;

/// Models of all kinds, by the kinds' numbers, and what else a fit finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    rows: Vec<LinearModel>,
    /// Rows of their own for groups, if a log said enough of them.
    group_models: Vec<LinearModel>,
    /// What was learnt since, if anything was.
    corrected: Option<Box<OnlineModels>>,
    /// How much a group itself weighs, if a log said.
    group_weight: Option<GroupWeight>,
    /// How much liking one item speaks for another.
    pub associations: ItemWeights,
    fitted: bool,
    name: String,
    used: [bool; FAMILIES.len()],
}

/// The rows with what was learnt since the fit, under a name of their own.
#[derive(Debug, Clone, PartialEq)]
struct OnlineModels {
    rows: Vec<LinearModel>,
    group_models: Vec<LinearModel>,
    name: String,
}

impl Model {
    /// The weights that ship, for these kinds.
    pub fn shipped(kinds: &Kinds) -> Self {
        let nothing = Self::fitted([Vec::new(), Vec::new()], None, ItemWeights::default(), Some(String::new()));
        let mut model = Self { fitted: false, ..nothing };
        model.extend_to(kinds);
        model
    }

    /// Weights that were fitted: one row for each kind, by the kinds' numbers, for users and, unless they share them,
    /// for groups; under the name it was given before or a new one.
    pub fn fitted(
        [rows, group_models]: [Vec<LinearModel>; 2],
        group_weight: Option<GroupWeight>,
        associations: ItemWeights,
        name: Option<String>,
    ) -> Self {
        let all = || rows.iter().chain(&group_models);
        let name = name.unwrap_or_else(|| named("fitted-", all(), group_weight, &associations));
        let used = [false; FAMILIES.len()];
        let mut model =
            Self { rows, group_models, corrected: None, group_weight, associations, fitted: true, name, used };
        model.look_what_is_used();
        model
    }

    /// A family all of whose weights are 0 need not be asked.
    fn look_what_is_used(&mut self) {
        let all = || self.rows.iter().chain(&self.group_models);
        let mut used = [false; FAMILIES.len()];
        for (n, feature) in features().iter().enumerate() {
            used[feature.family] |= all().any(|row| row.weights[n] != 0.0);
        }
        self.used = used;
    }

    /// Gives kinds met since a row of their own: the one that ships.
    pub fn extend_to(&mut self, kinds: &Kinds) {
        let known = self.rows.len();
        if known == kinds.len() && !self.name.is_empty() {
            return;
        }
        let shipped = kinds.iter().skip(known).map(|(name, kind)| shipped::row(name, kind));
        self.rows.extend(shipped);
        if !self.group_models.is_empty() {
            self.group_models.extend_from_slice(&self.rows[known..]);
        }
        if let Some(corrected) = &mut self.corrected {
            corrected.rows.extend_from_slice(&self.rows[known..]);
            corrected.group_models.extend(self.group_models.iter().skip(known).cloned());
        }
        self.look_what_is_used();
        if !self.fitted {
            self.name = named("shipped-", self.rows.iter(), None, &self.associations);
        }
    }

    /// A kind's model for a user, or for a group.
    pub fn row(&self, kind: u32, is_user: bool) -> &LinearModel {
        let (rows, group_models) = match &self.corrected {
            Some(corrected) => (&corrected.rows, &corrected.group_models),
            None => (&self.rows, &self.group_models),
        };
        if self.uses_user_models(is_user) { &rows[kind as usize] } else { &group_models[kind as usize] }
    }
    /// Decides by these rows of kinds, of users or (`true`) of groups, in the place of those fitted.
    pub fn correct(&mut self, corrections: Vec<(u32, bool, LinearModel)>) {
        self.corrected = None;
        if corrections.is_empty() {
            return;
        }
        let (mut rows, mut group_models) = (self.rows.clone(), self.group_models.clone());
        let mut name = Digest::new("corrections");
        for (kind, of_groups, row) in corrections {
            name = of_row(name.whole(i64::from(kind)).whole(of_groups.into()), &row);
            let rows = if of_groups { &mut group_models } else { &mut rows };
            rows[kind as usize] = row;
        }
        let name = [&self.name, "+", &hex(name.finish())[..8]].concat();
        self.corrected = Some(Box::new(OnlineModels { rows, group_models, name }));
    }
    /// Whether one asks for what users' rows say.
    pub fn uses_user_models(&self, is_user: bool) -> bool {
        is_user || self.group_models.is_empty()
    }
    /// All rows as they were fitted, by the kinds' numbers: those for users, and those for groups if they are others.
    pub fn rows(&self) -> (&[LinearModel], &[LinearModel]) {
        (&self.rows, &self.group_models)
    }
    /// How much a group itself weighs against its members, if a log said.
    pub fn group_weight(&self) -> Option<GroupWeight> {
        self.group_weight
    }
    /// Whether any weight of the n-th family is not 0.
    pub fn uses(&self, family: usize) -> bool {
        self.used[family]
    }
    /// Whether a log made it.
    pub fn is_fitted(&self) -> bool {
        self.fitted
    }
    /// A name that changes with any weight: `shipped-1f00ba12`; with what was learnt since, `fitted-2e11cd34+5a66bb78`.
    pub fn name(&self) -> &str {
        self.corrected.as_ref().map_or(&self.name, |corrected| &corrected.name)
    }
    /// The name of the rows as they were fitted.
    pub fn base_name(&self) -> &str {
        &self.name
    }
}

fn of_row(digest: Digest, row: &LinearModel) -> Digest {
    row.weights.iter().chain(&row.errors).fold(digest.number(row.bias), |digest, weight| digest.number(*weight))
}

fn named<'a>(
    origin: &str,
    rows: impl Iterator<Item = &'a LinearModel>,
    group_weight: Option<GroupWeight>,
    associations: &ItemWeights,
) -> String {
    let of_rows = rows.fold(Digest::new("model"), of_row);
    let of_rows = group_weight.iter().fold(of_rows, |digest, share| digest.number(share.most).number(share.half_at));
    let links = associations.rows().iter().flatten();
    let all = links.fold(of_rows, |digest, (item, weight)| digest.whole(i64::from(*item)).number(f64::from(*weight)));
    [origin, &hex(all.finish())[..8]].concat()
}
