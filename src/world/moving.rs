//! Moving a group to a new id: its record, its members and every audience that names it.

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::value::{Fields, Value, json};

use super::World;
use super::audience::Audience;
use super::item::Item;
use super::membership::fingerprints_of;
use super::subject::Group;

/// The move of a group to another id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moving {
    /// Old id.
    pub from: String,
    /// New id.
    pub to: String,
}

impl Moving {
    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let moving = Self { from: fields.required("from", id::id)?, to: fields.required("to", id::id)? };
        fields.finish()?;
        Ok(moving)
    }
}

impl World {
    /// Returns the merged record of a group and one that already exists under its new id, with the members of both;
    /// `None` if there is neither.
    ///
    /// # Errors
    /// An error with the path of a field in which the two differ.
    pub fn united(&self, moving: &Moving) -> Result<Option<Group>> {
        let (Some(old), new) = (self.groups.get(&moving.from), self.groups.get(&moving.to)) else {
            return Ok(self.groups.get(&moving.to).cloned());
        };
        let mut group = Group { id: moving.to.clone(), ..old.clone() };
        let Some(new) = new else { return Ok(Some(group)) };
        fn unite<T: Clone + PartialEq + serde::Serialize>(
            field: &str,
            here: &mut Option<T>,
            there: &Option<T>,
        ) -> Result<()> {
            match (&*here, there) {
                (Some(ours), Some(theirs)) if ours != theirs => {
                    let rule = ["the same as in the record of `from`, ", &json(ours), ", or nothing"].concat();
                    Err(Error::invalid(&["moving.to.", field].concat(), rule, json(theirs)))
                }
                (None, Some(theirs)) => {
                    *here = Some(theirs.clone());
                    Ok(())
                }
                _ => Ok(()),
            }
        }
        unite("tags", &mut group.tags, &new.tags)?;
        unite("attributes", &mut group.attributes, &new.attributes)?;
        unite("purpose", &mut group.purpose, &new.purpose)?;
        unite("channel", &mut group.channel, &new.channel)?;
        group.created_at = [group.created_at, new.created_at].into_iter().flatten().min();
        unite("aggregation", &mut group.aggregation, &new.aggregation)?;
        unite("data", &mut group.data, &new.data)?;
        if let Some(more) = &new.members {
            let members = group.members.get_or_insert_default();
            let is_known = |user: &str| old.members.iter().flatten().any(|member| member.user == user);
            members.extend(more.iter().filter(|member| !is_known(&member.user)).cloned());
        }
        Ok(Some(group))
    }

    /// Puts a group's record under its new id and removes all mentions of the old one.
    pub fn move_group(&mut self, moving: &Moving, united: Option<Group>) {
        let Some(from) = self.groups.ids.get(&moving.from) else { return };
        if let Some(old) = self.groups.take(from) {
            fingerprints_of(&old).for_each(|record| self.digest.remove(record));
        }
        self.put_groups(united.into_iter().collect());
        self.rename_in_audiences(moving);
        self.groups.ids.erase(from);
    }

    fn rename_in_audiences(&mut self, moving: &Moving) {
        let rename = |audience: &mut Audience| {
            let Some(groups) = audience.groups.as_mut().filter(|groups| groups.contains(&moving.from)) else {
                return false;
            };
            groups.retain(|group| *group != moving.from && *group != moving.to);
            groups.push(moving.to.clone());
            true
        };
        let renamed = |item: &Item| {
            let mut item = item.clone();
            let rule = item.audience.as_mut()?;
            let not = rule.not.as_mut().is_some_and(rename);
            (rename(&mut rule.only) || not).then_some(item)
        };
        let entries = self.library.all();
        let items: Vec<_> = entries.filter_map(|(_, entry)| Some((renamed(&entry.item)?, entry.removed))).collect();
        for (item, removed) in items {
            let id = item.id.clone();
            self.put_items(vec![item]);
            if removed {
                self.remove_items(&[id]);
            }
        }
    }
}
