//! Joining and leaving a group, one user at a time: the cost does not grow with the group, as it does when its record
//! is put.

use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::id;
use crate::base::time::{self, Time};
use crate::base::value::{Fields, Value, json};

use super::World;
use super::subject::{Group, Member};

/// A user joining a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Joining {
    /// Group id; an unknown group is created.
    pub group: String,
    /// User id.
    pub user: String,
    /// Time of joining: the member's `joinedAt`.
    pub at: Time,
}

impl Joining {
    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let joining = Self {
            group: fields.required("group", id::id)?,
            user: fields.required("user", id::id)?,
            at: fields.required("at", time::time)?,
        };
        fields.finish()?;
        Ok(joining)
    }
}

/// A user leaving a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    /// Group id.
    pub group: String,
    /// User id.
    pub user: String,
}

impl Leaving {
    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let leaving = Self { group: fields.required("group", id::id)?, user: fields.required("user", id::id)? };
        fields.finish()?;
        Ok(leaving)
    }
}

impl World {
    /// Appends a user to a group's members. Returns false, without a change, if the user is a member already.
    pub fn join(&mut self, joining: &Joining) -> bool {
        if self.groups.get(&joining.group).is_none() {
            self.put_groups(vec![Group::of(&joining.group)]);
        }
        let user = self.users.ids.intern(&joining.user);
        let Some(group) = self.groups.get_mut(&joining.group) else { return false };
        if group.member_indices.contains(&user) {
            return false;
        }
        let member = Member { user: joining.user.clone(), joined_at: Some(joining.at), role: None };
        let members = group.members.get_or_insert_default();
        self.digest.add(fingerprint_of(&group.id, members.last(), &member));
        members.push(member);
        group.member_indices.push(user);
        true
    }

    /// Removes a user from a group. Returns false, without a change, if the user is not a member.
    pub fn leave(&mut self, leaving: &Leaving) -> bool {
        let Some(user) = self.users.ids.get(&leaving.user) else { return false };
        let Some(group) = self.groups.get_mut(&leaving.group) else { return false };
        let Some(index) = group.member_indices.iter().position(|&member| member == user) else { return false };
        let Some(members) = &mut group.members else { return false };
        let member = members.remove(index);
        group.member_indices.remove(index);
        let before = index.checked_sub(1).map(|index| &members[index]);
        self.digest.remove(fingerprint_of(&group.id, before, &member));
        if let Some(next) = members.get(index) {
            self.digest.remove(fingerprint_of(&group.id, Some(&member), next));
            self.digest.add(fingerprint_of(&group.id, before, next));
        }
        true
    }
}

/// Returns the fingerprints of a group: one of its record without the members, and one for each member.
pub(super) fn fingerprints_of(group: &Group) -> impl Iterator<Item = u128> {
    let record = json(&Group { members: None, member_indices: Vec::new(), ..group.clone() });
    let members = group.members.iter().flatten();
    let before = std::iter::once(None).chain(members.clone().map(Some));
    let of_members = members.zip(before).map(|(member, before)| fingerprint_of(&group.id, before, member));
    std::iter::once(Digest::new("group").text(&record).finish()).chain(of_members)
}

/// Returns the fingerprint of one member. It includes the previous member, so that the set fixes their order.
fn fingerprint_of(group: &str, before: Option<&Member>, member: &Member) -> u128 {
    let before = before.map(|member| member.user.as_str());
    Digest::new("member").text(group).maybe(before).text(&json(member)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::kind::Kinds;

    fn group(json: &str) -> Group {
        Group::read(Value::from_json(json, "").unwrap(), "groups[0]").unwrap()
    }
    fn joining(user: &str) -> Joining {
        Joining { group: "g".to_owned(), user: user.to_owned(), at: 7 }
    }
    fn leaving(user: &str) -> Leaving {
        Leaving { group: "g".to_owned(), user: user.to_owned() }
    }

    #[test]
    fn joining_and_leaving_give_the_same_record_and_digest_as_putting() {
        let mut one = World::new(Kinds::default());
        for user in ["a", "b", "c", "d"] {
            assert!(one.join(&joining(user)));
            assert!(!one.join(&joining(user)));
        }
        for user in ["a", "c", "d"] {
            assert!(one.leave(&leaving(user)));
            assert!(!one.leave(&leaving(user)));
        }
        assert!(one.join(&joining("c")));
        let mut other = World::new(Kinds::default());
        let record = r#"{"id":"g","members":[{"user":"b","joinedAt":7},{"user":"c","joinedAt":7}]}"#;
        other.put_groups(vec![group(record)]);
        assert_eq!(json(&one.groups.get("g")), json(&other.groups.get("g")));
        assert_eq!(one.digest(), other.digest());
        let names = |world: &World| {
            let indices = world.groups.get("g").unwrap().member_indices.clone();
            indices.into_iter().map(|index| world.users.ids.name(index).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&one), names(&other));
    }

    #[test]
    fn the_digest_depends_on_member_order_and_drops_replaced_records() {
        let digest = |records: &[&str]| {
            let mut world = World::new(Kinds::default());
            records.iter().for_each(|record| world.put_groups(vec![group(record)]));
            world.digest()
        };
        let (ab, ba) = (r#"{"id":"g","members":["a","b"]}"#, r#"{"id":"g","members":["b","a"]}"#);
        assert_ne!(digest(&[ab]), digest(&[ba]));
        assert_eq!(digest(&[ab]), digest(&[ba, ab]));
        assert_ne!(digest(&[ab]), digest(&[r#"{"id":"g"}"#]));
    }

    #[test]
    fn membership_fields_are_validated() {
        let read = |json: &str| Joining::read(Value::from_json(json, "").unwrap(), "joining").map_err(|e| e.path);
        assert_eq!(read(r#"{"group":"g","user":"u"}"#).unwrap_err(), "joining.at");
        assert_eq!(read(r#"{"group":"g","user":"","at":1}"#).unwrap_err(), "joining.user");
        assert_eq!(read(r#"{"group":"g","user":"u","at":1,"role":"x"}"#).unwrap_err(), "joining.role");
        assert_eq!(read(r#"{"group":"g","user":"a","at":7}"#).unwrap(), joining("a"));
        let read = |json: &str| Leaving::read(Value::from_json(json, "").unwrap(), "leaving").map_err(|e| e.path);
        assert_eq!(read(r#"{"group":"g","user":"a"}"#).unwrap(), leaving("a"));
        assert_eq!(read(r#"{"user":"a"}"#).unwrap_err(), "leaving.group");
    }
}
