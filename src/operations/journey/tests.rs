//! Tests of `journey`.

use super::*;

fn read(json: &str) -> Result<Journey> {
    Journey::read(Value::from_json(json, "").unwrap(), "journeys[0]")
}

fn with(fields: &str) -> Result<Journey> {
    read(&format!(
        r#"{{"id":"j","trigger":{{"type":"activity","kind":"joined"}},"steps":[{{"id":"s","items":{{}}}}]{fields}}}"#
    ))
}

fn with_step(trigger: &str, step: &str) -> Result<Journey> {
    read(&format!(r#"{{"id":"j","trigger":{trigger},"steps":[{{"id":"s","items":{{}},{step}}}]}}"#))
}

const ACTIVITY: &str = r#"{"type":"activity","kind":"joined"}"#;
const DATE: &str = r#"{"type":"date","attribute":"birthday"}"#;
const WEEK: &str = r#"{"type":"schedule","every":"week"}"#;

#[test]
fn a_journey_has_its_defaults() {
    let journey = with("").unwrap();
    assert_eq!((journey.subject, journey.reentry, journey.priority), (JourneySubject::User, Reentry::Never, 0.0));
    let step = &journey.steps[0];
    assert_eq!((step.window_hours, step.count, step.offset), (24.0, 1, Offset::default()));
    assert_eq!(journey.lead_days(), 0.0);
}

#[test]
fn the_lead_is_the_largest_negative_offset_of_a_date_journey() {
    let steps = r#"[{"id":"a","items":{},"offset":{"days":-3}},{"id":"b","items":{},"offset":{"days":-7}},{"id":"c","items":{}}]"#;
    let journey = read(&format!(r#"{{"id":"j","trigger":{DATE},"steps":{steps}}}"#)).unwrap();
    assert_eq!((journey.lead_days(), journey.position("c")), (7.0, Some(2)));
}

#[test]
fn errors_name_their_path() {
    for (fields, path) in [
        (r#","subject":"users""#, "journeys[0].subject"),
        (r#","reentry":"sometimes""#, "journeys[0].reentry"),
        (r#","reentry":{"afterDays":0}"#, "journeys[0].reentry.afterDays"),
        (r#","perReference":1"#, "journeys[0].perReference"),
        (r#","startsAt":5,"expiresAt":5"#, "journeys[0].expiresAt"),
        (r#","priority":1001"#, "journeys[0].priority"),
        (r#","exitWhen":[]"#, "journeys[0].exitWhen"),
        (r#","exitWhen":[{"kind":"paid","maxCount":0}]"#, "journeys[0].exitWhen[0].maxCount"),
        (r#","audience":{"tier":["loyal"]}"#, "journeys[0].audience.tier"),
        (r#","colour":1"#, "journeys[0].colour"),
    ] {
        assert_eq!(with(fields).unwrap_err().path, path, "{fields}");
    }
    for (trigger, path) in [
        (r#"{"type":"event"}"#, "journeys[0].trigger.type"),
        (r#"{"type":"activity"}"#, "journeys[0].trigger.kind"),
        (r#"{"type":"inactivity","days":0}"#, "journeys[0].trigger.days"),
        (r#"{"type":"date","attribute":""}"#, "journeys[0].trigger.attribute"),
        (r#"{"type":"schedule","every":"year"}"#, "journeys[0].trigger.every"),
        (r#"{"type":"schedule","every":"day","kind":"a"}"#, "journeys[0].trigger.kind"),
    ] {
        assert_eq!(with_step(trigger, r#""count":1"#).unwrap_err().path, path, "{trigger}");
    }
    for (step, path) in [
        (r#""offset":{"days":401}"#, "journeys[0].steps[0].offset"),
        (r#""offset":{"days":-1}"#, "journeys[0].steps[0].offset.days"),
        (r#""offset":{"hours":-1}"#, "journeys[0].steps[0].offset.hours"),
        (r#""offset":{"cycles":-1}"#, "journeys[0].steps[0].offset.cycles"),
        (r#""offset":{"weeks":1}"#, "journeys[0].steps[0].offset.weeks"),
        (r#""time":"24:00""#, "journeys[0].steps[0].time"),
        (r#""weekdays":[]"#, "journeys[0].steps[0].weekdays"),
        (r#""weekdays":[1,8]"#, "journeys[0].steps[0].weekdays[1]"),
        (r#""weekdays":[1,1]"#, "journeys[0].steps[0].weekdays[1]"),
        (r#""windowHours":0.5"#, "journeys[0].steps[0].windowHours"),
        (r#""conditions":[]"#, "journeys[0].steps[0].conditions"),
        (r#""conditions":[{"kind":"a","streakDays":400}]"#, "journeys[0].steps[0].conditions[0].streakDays"),
        (r#""count":0"#, "journeys[0].steps[0].count"),
        (r#""repeats":"often""#, "journeys[0].steps[0].repeats"),
    ] {
        assert_eq!(with_step(ACTIVITY, step).unwrap_err().path, path, "{step}");
    }
    for steps in ["[]", r#"[{"id":"s","items":{}},{"id":"s","items":{}}]"#] {
        let journey = read(&format!(r#"{{"id":"j","trigger":{ACTIVITY},"steps":{steps}}}"#));
        assert!(journey.unwrap_err().path.starts_with("journeys[0].steps"), "{steps}");
    }
}

#[test]
fn each_trigger_refuses_the_fields_of_others() {
    let per_trigger = |trigger: &str, fields: &str| {
        read(&format!(r#"{{"id":"j","trigger":{trigger},{fields},"steps":[{{"id":"s","items":{{}}}}]}}"#))
    };
    assert_eq!(per_trigger(WEEK, r#""reentry":"always""#).unwrap_err().path, "journeys[0].reentry");
    assert_eq!(per_trigger(DATE, r#""perReference":true"#).unwrap_err().path, "journeys[0].perReference");
    assert!(with_step(DATE, r#""offset":{"days":-3}"#).is_ok());
    assert!(with_step(ACTIVITY, r#""offset":{"days":-3,"hours":-2,"cycles":1}"#).is_ok());
    for (trigger, step, field) in [
        (DATE, r#""offset":{"hours":-3}"#, "hours"),
        (DATE, r#""offset":{"cycles":1}"#, "cycles"),
        (WEEK, r#""offset":{"days":-1}"#, "days"),
    ] {
        let path = format!("journeys[0].steps[0].offset.{field}");
        assert_eq!(with_step(trigger, step).unwrap_err().path, path, "{step}");
    }
}
