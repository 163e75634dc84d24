//! Patches: changes of single fields of a record, without sending the complete record again.

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::value::builder::{deserialize_by_read, set};
use crate::base::value::{Fields, Value, json, quoted};

use super::item::Item;
use super::subject::{Group, User};

/// New values of some fields of a record; null removes a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Id of the record.
    pub id: String,
    fields: Vec<(String, Value)>,
}

/// The result of patching records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PatchReport {
    /// Number of patches applied.
    pub patched: usize,
    /// Ids without a record, in the order of their patches; nothing was changed for them.
    pub unknown: Vec<String>,
}

deserialize_by_read!(Patch);

impl Patch {
    /// Reads the id; the other fields are checked together with the record.
    ///
    /// # Errors
    /// If it is not an object with an id.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let id = fields.required("id", id::id)?;
        Ok(Self { id, fields: fields.rest() })
    }

    /// Returns the record with the fields of the patch.
    fn applied<T: Patchable>(&self, record: &T) -> Result<T> {
        for (name, _) in self.fields.iter().filter(|(_, value)| *value == Value::Null) {
            self.check_name::<T>(name)?;
        }
        let mut fields = Fields::of(Value::from_json(&json(record), "")?, "")?.rest();
        self.fields.iter().for_each(|(name, value)| set(&mut fields, name, value.clone()));
        T::read_record(Value::Record(fields))
    }

    /// Refuses to remove a field that is not part of the contract: in a record, it would count as absent.
    fn check_name<T: Patchable>(&self, name: &str) -> Result<()> {
        let id = ("id".to_owned(), self.id.as_str().into());
        match T::read_record(Value::Record(vec![id, (name.to_owned(), false.into())])) {
            Err(error) if error.code == Code::UnknownField => Err(error),
            _ => Ok(()),
        }
    }

    fn value_of(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }
}

/// Returns the records that patches lead to, and the report; `path` is that of the list in errors.
///
/// # Errors
/// The error of the first patch that breaks a rule; an id that is given twice.
pub fn patched<'a, T: Patchable + 'a>(
    patches: &'a [Patch],
    path: &str,
    find: impl Fn(&str) -> Option<&'a T>,
) -> Result<(Vec<T>, PatchReport)> {
    let (mut records, mut unknown, mut ids) = (Vec::new(), Vec::new(), FxHashSet::default());
    for (n, patch) in patches.iter().enumerate() {
        let at = |error: Box<Error>| error.within(&format!("{path}[{n}]"));
        if !ids.insert(patch.id.as_str()) {
            return Err(at(Error::invalid("id", "each id once", format!("{} twice", quoted(&patch.id)))));
        }
        match find(&patch.id) {
            Some(record) => records.push(record.patched(patch).map_err(at)?),
            None => unknown.push(patch.id.clone()),
        }
    }
    let report = PatchReport { patched: records.len(), unknown };
    Ok((records, report))
}

/// A record that patches apply to.
pub trait Patchable: Serialize + Sized {
    /// Reads and checks a whole record.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    fn read_record(value: Value) -> Result<Self>;

    /// Returns the record after a patch.
    ///
    /// # Errors
    /// Those of reading the complete record, and removing an unknown field.
    fn patched(&self, patch: &Patch) -> Result<Self> {
        patch.applied(self)
    }
}

impl Patchable for User {
    fn read_record(value: Value) -> Result<Self> {
        Self::read(value, "")
    }
}

impl Patchable for Group {
    fn read_record(value: Value) -> Result<Self> {
        Self::read(value, "")
    }
}

impl Patchable for Item {
    fn read_record(value: Value) -> Result<Self> {
        Self::read(value, "")
    }

    /// Terms come from title and text, of which only the title is kept. They are derived again if the patch gives the
    /// text, or gives the title of an item without a text. Else they stay, also if the patch replaces `facets`.
    fn patched(&self, patch: &Patch) -> Result<Self> {
        let gives = |name| patch.value_of(name).is_some();
        let mut base = self.clone();
        let Some(terms) = base.take_terms() else { return patch.applied(&base) };
        if matches!(patch.value_of("facets"), Some(Value::Record(facets)) if facets.iter().any(|(name, _)| name == "term"))
        {
            return patch.applied(&base);
        }
        let is_derived = gives("title") || gives("text");
        if gives("title") && !gives("text") && !self.has_terms_of_title() {
            let rule = "the field `text` together with it, because the item has terms of its text; null removes them";
            return Err(Error::new(Code::Missing, "title", rule, ""));
        }
        let mut item = patch.applied(&base)?;
        if !is_derived {
            item.put_terms(terms);
        }
        Ok(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        Value::from_json(json, "").unwrap()
    }

    fn patch(json: &str) -> Patch {
        Patch::read(value(json), "").unwrap()
    }

    fn item(json: &str) -> Item {
        Item::read(value(json), "").unwrap()
    }

    #[test]
    fn fields_are_replaced_and_null_removes_them() {
        let before =
            item(r#"{"id":"a","tags":["x"],"format":"video","caps":[{"count":1,"per":"user"}],"data":{"n":1}}"#);
        let after =
            before.patched(&patch(r#"{"id":"a","tags":{"y":0.5},"format":null,"value":3,"caps":null}"#)).unwrap();
        assert_eq!(after, item(r#"{"id":"a","tags":{"y":0.5},"value":3,"data":{"n":1}}"#));
    }

    #[test]
    fn the_whole_record_is_checked_and_errors_name_the_field() {
        let before = item(r#"{"id":"a","startsAt":20}"#);
        let error = |json| before.patched(&patch(json)).unwrap_err();
        assert_eq!(error(r#"{"id":"a","expiresAt":10}"#).path, "expiresAt");
        assert_eq!(error(r#"{"id":"a","tags":5}"#).path, "tags");
        for unknown in [r#"{"id":"a","tagz":null}"#, r#"{"id":"a","tagz":["x"]}"#] {
            let error = error(unknown);
            assert_eq!((error.code, error.path.as_str()), (Code::UnknownField, "tagz"));
        }
        assert!(before.patched(&patch(r#"{"id":"a","startsAt":null,"expiresAt":10}"#)).is_ok());
    }

    #[test]
    fn terms_follow_title_and_text() {
        let whole = |title: &str, text: &str| item(&format!(r#"{{"id":"a","title":"{title}","text":"{text}"}}"#));
        let both = whole("green tea", "steep for two minutes");
        let after = |json: &str| both.patched(&patch(json));
        assert_eq!(after(r#"{"id":"a","text":"pour it"}"#).unwrap(), whole("green tea", "pour it"));
        assert_eq!(after(r#"{"id":"a","title":"tea","text":"pour it"}"#).unwrap(), whole("tea", "pour it"));
        assert_eq!(after(r#"{"id":"a","text":null}"#).unwrap(), item(r#"{"id":"a","title":"green tea"}"#));
        let error = after(r#"{"id":"a","title":"tea"}"#).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::Missing, "title"));
        let titled = item(r#"{"id":"a","title":"green tea"}"#);
        assert_eq!(titled.patched(&patch(r#"{"id":"a","title":"tea"}"#)).unwrap(), item(r#"{"id":"a","title":"tea"}"#));
        for facets in [r#"{"mood":["calm"]}"#, "null", "{}"] {
            let patched = after(&format!(r#"{{"id":"a","facets":{facets}}}"#)).unwrap();
            assert_eq!(patched.facets.last(), both.facets.last(), "{facets}");
            assert_eq!(patched.facets.len(), 1 + usize::from(facets.contains("mood")));
        }
        let given = after(r#"{"id":"a","facets":{"term":["oolong"]}}"#).unwrap();
        assert_eq!(given.facets, item(r#"{"id":"a","facets":{"term":["oolong"]}}"#).facets);
    }

    #[test]
    fn unknown_ids_are_reported_and_an_id_given_twice_is_refused() {
        let known = User::read(value(r#"{"id":"u","joinedAt":5}"#), "").unwrap();
        let patches =
            [r#"{"id":"u","tags":["x"]}"#, r#"{"id":"v","tags":["x"]}"#, r#"{"id":"u","joinedAt":null}"#].map(patch);
        let (records, report) = patched(&patches[..2], "users", |id| (id == "u").then_some(&known)).unwrap();
        assert_eq!(records, [User::read(value(r#"{"id":"u","joinedAt":5,"tags":["x"]}"#), "").unwrap()]);
        assert_eq!(report, PatchReport { patched: 1, unknown: vec!["v".into()] });
        let error = patched(&patches, "users", |id| (id == "u").then_some(&known)).unwrap_err();
        assert_eq!(error.to_string(), r#"users[2].id: expected each id once, got "u" twice"#);
    }
}
