//! Tests of `item`.

use super::*;

fn read(json: &str) -> Result<Item> {
    Item::read(Value::from_json(json, "").unwrap(), "items[0]")
}

fn facets_of(item: &Item) -> Vec<(String, f64)> {
    let mut facets = Vec::new();
    item.each_facet(|name, weight| facets.push((name.to_owned(), weight)));
    facets
}

#[test]
fn an_item_round_trips_through_json() {
    let json = r#"{"id":"a","title":"春茶上新","text":"龙井 tea","tags":{"茶":0.5},"facets":{"region":["south"]},
        "category":"tea/green","format":"video","source":"s","lang":"zh","stage":"st","play":"拼团","role":"hit",
        "durationMs":87433.5,"products":["p"],"value":2.5,"publishedAt":1,"startsAt":2,"expiresAt":3,
        "audience":{"users":["u"],"not":{"tags":["x"]}},"caps":[{"count":1,"per":"user","hours":24}],
        "pinned":true,"hidden":false,"data":{"any":[1,null]}}"#;
    let item = read(json).unwrap();
    let again = read(&crate::base::value::json(&item)).unwrap();
    assert_eq!(again, item);
    assert!(facets_of(&item).contains(&("term:龙井".into(), 1.0)));
}

#[test]
fn a_category_counts_for_every_level_of_its_path() {
    let facets = facets_of(&read(r#"{"id":"a","category":"beauty/serum/c"}"#).unwrap());
    let names: Vec<_> = facets.iter().map(|facet| facet.0.as_str()).collect();
    assert_eq!(names, ["category:beauty", "category:beauty/serum", "category:beauty/serum/c"]);
}

#[test]
fn similar_durations_share_a_facet() {
    let length = |ms: f64| {
        let facets = facets_of(&read(&format!(r#"{{"id":"a","durationMs":{ms}}}"#)).unwrap());
        facets.into_iter().map(|(name, _)| name).collect::<Vec<_>>().concat()
    };
    assert_eq!([0.0, 600.0, 1000.0].map(length), ["0-0s", "0-1s", "1-2s"].map(|class| format!("duration:{class}")));
    assert_eq!((length(31_000.0), length(44_000.0)), ("duration:31-44s".into(), "duration:31-44s".into()));
    assert_eq!(length(3.6e6), "duration:2895-4095s");
    assert!(read(r#"{"id":"a","facets":{"duration":["short"]}}"#).is_err());
}

#[test]
fn terms_given_by_the_host_are_kept() {
    let facets = facets_of(&read(r#"{"id":"a","title":"换季护肤","facets":{"term":["换季","护肤"]}}"#).unwrap());
    assert_eq!(facets.len(), 2);
}

#[test]
fn the_heaviest_terms_stay_and_the_rest_is_counted() {
    let text: Vec<String> = (0..300).map(|i| format!("word{i}")).chain(["word299".into()]).collect();
    let item = read(&format!(r#"{{"id":"a","text":"{}"}}"#, text.join(" "))).unwrap();
    assert_eq!(item.terms_left_out, 44);
    assert!(facets_of(&item).contains(&("term:word299".into(), 1.0)));
}

#[test]
fn errors_name_their_path() {
    for (json, path) in [
        (r#"{"title":"x"}"#, "items[0].id"),
        (r#"{"id":7}"#, "items[0].id"),
        (r#"{"id":"a","value":-1}"#, "items[0].value"),
        (r#"{"id":"a","durationMs":-1}"#, "items[0].durationMs"),
        (r#"{"id":"a","publishedAt":"2024"}"#, "items[0].publishedAt"),
        (r#"{"id":"a","publishedAt":9e15}"#, "items[0].publishedAt"),
        (r#"{"id":"a","caps":[{"count":0,"per":"user"}]}"#, "items[0].caps[0].count"),
        (r#"{"id":"a","audience":{"users":[]}}"#, "items[0].audience.users"),
        (r#"{"id":"a","audience":{"not":{"user":["u"]}}}"#, "items[0].audience.not.user"),
        (r#"{"id":"a","startsAt":5,"expiresAt":5}"#, "items[0].expiresAt"),
        (r#"{"id":"a","facets":{"tag":["x"]}}"#, "items[0].facets.tag"),
    ] {
        assert_eq!(read(json).unwrap_err().path, path, "{json}");
    }
}
