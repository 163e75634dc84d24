//! Audience: whom an item may be shown to, and its `not`.

use crate::world::facet::FacetProfile;
use crate::world::item::Audience;

use super::{Question, Refusal, RuleContext};

/// Refuses with `audience.` and the first list that is given and not met (tiers, users, groups, channels, purposes,
/// tags), then with `audience.not` if any of the lists of `not` is met. This does not end by itself.
///
/// A private message inside a group meets users by its user, groups and purposes by its group, tags by either.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let screen = question.entry.audience.as_ref()?;
    let unmet = || lists(question.moment, &screen.only).into_iter().find(|(_, met)| *met == Some(false));
    let barred = || lists(question.moment, screen.not.as_ref()?).into_iter().find(|(_, met)| *met == Some(true));
    let rule = unmet().map(|(rule, _)| rule).or_else(|| barred().map(|_| "audience.not"))?;
    Some(Refusal { rule, until: None })
}

/// For each list the rule that it is, and whether it is met if it is given.
fn lists(moment: &RuleContext, audience: &Audience<u32>) -> [(&'static str, Option<bool>); 6] {
    let addressee = moment.addressee;
    let names = |list: &Option<Vec<u32>>, number: Option<u32>| {
        list.as_ref().map(|list| number.is_some_and(|number| list.binary_search(&number).is_ok()))
    };
    let purpose = || addressee.group_record(moment.world)?.purpose_number;
    [
        // Nobody is in a tier yet.
        ("audience.tiers", audience.tiers.as_ref().map(|_| false)),
        ("audience.users", names(&audience.users, addressee.user)),
        ("audience.groups", names(&audience.groups, addressee.group)),
        ("audience.channels", names(&audience.channels, addressee.channel)),
        ("audience.purposes", names(&audience.purposes, purpose())),
        ("audience.tags", audience.tags.as_ref().map(|tags| tags.iter().any(|&tag| has(moment, tag)))),
    ]
}

/// Whether the user or the group carries a tag. A user who does not want to be profiled carries none.
fn has(moment: &RuleContext, tag: u32) -> bool {
    let carries =
        |portrait: Option<&FacetProfile>| portrait.is_some_and(|portrait| portrait.tags.binary_search(&tag).is_ok());
    let (user, group) = (moment.addressee.user, moment.addressee.group);
    let user = user.filter(|&user| moment.world.is_personalised(user));
    carries(user.and_then(|user| moment.world.users.portrait(user)))
        || carries(group.and_then(|group| moment.world.groups.portrait(group)))
}

#[cfg(test)]
mod tests {
    use crate::eligibility::scene::Fixture;

    fn scene() -> Fixture {
        let mut scene = Fixture::default();
        scene.user(r#"{"id":"u","tags":["老客"]}"#).user(r#"{"id":"v"}"#);
        scene.group(r#"{"id":"g","tags":["vip"],"purpose":"benefit","channel":"wecom"}"#).group(r#"{"id":"h"}"#);
        scene
    }

    /// Which of `to` an item with this audience is shown to, as "user@group".
    fn shown<'a>(audience: &str, to: &[&'a str]) -> Vec<&'a str> {
        let mut scene = scene();
        scene.item(&format!(r#"{{"id":"a","audience":{audience}}}"#));
        to.iter().copied().filter(|to| scene.to(to).told(0).is_empty()).collect()
    }

    const ALL: [&str; 7] = ["u", "v", "stranger", "@g", "@h", "u@h", "v@g"];

    #[test]
    fn each_list_is_met_by_one_of_its_names() {
        assert_eq!(shown(r#"{"users":["x","u"]}"#, &ALL), ["u", "u@h"]);
        assert_eq!(shown(r#"{"groups":["g"]}"#, &ALL), ["@g", "v@g"]);
        assert_eq!(shown(r#"{"channels":["wecom","y"]}"#, &ALL), ["@g", "v@g"]);
        assert_eq!(shown(r#"{"purposes":["benefit"]}"#, &ALL), ["@g", "v@g"]);
        assert_eq!(shown(r#"{"tags":["vip","老客"]}"#, &ALL), ["u", "@g", "u@h", "v@g"]);
    }

    #[test]
    fn all_lists_given_must_be_met() {
        assert_eq!(shown(r#"{"users":["u"],"groups":["h"]}"#, &ALL), ["u@h"]);
        assert_eq!(shown("{}", &ALL), ALL);
    }

    #[test]
    fn one_list_of_not_that_is_met_bars_the_item() {
        assert_eq!(shown(r#"{"not":{"users":["u"],"tags":["vip"]}}"#, &ALL), ["v", "stranger", "@h"]);
        assert_eq!(shown(r#"{"tags":["vip"],"not":{"users":["v"]}}"#, &ALL), ["@g"]);
    }

    #[test]
    fn nobody_is_in_a_tier_yet() {
        assert_eq!(shown(r#"{"tiers":["loyal"]}"#, &ALL), [""; 0]);
        assert_eq!(shown(r#"{"not":{"tiers":["loyal"]}}"#, &ALL), ALL);
    }

    #[test]
    fn the_refusal_names_the_first_list_that_is_not_met() {
        let mut scene = scene();
        scene.item(r#"{"id":"a","audience":{"tags":["vip"],"groups":["g"]}}"#);
        scene.item(r#"{"id":"b","audience":{"not":{"users":["v"]}}}"#);
        assert_eq!(scene.to("v").told(0), [("a", "audience.groups", None), ("b", "audience.not", None)]);
    }
}
