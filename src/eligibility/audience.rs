//! The audience rule: an item's allow lists (`audience`) and exclusion lists (`audience.not`).

use crate::base::index::FacetIndex;
use crate::world::audience::AudienceIndices;
use crate::world::facet::FacetProfile;

use super::{Question, Refusal, RuleContext, RuleName};

/// Refuses with `audience.` and the first given list that does not match (tiers, users, groups, channels, purposes,
/// tags), then with `audience.not` if any list of `not` matches. The refusal has no end.
///
/// A private message inside a group is matched by its user in `users`, by its group in `groups` and `purposes`, by
/// either in `tags`.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let audience = question.entry.audience.as_ref()?;
    let failed = || lists(question.context, &audience.only).into_iter().find(|(_, matched)| *matched == Some(false));
    let excluded =
        || lists(question.context, audience.not.as_ref()?).into_iter().find(|(_, matched)| *matched == Some(true));
    let rule = failed().map(|(rule, _)| rule).or_else(|| excluded().map(|_| "audience.not"))?;
    Some(Refusal { rule: RuleName::Fixed(rule), until: None })
}

/// Returns the rule name of each list, with `Some(true)` if it matches, `Some(false)` if not, `None` if not given.
fn lists(context: &RuleContext, audience: &AudienceIndices) -> [(&'static str, Option<bool>); 6] {
    let recipient = context.addressee;
    fn names<I: Ord>(list: &Option<Vec<I>>, index: Option<I>) -> Option<bool> {
        list.as_ref().map(|list| index.is_some_and(|index| list.binary_search(&index).is_ok()))
    }
    let purpose = || recipient.group_record(context.state.world)?.purpose_index;
    [
        ("audience.tiers", names(&audience.tiers, context.tier)),
        ("audience.users", names(&audience.users, recipient.user)),
        ("audience.groups", names(&audience.groups, recipient.group)),
        ("audience.channels", names(&audience.channels, recipient.channel)),
        ("audience.purposes", names(&audience.purposes, purpose())),
        ("audience.tags", audience.tags.as_ref().map(|tags| tags.iter().any(|&tag| has_tag(context, tag)))),
    ]
}

/// True if the user or the group has the tag. The tags of users who opted out of profiling are not read.
fn has_tag(context: &RuleContext, tag: FacetIndex) -> bool {
    let carries =
        |profile: Option<&FacetProfile>| profile.is_some_and(|profile| profile.tags.binary_search(&tag).is_ok());
    let (user, group) = (context.addressee.user, context.addressee.group);
    let user = user.filter(|&user| context.state.world.is_personalised(user));
    carries(user.and_then(|user| context.state.world.users.facet_profile(user)))
        || carries(group.and_then(|group| context.state.world.groups.facet_profile(group)))
}

#[cfg(test)]
mod tests {
    use crate::eligibility::fixture::Fixture;

    fn fixture() -> Fixture {
        let mut fixture = Fixture::default();
        fixture.user(r#"{"id":"u","tags":["老客"]}"#).user(r#"{"id":"v"}"#);
        fixture.group(r#"{"id":"g","tags":["vip"],"purpose":"benefit","channel":"wecom"}"#).group(r#"{"id":"h"}"#);
        fixture
    }

    /// Returns the recipients of `to` that an item with this audience is shown to, written `user@group`.
    fn admitted<'a>(audience: &str, to: &[&'a str]) -> Vec<&'a str> {
        let mut fixture = fixture();
        fixture.item(&format!(r#"{{"id":"a","audience":{audience}}}"#));
        to.iter().copied().filter(|to| fixture.to(to).refusals(0).is_empty()).collect()
    }

    const ALL: [&str; 7] = ["u", "v", "stranger", "@g", "@h", "u@h", "v@g"];

    #[test]
    fn a_list_matches_if_one_of_its_names_does() {
        assert_eq!(admitted(r#"{"users":["x","u"]}"#, &ALL), ["u", "u@h"]);
        assert_eq!(admitted(r#"{"groups":["g"]}"#, &ALL), ["@g", "v@g"]);
        assert_eq!(admitted(r#"{"channels":["wecom","y"]}"#, &ALL), ["@g", "v@g"]);
        assert_eq!(admitted(r#"{"purposes":["benefit"]}"#, &ALL), ["@g", "v@g"]);
        assert_eq!(admitted(r#"{"tags":["vip","老客"]}"#, &ALL), ["u", "@g", "u@h", "v@g"]);
    }

    #[test]
    fn all_given_lists_must_match() {
        assert_eq!(admitted(r#"{"users":["u"],"groups":["h"]}"#, &ALL), ["u@h"]);
        assert_eq!(admitted("{}", &ALL), ALL);
    }

    #[test]
    fn one_matching_list_of_not_excludes_the_item() {
        assert_eq!(admitted(r#"{"not":{"users":["u"],"tags":["vip"]}}"#, &ALL), ["v", "stranger", "@h"]);
        assert_eq!(admitted(r#"{"tags":["vip"],"not":{"users":["v"]}}"#, &ALL), ["@g"]);
    }

    #[test]
    fn no_recipient_has_a_tier() {
        assert_eq!(admitted(r#"{"tiers":["loyal"]}"#, &ALL), [""; 0]);
        assert_eq!(admitted(r#"{"not":{"tiers":["loyal"]}}"#, &ALL), ALL);
    }

    #[test]
    fn the_refusal_names_the_first_list_that_does_not_match() {
        let mut fixture = fixture();
        fixture.item(r#"{"id":"a","audience":{"tags":["vip"],"groups":["g"]}}"#);
        fixture.item(r#"{"id":"b","audience":{"not":{"users":["v"]}}}"#);
        assert_eq!(fixture.to("v").refusals(0), [("a", "audience.groups", None), ("b", "audience.not", None)]);
    }
}
