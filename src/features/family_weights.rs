//! Multipliers of a model's weights by family, for one request.

use serde::{Serialize, Serializer};

use crate::base::error::{Code, Error, Result};
use crate::base::value::{self, Value};

use super::{Family, FamilySet};

/// Multiplier of the weights of each family, 0 to 3; 1 for families that are not named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FamilyWeights([f64; Family::ALL.len()]);

impl Default for FamilyWeights {
    fn default() -> Self {
        Self([1.0; Family::ALL.len()])
    }
}

impl FamilyWeights {
    /// Reads multipliers by name of family.
    ///
    /// # Errors
    /// Names the family that is unknown, or the multiplier that is not a number from 0 to 3.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut weights = Self::default();
        let multiplier = value::number_that("a number from 0 to 3", |weight| (0.0..=3.0).contains(&weight));
        for (name, weight) in value::weights(value, path, multiplier)? {
            let named = FamilySet::ALL.filter(|family| family.name() == name);
            if named == FamilySet::default() {
                return Err(unknown(&name, path, FamilySet::ALL));
            }
            named.iter().for_each(|family| weights.0[family as usize] = weight);
        }
        Ok(weights)
    }

    /// Checks that every family with another multiplier than 1 is in use.
    ///
    /// # Errors
    /// [`Code::Unknown`] names the first that is not.
    pub fn check(&self, in_use: FamilySet, path: &str) -> Result<()> {
        match FamilySet::ALL.iter().find(|family| self.of(*family) != 1.0 && !in_use.includes(*family)) {
            Some(family) => Err(unknown(family.name(), path, in_use)),
            None => Ok(()),
        }
    }

    /// Returns the multiplier of a family.
    pub fn of(&self, family: Family) -> f64 {
        self.0[family as usize]
    }
}

fn unknown(name: &str, path: &str, known: FamilySet) -> Box<Error> {
    let rule = format!("one of the families {}", known.names().join(", "));
    Error::new(Code::Unknown, &[path, name].join("."), rule, value::quoted(name))
}

impl Serialize for FamilyWeights {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        // Families of one name have one multiplier, and follow each other only in part.
        let first = |family: &Family| Family::ALL.into_iter().find(|other| other.name() == family.name());
        let named = Family::ALL.into_iter().filter(|family| self.of(*family) != 1.0 && first(family) == Some(*family));
        serializer.collect_map(named.map(|family| (family.name(), self.of(family))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::json;

    fn read(text: &str) -> Result<FamilyWeights> {
        FamilyWeights::read(Value::from_json(text, "").unwrap(), "request.familyWeights")
    }

    #[test]
    fn families_of_one_name_get_one_multiplier_and_the_others_1() {
        let weights = read(r#"{"trend":0.5,"rates":3}"#).unwrap();
        for family in FamilySet::ALL.iter() {
            let expected = match family.name() {
                "trend" => 0.5,
                "rates" => 3.0,
                _ => 1.0,
            };
            assert_eq!(weights.of(family), expected, "{family:?}");
        }
        assert_eq!(json(&weights), r#"{"trend":0.5,"rates":3.0}"#);
    }

    #[test]
    fn unknown_families_and_multipliers_out_of_range_are_refused() {
        let error = read(r#"{"charm":1}"#).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::Unknown, "request.familyWeights.charm"));
        for json in [r#"{"trend":3.1}"#, r#"{"trend":-0.1}"#, r#"{"trend":"1"}"#] {
            assert_eq!(read(json).unwrap_err().path, "request.familyWeights.trend", "{json}");
        }
        assert!(read("[]").is_err());
    }

    #[test]
    fn a_multiplier_of_a_family_that_is_not_in_use_is_refused_unless_it_is_1() {
        let error = read(r#"{"repeat":2}"#).unwrap().check(FamilySet::usual(), "request.familyWeights").unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::Unknown, "request.familyWeights.repeat"));
        assert!(read(r#"{"repeat":1,"trend":2}"#).unwrap().check(FamilySet::usual(), "").is_ok());
    }
}
