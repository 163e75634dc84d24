//! Limits on the work of one request, checked before any of it is done.

use crate::base::error::{Error, Result};
use crate::engine::config::Config;
use crate::slate::policy::Policy;
use crate::world::World;

use super::request::Request;

/// Largest product of items × picks × steps of the policy.
pub const MAX_STEPS: u64 = 500_000_000;

/// Steps of a softmax and of Thompson sampling per item and pick, by run time. The latter evaluates its integral at so
/// many places.
const STEPS_OF_SOFTMAX: u64 = 60;
const STEPS_OF_THOMPSON: u64 = 4096;

/// Largest work of a request to a group: members × (items + 100 × picks).
pub const MAX_GROUP_WORK: u64 = 10_000_000;

/// Items that explaining one pick for one member counts as, by run time.
const ITEMS_OF_ACCOUNT: u64 = 100;

/// Items that the standard deviation of one item for one member counts as, by run time.
const ITEMS_OF_DOUBT: u64 = 20;

/// Refuses a request whose work is above a limit.
///
/// # Errors
/// [`Code::Limit`](crate::base::error::Code::Limit) with the product and the limit.
pub fn check(request: &Request, config: &Config, world: &World) -> Result<()> {
    let library = world.library.len();
    let items = request.only.as_ref().map_or(library, |only| only.most(library)) as u64;
    let picks = items.min(request.count as u64);
    let policy = request.policy.unwrap_or(config.policy);
    let steps = match policy {
        Policy::Thompson { .. } => STEPS_OF_THOMPSON,
        Policy::Softmax { .. } => STEPS_OF_SOFTMAX,
        Policy::Greedy | Policy::EpsilonGreedy { .. } => 0,
    };
    if items * picks * steps > MAX_STEPS {
        let rule = format!(
            "items × count × {steps} of at most {MAX_STEPS} (thompson counts as {STEPS_OF_THOMPSON}, softmax as {STEPS_OF_SOFTMAX})"
        );
        let product = format!("{items} × {picks} × {steps} = {}", items * picks * steps);
        return Err(Error::limit("request.count", rule, product));
    }
    let group = request.group.as_ref().filter(|_| request.user.is_none()).and_then(|id| world.groups.get(id));
    let members = group.map_or(0, |group| group.member_indices.len()) as u64;
    let items = if policy.needs_std_devs() { ITEMS_OF_DOUBT * items } else { items };
    let work = members * (items + ITEMS_OF_ACCOUNT * picks);
    if work > MAX_GROUP_WORK {
        let rule = format!(
            "members × (items + {ITEMS_OF_ACCOUNT} × count) of at most {MAX_GROUP_WORK} (thompson counts an item as {ITEMS_OF_DOUBT})"
        );
        let product = format!("{members} × ({items} + {ITEMS_OF_ACCOUNT} × {picks}) = {work}");
        return Err(Error::limit("request.group", rule, product));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Code;
    use crate::base::value::Value;
    use crate::world::item::Item;
    use crate::world::subject::Group;

    fn world(items: usize, members: usize) -> World {
        let mut world = World::default();
        let read = |json: String| Value::from_json(&json, "").unwrap();
        let item = |n: usize| Item::read(read(format!(r#"{{"id":"i{n}"}}"#)), "").unwrap();
        world.put_items((0..items).map(item).collect());
        let members: Vec<String> = (0..members).map(|n| format!(r#""u{n}""#)).collect();
        let group = format!(r#"{{"id":"g","members":[{}]}}"#, members.join(","));
        world.put_groups(vec![Group::read(read(group), "").unwrap()]);
        world
    }

    /// Path and value of the error.
    fn refused(request: &str, config: &str, world: &World) -> Option<(String, String)> {
        let request = Request::read(Value::from_json(request, "").unwrap(), "request").unwrap();
        let config = Config::read(Value::from_json(config, "").unwrap()).unwrap();
        let error = check(&request, &config, world).err()?;
        assert_eq!(error.code, Code::Limit);
        Some((error.path, error.value))
    }

    #[test]
    fn the_steps_of_a_policy_are_bounded_by_items_and_picks() {
        let world = world(500, 0);
        let ask = |count: u32, draws: u32, more: &str| {
            let policy = format!(r#"{{"type":"thompson","draws":{draws}}}"#);
            refused(&format!(r#"{{"user":"u","now":1,"count":{count},"policy":{policy}{more}}}"#), "{}", &world)
        };
        assert_eq!(ask(244, 10_000, ""), None);
        let expected = ("request.count".to_owned(), "500 × 245 × 4096 = 501760000".to_owned());
        assert_eq!(ask(245, 10_000, ""), Some(expected.clone()));
        assert_eq!(ask(245, 100, ""), Some(expected));
        assert_eq!(ask(1000, 10_000, r#","only":["i1","i2"]"#), None);
        let configured = r#"{"policy":{"type":"thompson"}}"#;
        let of_config = refused(r#"{"user":"u","now":1,"count":1000}"#, configured, &world);
        let expected = ("request.count".to_owned(), "500 × 500 × 4096 = 1024000000".to_owned());
        assert_eq!(of_config, Some(expected));
        for policy in ["greedy", "softmax", "epsilon-greedy"] {
            let request = format!(r#"{{"user":"u","now":1,"count":1000,"policy":{{"type":"{policy}"}}}}"#);
            assert_eq!(refused(&request, configured, &world), None, "{policy}");
        }
    }

    #[test]
    fn a_group_is_bounded_by_members_items_and_picks() {
        let world = world(100, 50_001);
        let ask = |to: &str, count: u32| refused(&format!(r#"{{{to},"now":1,"count":{count}}}"#), "{}", &world);
        let expected = ("request.group".to_owned(), "50001 × (100 + 100 × 1) = 10000200".to_owned());
        assert_eq!(ask(r#""group":"g""#, 1), Some(expected));
        assert_eq!(ask(r#""user":"u","group":"g""#, 100), None);
        assert_eq!(ask(r#""group":"unknown""#, 100), None);
        assert_eq!(refused(r#"{"group":"g","now":1,"only":["i1"]}"#, "{}", &world), None);
        let drawn = refused(
            r#"{"group":"g","now":1,"only":["i1","i2","i3","i4","i5","i6"],"policy":{"type":"thompson"}}"#,
            "{}",
            &world,
        );
        assert_eq!(drawn, Some(("request.group".to_owned(), "50001 × (120 + 100 × 1) = 11000220".to_owned())));
    }
}
