//! Random communities with journeys, logs and sends, for tests.

use serde_json::{Value as Json, json};

use super::oracle::Community;

/// 2026-03-31T00:00:00Z.
pub const NOW: i64 = 1_774_915_200_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A generator of random records.
#[derive(Debug)]
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }
    /// Returns a number below `n` (xorshift64*).
    pub fn below(&mut self, n: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n as u64) as i64
    }
    pub fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }
    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as i64) as usize].clone()
    }
    /// Sets a field with some probability in percent.
    fn maybe(&mut self, record: &mut Json, percent: i64, field: &str, value: impl FnOnce(&mut Self) -> Json) {
        if self.chance(percent) {
            record[field] = value(self);
        }
    }

    /// A time in the last `days` days or shortly after: on a coarse grid, so that times coincide.
    fn time(&mut self, days: i64) -> i64 {
        let jitter = self.one(&[0, 0, 0, 1, 17 * 60_000]);
        NOW - self.below(days * 4) * 6 * HOUR + self.one(&[0, 0, 0, 0, 2 * DAY]) + jitter
    }
    fn user(&mut self) -> Json {
        json!(format!("u{}", self.below(4)))
    }
    fn group(&mut self) -> Json {
        json!(format!("g{}", self.below(3)))
    }
    fn kind(&mut self) -> Json {
        self.one(&[
            json!("joined"),
            json!("ordered"),
            json!("paid"),
            json!("click"),
            json!("created"),
            json!(["paid", "click"]),
        ])
    }
    fn filter(&mut self) -> Json {
        self.one(&[json!({ "ids": ["i0", "i1", "i9"] }), json!({ "category": ["tea"] }), json!({})])
    }

    fn act(&mut self) -> Json {
        let mut act =
            json!({ "at": self.time(40), "kind": self.one(&["joined", "ordered", "paid", "click", "created"]) });
        self.maybe(&mut act, 90, "user", Self::user);
        let groups = if act.get("user").is_some() { 40 } else { 100 };
        self.maybe(&mut act, groups, "group", Self::group);
        self.maybe(&mut act, 60, "item", |draw| json!(draw.one(&["i0", "i1", "i2", "i9"])));
        self.maybe(&mut act, 40, "reference", |draw| json!(draw.one(&["A", "B"])));
        self.maybe(&mut act, 40, "value", |draw| json!(draw.one(&[1.0, 2.5, -1.0, 30.0])));
        self.maybe(&mut act, 50, "id", |draw| json!(format!("e{}", draw.below(30))));
        act
    }

    fn condition(&mut self, is_exit: bool) -> Json {
        let mut condition = json!({ "kind": self.kind() });
        self.maybe(&mut condition, 30, "items", Self::filter);
        match self.below(6) {
            0 => condition["minCount"] = json!(self.below(3)),
            1 => condition["minValue"] = json!(self.one(&[1.0, 2.0, 30.0])),
            2 => condition["streakDays"] = json!(2 + self.below(2)),
            3 if !is_exit => condition["maxCount"] = json!(self.below(2)),
            4 if !is_exit => condition["withinDays"] = json!(self.one(&[1.0, 2.5, 10.0])),
            _ => {}
        }
        condition
    }

    fn audience(&mut self) -> Json {
        match self.below(3) {
            0 => json!({ "users": ["u0", "u1", "u2"] }),
            1 => json!({ "not": { "users": ["u3"] } }),
            _ => json!({ "not": { "groups": ["g2"] } }),
        }
    }

    fn step(&mut self, id: usize, trigger: &str) -> Json {
        let mut step = json!({ "id": format!("s{id}"), "items": {}, "offset": {} });
        let cycles = trigger == "activity" && self.chance(30);
        if cycles {
            step["offset"]["cycles"] = json!(self.one(&[1.0, 0.5]));
        }
        let earliest = if trigger == "date" || cycles { -3 } else { 0 };
        if self.chance(60) {
            step["offset"]["days"] =
                json!(self.one(&[0.0, 1.0, 2.0, 5.0, 0.25, earliest as f64, earliest as f64 / 2.0]));
        }
        if self.chance(30) {
            step["offset"]["hours"] = json!(self.one(&[0.0, 1.5, 12.0, if cycles { -5.0 } else { 5.0 }]));
        }
        self.maybe(&mut step, 50, "time", |draw| json!(draw.one(&["00:00", "09:30", "20:00"])));
        self.maybe(&mut step, 20, "weekdays", |draw| draw.one(&[json!([1]), json!([2, 3]), json!([6, 7])]));
        self.maybe(&mut step, 60, "windowHours", |draw| json!(draw.one(&[1.0, 12.0, 72.0, 200.5])));
        self.maybe(&mut step, 30, "conditions", |draw| json!([draw.condition(false)]));
        self.maybe(&mut step, 15, "audience", Self::audience);
        step
    }

    fn journey(&mut self, id: usize) -> Json {
        let trigger = match self.below(10) {
            0..5 => {
                let mut trigger = json!({ "type": "activity", "kind": self.kind() });
                self.maybe(&mut trigger, 25, "items", Self::filter);
                trigger
            }
            5..7 => json!({ "type": "inactivity", "days": self.one(&[1.0, 3.0, 7.5]) }),
            7..9 => json!({ "type": "date", "attribute": self.one(&["birthday", "expiry"]) }),
            _ => json!({ "type": "schedule", "every": self.one(&["day", "week", "week", "month", "month"]) }),
        };
        let name = trigger["type"].as_str().unwrap().to_owned();
        let steps: Vec<Json> = (0..1 + self.below(4) as usize).map(|n| self.step(n, &name)).collect();
        let mut journey = json!({ "id": format!("j{id}"), "trigger": trigger, "steps": steps });
        self.maybe(&mut journey, 60, "subject", |draw| json!(draw.one(&["user", "member", "group"])));
        if name == "activity" {
            self.maybe(&mut journey, 70, "reentry", |draw| {
                draw.one(&[json!("always"), json!("never"), json!({ "afterDays": 2.5 })])
            });
            self.maybe(&mut journey, 40, "perReference", |_| json!(true));
        }
        self.maybe(&mut journey, 15, "startsAt", |draw| json!(NOW - (1 + draw.below(20)) * DAY));
        self.maybe(&mut journey, 15, "expiresAt", |draw| json!(NOW + DAY - draw.below(3) * DAY + DAY));
        self.maybe(&mut journey, 40, "exitWhen", |draw| json!([draw.condition(true)]));
        self.maybe(&mut journey, 15, "audience", Self::audience);
        self.maybe(&mut journey, 30, "transactional", |_| json!(true));
        journey
    }

    fn date(&mut self) -> Json {
        self.one(&[
            json!("1990-04-02"),
            json!("03-29"),
            json!("2027-04-01"),
            json!("02-29"),
            json!("soon"),
            json!(NOW - 3 * HOUR),
            json!(NOW + 2 * DAY + 5 * HOUR),
            json!("2026-03-31"),
        ])
    }

    fn attributes(&mut self, record: &mut Json) {
        self.maybe(record, 70, "attributes", |draw| json!({ "birthday": draw.date(), "expiry": draw.date() }));
    }

    fn member(&mut self, n: i64) -> Json {
        let mut member = json!({ "user": format!("u{n}") });
        self.maybe(&mut member, 50, "joinedAt", |draw| json!(draw.time(30)));
        member
    }

    /// Accepted sends of steps, some in an entry's own time.
    fn send(&mut self, community: &Community) -> Json {
        let journey = self.one(&community.journeys);
        let step = self.one(journey["steps"].as_array().unwrap());
        let entered_at = self.time(30);
        let mut send =
            json!({ "journey": journey["id"], "step": step["id"], "enteredAt": entered_at, "at": self.time(20) });
        match journey.get("subject").and_then(Json::as_str) {
            Some("group") => send["group"] = self.group(),
            subject => {
                send["user"] = self.user();
                if subject == Some("member") {
                    send["group"] = self.group();
                }
            }
        }
        if journey["perReference"] == json!(true) {
            self.maybe(&mut send, 70, "reference", |draw| json!(draw.one(&["A", "B"])));
        }
        send
    }

    /// A random community.
    pub fn community(&mut self) -> Community {
        let mut community = Community { offset_minutes: self.one(&[480, 0, -210]), ..Community::default() };
        community.active_kinds =
            self.one(&[vec!["click", "paid"], vec!["paid"]]).into_iter().map(str::to_owned).collect();
        community.journeys = (0..1 + self.below(3) as usize).map(|n| self.journey(n)).collect();
        for n in 0..3 {
            let mut item = json!({ "id": format!("i{n}") });
            self.maybe(&mut item, 60, "category", |draw| json!(draw.one(&["tea", "cup"])));
            self.maybe(&mut item, 60, "cycleDays", |draw| json!(draw.one(&[2.0, 5.5, 10.0])));
            community.items.push(item);
        }
        for n in 0..3 {
            let mut user = json!({ "id": format!("u{n}") });
            self.maybe(&mut user, 40, "joinedAt", |draw| json!(draw.time(30)));
            self.maybe(&mut user, 15, "personalised", |_| json!(false));
            self.attributes(&mut user);
            community.users.push(user);
        }
        for n in 0..2 {
            let mut group = json!({ "id": format!("g{n}") });
            self.maybe(&mut group, 60, "members", |draw| {
                (0..3).filter(|_| draw.0 % 3 > 0).collect::<Vec<i64>>().into_iter().map(|n| draw.member(n)).collect()
            });
            self.maybe(&mut group, 40, "createdAt", |draw| json!(draw.time(30)));
            self.attributes(&mut group);
            community.groups.push(group);
        }
        community.log = (0..self.below(26)).map(|_| self.act()).collect();
        community.sends = (0..self.one(&[0, 0, 2, 6])).map(|_| self.send(&community)).collect();
        community
    }
}
