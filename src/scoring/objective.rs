//! Objectives: a weight per kind. A group's purpose names one; a request may pass its own.

use crate::base::error::{Code, Error, Result};
use crate::base::index::KindIndex;
use crate::base::order;
use crate::base::value::{self, Value};
use crate::world::kind::Kinds;

/// Weight per kind, ascending by kind index; kinds of weight 0 are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Objective(pub Vec<(KindIndex, f64)>);

/// Shipped objectives, one per group purpose.
const SHIPPED: [(&str, &[(&str, f64)]); 5] = [
    ("community", &[("click", 1.0), ("like", 2.0), ("save", 1.0), ("comment", 6.0), ("share", 4.0), ("dismiss", -5.0)]),
    ("notice", &[("click", 5.0), ("save", 1.0), ("convert", 5.0), ("dismiss", -5.0)]),
    ("benefit", &[("click", 1.0), ("save", 3.0), ("convert", 15.0), ("dismiss", -5.0)]),
    ("growth", &[("click", 1.0), ("share", 8.0), ("convert", 8.0), ("dismiss", -5.0)]),
    ("care", &[("click", 2.0), ("like", 3.0), ("save", 4.0), ("comment", 3.0), ("dismiss", -10.0)]),
];

/// Name of the objective that consists of the kinds' own weights.
pub const DEFAULT: &str = "default";

/// Named objectives, the default first.
#[derive(Debug, Clone, PartialEq)]
pub struct Objectives(Vec<(String, Objective)>);

impl Objectives {
    /// Returns the default and the shipped objectives for these kinds.
    pub fn shipped(kinds: &Kinds) -> Self {
        let index = |name: &str| kinds.index(name).expect("shipped kinds are always known");
        let weights =
            kinds.iter().zip((0..).map(KindIndex)).filter(|((_, kind), _)| kind.weight != 0.0 && !kind.is_exposure);
        let default = Objective(weights.map(|((_, kind), index)| (index, kind.weight)).collect());
        let shipped = SHIPPED.iter().map(|(name, weights)| {
            ((*name).to_owned(), Objective(weights.iter().map(|(kind, weight)| (index(kind), *weight)).collect()))
        });
        Self([(DEFAULT.to_owned(), default)].into_iter().chain(shipped).collect())
    }

    /// Reads `config.objectives`, each replacing the shipped objective of the same name.
    ///
    /// # Errors
    ///
    /// If one of them is not valid, as in [`Objective::read`].
    pub fn read(value: Value, path: &str, kinds: &Kinds) -> Result<Self> {
        let mut objectives = Self::shipped(kinds);
        for (name, weights) in value::entries(value, path, |value, path| Objective::read(value, path, kinds))? {
            match objectives.0.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = weights,
                None => objectives.0.push((name, weights)),
            }
        }
        Ok(objectives)
    }

    /// Returns the objective with a name.
    pub fn get(&self, name: &str) -> Option<&Objective> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, objective)| objective)
    }

    /// Returns the objective of a request: by name or by weights; without either that of the group's purpose, else the
    /// default.
    ///
    /// # Errors
    ///
    /// If the name is unknown, or the weights are not valid, as in [`Objective::read`].
    pub fn resolve(&self, given: Option<Value>, path: &str, purpose: Option<&str>, kinds: &Kinds) -> Result<Objective> {
        match given {
            None => Ok(purpose.and_then(|purpose| self.get(purpose)).unwrap_or(&self.0[0].1).clone()),
            Some(Value::Text(name)) => self.get(&name).cloned().ok_or_else(|| {
                let known: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
                Error::new(
                    Code::Unknown,
                    path,
                    format!("one of the objectives {}", known.join(", ")),
                    value::quoted(&name),
                )
            }),
            Some(own) => Objective::read(own, path, kinds),
        }
    }

    /// Iterates over all objectives with their names.
    pub fn iter(&self) -> impl Iterator<Item = &(String, Objective)> {
        self.0.iter()
    }
}

impl Objective {
    /// Reads weights by kind, −1000 to 1000.
    ///
    /// # Errors
    ///
    /// If it is no record, a kind is unknown, a weight is out of range, or all weights are 0.
    pub fn read(value: Value, path: &str, kinds: &Kinds) -> Result<Self> {
        let Value::Record(_) = value else {
            return Err(value::refused(value, path, "the name of an objective or weights by kind"));
        };
        let weight = value::number_that("a weight from -1000 to 1000", |w| w.abs() <= 1000.0);
        let mut weights = Vec::new();
        for (name, weight) in value::weights(value, path, weight)? {
            let index = kinds.index(&name).ok_or_else(|| {
                let known: Vec<&str> = kinds.iter().map(|(name, _)| name).collect();
                let rule = format!("a kind that is known: {} (describe your own under config.kinds)", known.join(", "));
                Error::new(Code::Unknown, &format!("{path}.{name}"), rule, value::quoted(&name))
            })?;
            weights.push((index, weight));
        }
        weights.retain(|(_, weight)| *weight != 0.0);
        order::sort_by_key(&mut weights, |(index, _)| *index);
        weights.dedup_by_key(|(index, _)| *index);
        if weights.is_empty() {
            return Err(Error::invalid(path, "at least one weight other than 0", "none"));
        }
        Ok(Self(weights))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objective_is_that_of_the_request_else_of_the_purpose_else_the_default() {
        let kinds = Kinds::default();
        let objectives = Objectives::shipped(&kinds);
        let resolve = |json: Option<&str>, purpose| {
            let value = json.map(|json| Value::from_json(json, "").unwrap());
            objectives.resolve(value, "request.objective", purpose, &kinds)
        };
        assert_eq!(resolve(None, Some("care")).unwrap(), *objectives.get("care").unwrap());
        assert_eq!(resolve(None, Some("nobody's")).unwrap(), *objectives.get("default").unwrap());
        assert_eq!(resolve(Some("\"notice\""), Some("care")).unwrap(), *objectives.get("notice").unwrap());
        let click = kinds.index("click").unwrap();
        assert_eq!(resolve(Some(r#"{"click":2,"save":0}"#), None).unwrap().0, [(click, 2.0)]);
        assert_eq!(resolve(Some(r#"{"clik":2}"#), None).unwrap_err().path, "request.objective.clik");
        assert!(resolve(Some("\"fun\""), None).unwrap_err().rule.contains("benefit"));
        assert!(resolve(Some("{}"), None).is_err());
    }
}
