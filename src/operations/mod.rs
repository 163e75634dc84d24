//! The operations: the operator's daily settings. They are replaced as a whole and take effect at once.
//!
//! One file for each type of record, with its reading. The code that applies a record is in the module that it affects:
//! memory, eligibility, slate.

pub mod activity_condition;
pub mod experiment;
pub mod item_class;
pub mod item_filter;
pub mod journey;
pub mod quota;
pub mod repeats;
pub mod rule;
pub mod step_ref;
pub mod tiers;

use crate::base::digest::Digest;
use crate::base::error::{Code, Error, Result};
use crate::base::value::{self, Fields, Value, json, quoted};

use experiment::Experiment;
use journey::Journey;
use quota::Quota;
use rule::Rule;
use tiers::TierSettings;

/// Checked operations. `given` is the host's JSON, kept for snapshots and for `operations()`.
#[derive(Debug, Clone)]
pub struct Operations {
    /// Settings of the user tiers.
    pub tiers: TierSettings,
    /// Restrictions on classes of items, at most 256.
    pub rules: Vec<Rule>,
    /// Target proportions of classes of items, at most 32.
    pub quotas: Vec<Quota>,
    /// Automated message sequences, at most 256.
    pub journeys: Vec<Journey>,
    /// A/B tests, at most 32.
    pub experiments: Vec<Experiment>,
    given: Value,
    digest: u128,
}

/// Maximum number of rules, and of journeys.
const MAX_RECORDS: usize = 256;

/// Maximum number of experiments.
const MAX_EXPERIMENTS: usize = 32;

/// Path of the operations in errors.
const PATH: &str = "operations";

impl Operations {
    /// Reads the operations. Purposes and objectives must be among `objectives`, the names that the configuration has.
    ///
    /// # Errors
    /// An error with the path of the first field that breaks a rule.
    pub fn read(given: Value, objectives: &[&str]) -> Result<Self> {
        let operations = Self::read_unchecked(given)?;
        operations.check_names(objectives)?;
        Ok(operations)
    }

    fn read_unchecked(given: Value) -> Result<Self> {
        let mut fields = Fields::of(given.clone(), PATH)?;
        let operations = Self {
            tiers: fields.or("tiers", TierSettings::default(), TierSettings::read)?,
            rules: fields.or("rules", Vec::new(), |value, path| {
                let rules = list_of_at_most(MAX_RECORDS, value, path, Rule::read)?;
                each_once(rules.iter().map(|rule| rule.name.as_str()), "name", path)?;
                Ok(rules)
            })?,
            quotas: fields.or("quotas", Vec::new(), Quota::read_all)?,
            journeys: fields.or("journeys", Vec::new(), |value, path| {
                let journeys = list_of_at_most(MAX_RECORDS, value, path, Journey::read)?;
                each_once(journeys.iter().map(|journey| journey.id.as_str()), "id", path)?;
                Ok(journeys)
            })?,
            experiments: fields.or("experiments", Vec::new(), |value, path| {
                let experiments = list_of_at_most(MAX_EXPERIMENTS, value, path, Experiment::read)?;
                each_once(experiments.iter().map(|experiment| experiment.id.as_str()), "id", path)?;
                Ok(experiments)
            })?,
            digest: Digest::new("operations").text(&json(&given)).finish(),
            given,
        };
        fields.finish()?;
        let journeys: Vec<&str> = operations.journeys.iter().map(|journey| journey.id.as_str()).collect();
        experiment::check_all(&operations.experiments, &journeys, &[PATH, ".experiments"].concat())?;
        Ok(operations)
    }

    /// Checks the names that refer to other records or to the configuration: tiers, purposes and objectives.
    fn check_names(&self, objectives: &[&str]) -> Result<()> {
        let mut given = self.given.clone();
        let mut found = Ok(());
        let mut check = |field: &'static str, name: &Value, path: String| {
            let Value::Text(name) = name else { return };
            let is_known = match field {
                "tiers" => self.tiers.has(name),
                _ => objectives.contains(&name.as_str()),
            };
            if is_known || found.is_err() {
                return;
            }
            let known = match field {
                "tiers" => self.tiers.names().collect::<Vec<_>>().join(", "),
                _ => objectives.join(", "),
            };
            let rule = match field {
                "tiers" => format!("one of the tiers {known}"),
                "purposes" => format!("a purpose of the configuration, named by one of its objectives: {known}"),
                _ => format!("one of the objectives {known}"),
            };
            found = Err(Error::new(Code::Unknown, &path, rule, quoted(name)));
        };
        each_field(&mut given, PATH, &mut |name, value, path| match (name, value) {
            ("audience" | "capAudience", audience) => each_audience_list(audience, path, &mut |field, names, path| {
                let Some(field) = ["tiers", "purposes"].into_iter().find(|known| *known == field) else { return };
                names.iter().enumerate().for_each(|(n, name)| check(field, name, format!("{path}[{n}]")));
            }),
            ("objective", name) => check("objective", name, path.to_owned()),
            _ => {}
        });
        found
    }

    /// Returns the operations without the id of one user; `None` if no audience names it.
    ///
    /// A list that becomes empty is kept: `users` then contains no user, and under `not` it excludes no user.
    pub fn without_user(&self, user: &str) -> Option<Self> {
        self.with_audiences(|field, names| {
            if field == "users" {
                names.retain(|name| !is(name, user));
            }
        })
    }

    /// Returns the operations with a group's id replaced by another; `None` if no audience names it.
    pub fn with_group_moved(&self, from: &str, to: &str) -> Option<Self> {
        self.with_audiences(|field, names| {
            if field == "groups" && names.iter().any(|name| is(name, from)) {
                names.retain(|name| !is(name, from) && !is(name, to));
                names.push(Value::Text(to.to_owned()));
            }
        })
    }

    /// Returns the operations after a change of the lists of all audiences; `None` if nothing changed.
    fn with_audiences(&self, mut change: impl FnMut(&str, &mut Vec<Value>)) -> Option<Self> {
        let mut given = self.given.clone();
        each_field(&mut given, PATH, &mut |name, value, path| {
            if matches!(name, "audience" | "capAudience") {
                each_audience_list(value, path, &mut |field, names, _| change(field, names));
            }
        });
        if given == self.given { None } else { Self::read_unchecked(given).ok() }
    }

    /// Returns the journey of an id.
    pub fn journey(&self, id: &str) -> Option<&Journey> {
        self.journeys.iter().find(|journey| journey.id == id)
    }

    /// The operations as the host wrote them.
    pub fn given(&self) -> &Value {
        &self.given
    }

    /// The digest of the host's JSON.
    pub fn digest(&self) -> u128 {
        self.digest
    }
}

fn is(value: &Value, name: &str) -> bool {
    matches!(value, Value::Text(text) if text == name)
}

/// Calls `visit` with the name, value and path of every field, wherever it stands.
fn each_field(value: &mut Value, path: &str, visit: &mut impl FnMut(&str, &mut Value, &str)) {
    match value {
        Value::List(values) => {
            for (n, value) in values.iter_mut().enumerate() {
                each_field(value, &format!("{path}[{n}]"), visit);
            }
        }
        Value::Record(fields) => {
            for (name, value) in fields {
                let path = format!("{path}.{name}");
                visit(name, value, &path);
                each_field(value, &path, visit);
            }
        }
        _ => {}
    }
}

/// Calls `visit` with the name, names and path of every list of an audience, those of `not` included.
fn each_audience_list(audience: &mut Value, path: &str, visit: &mut impl FnMut(&str, &mut Vec<Value>, &str)) {
    let Value::Record(fields) = audience else { return };
    for (name, value) in fields {
        let path = format!("{path}.{name}");
        match value {
            Value::List(names) => visit(name, names, &path),
            not => each_audience_list(not, &path, visit),
        }
    }
}

/// Reads a list of at most `limit` elements.
///
/// # Errors
/// [`Code::Limit`] if it is longer, and those of `read`.
pub fn list_of_at_most<T>(
    limit: usize,
    value: Value,
    path: &str,
    read: impl FnMut(Value, &str) -> Result<T>,
) -> Result<Vec<T>> {
    match &value {
        Value::List(values) if values.len() > limit => {
            Err(Error::limit(path, format!("at most {limit} elements"), values.len()))
        }
        _ => value::list(value, path, read),
    }
}

/// Refuses a name that occurs twice, with the path of its second occurrence.
///
/// # Errors
/// [`Code::Invalid`] at `path[i].field`.
pub fn each_once<'a>(names: impl Iterator<Item = &'a str>, field: &str, path: &str) -> Result<()> {
    let mut known = Vec::new();
    for (n, name) in names.enumerate() {
        if known.contains(&name) {
            return Err(Error::invalid(&format!("{path}[{n}].{field}"), "each name once", quoted(name)));
        }
        known.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Operations> {
        Operations::read(Value::from_json(text, "").unwrap(), &["default", "benefit"])
    }

    #[test]
    fn operations_that_are_left_out_have_their_defaults() {
        let operations = read("{}").unwrap();
        assert_eq!((operations.tiers, operations.rules.len()), (TierSettings::default(), 0));
        assert_eq!(json(&operations.given), "{}");
    }

    #[test]
    fn errors_name_their_path() {
        let rule = |rule: &str| format!(r#"{{"rules":[{{"name":"a","items":{{}}}},{{{rule}}}]}}"#);
        let with = |fields: &str| rule(&format!(r#""name":"b","items":{{}},{fields}"#));
        for (json, path) in [
            ("[]".to_owned(), "operations"),
            (r#"{"colour":1}"#.to_owned(), "operations.colour"),
            (r#"{"tiers":{"halfLifeDays":0}}"#.to_owned(), "operations.tiers.halfLifeDays"),
            (r#"{"quotas":[{"name":"q","items":{}}]}"#.to_owned(), "operations.quotas[0]"),
            (rule(r#""name":"a","items":{}"#), "operations.rules[1].name"),
            (rule(r#""name":"b","items":7"#), "operations.rules[1].items"),
            (with(r#""caps":[{"count":0,"per":"user"}]"#), "operations.rules[1].caps[0].count"),
            (with(r#""audience":{"tiers":["loyal","silver"]}"#), "operations.rules[1].audience.tiers[1]"),
            (with(r#""audience":{"not":{"tiers":["silver"]}}"#), "operations.rules[1].audience.not.tiers[0]"),
            (with(r#""capAudience":{"purposes":["care"]}"#), "operations.rules[1].capAudience.purposes[0]"),
            (with(r#""audience":{"groups":[]}"#), "operations.rules[1].audience.groups"),
            (with(r#""audience":{"user":["u"]}"#), "operations.rules[1].audience.user"),
        ] {
            assert_eq!(read(&json).unwrap_err().path, path, "{json}");
        }
        let many = vec![r#"{"name":"x","items":{}}"#; 257].join(",");
        assert_eq!(read(&format!(r#"{{"rules":[{many}]}}"#)).unwrap_err().code, Code::Limit);
    }

    #[test]
    fn own_levels_replace_the_default_ones() {
        let with = |tier: &str| {
            let levels = r#"{"levels":[{"name":"gold","minValue":100},{"name":"iron"}]}"#;
            read(&format!(
                r#"{{"tiers":{levels},"rules":[{{"name":"a","items":{{}},"audience":{{"tiers":["{tier}"]}}}}]}}"#
            ))
        };
        assert!(with("gold").is_ok() && with("newcomer").is_ok());
        assert!(with("loyal").unwrap_err().rule.contains("gold, iron, newcomer"));
    }

    #[test]
    fn a_forgotten_user_leaves_an_audience_of_nobody() {
        let text = r#"{"rules":[{"name":"a","items":{},"audience":{"users":["u"],"not":{"users":["v","u"]}},"capAudience":{"users":["w"]}}]}"#;
        let operations = read(text).unwrap();
        assert!(operations.without_user("stranger").is_none());
        let left = operations.without_user("u").unwrap();
        let audience = left.rules[0].audience.as_ref().unwrap();
        assert_eq!(audience.only.users, Some(Vec::new()));
        assert_eq!(audience.not.as_ref().unwrap().users, Some(vec!["v".to_owned()]));
        assert!(!json(left.given()).contains("\"u\""));
        assert!(read(&json(left.given())).is_ok(), "what is left may be set again");
        assert_ne!(left.digest(), operations.digest());
    }

    #[test]
    fn a_moved_group_is_renamed() {
        let text = r#"{"quotas":[{"name":"q","items":{},"min":1,"audience":{"groups":["g","h"]}}]}"#;
        let moved = read(text).unwrap().with_group_moved("g", "h").unwrap();
        assert_eq!(moved.quotas[0].audience.as_ref().unwrap().only.groups, Some(vec!["h".to_owned()]));
        assert!(moved.with_group_moved("g", "h").is_none());
    }
}
