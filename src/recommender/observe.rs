//! Observing interactions.

use crate::base::error::{Error, Result};
use crate::base::time::{self, Time};
use crate::engine::Engine;
use crate::memory::Arrival;
use crate::memory::seen_ids::Mark;
use crate::world::columns::Columns;
use crate::world::interaction::Interaction;

use super::Recommender;

/// The result of observing many interactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ObserveReport {
    /// Number of new interactions.
    pub observed: usize,
    /// Number of interactions with a known id, which do not count again.
    pub duplicates: usize,
    /// Number of new interactions set aside: more than `config.maxAheadMs` after the trusted time.
    pub ahead: usize,
    /// Number with a time before the year 2000, possibly in seconds instead of milliseconds.
    #[serde(skip_serializing_if = "time::is_none")]
    pub early: usize,
}

impl Recommender {
    /// Observes an interaction; false if its id is known already.
    ///
    /// ```
    /// use nextpick::{Interaction, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// let click = Interaction::builder("click", 1_774_958_400_000).id("e1").user("u1").item("a").build()?;
    /// assert!(recommender.observe(click.clone()));
    /// assert!(!recommender.observe(click));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn observe(&mut self, interaction: Interaction) -> bool {
        // Checked first, so that a duplicate interns no names.
        let id = interaction.id.as_deref().map(Mark::of);
        if self.engine.memory.knows(id) {
            return false;
        }
        self.clock.mark_change();
        let indexed = self.engine.index(&interaction);
        let at = interaction.at;
        let id = id.map(|id| (id, at.min(self.clock.now_or(at))));
        let arrival = Arrival { id, is_ahead: self.is_ahead(at) };
        let Engine { world, memory, .. } = &mut self.engine;
        let is_new = memory.change().observe(world, &interaction, indexed, arrival);
        if is_new {
            self.learn_online(&interaction, indexed);
        }
        is_new
    }

    /// Removes the interactions before a time, as if never observed, and returns their number.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) for a time after the trusted time.
    pub fn expire(&mut self, before: Time) -> Result<usize> {
        if let Some(now) = self.clock.now().filter(|now| before > *now) {
            return Err(Error::invalid("before", format!("a time up to the trusted time, {now}"), before));
        }
        self.clock.mark_change();
        Ok(self.engine.memory.change().expire(before))
    }

    /// Observes interactions in any order.
    pub fn observe_all(&mut self, interactions: impl IntoIterator<Item = Interaction>) -> ObserveReport {
        let mut report = ObserveReport::default();
        interactions.into_iter().for_each(|interaction| self.observe_into(&mut report, interaction));
        report
    }

    /// Observes interactions given as columns; they have no ids.
    ///
    /// # Errors
    /// `limit` as of [`Self::admit`].
    #[doc(hidden)]
    pub fn observe_columns(&mut self, columns: &Columns, path: &str) -> Result<ObserveReport> {
        self.admit_times(columns.times(), path)?;
        let mut report = ObserveReport { observed: columns.len(), ..ObserveReport::default() };
        if report.observed == 0 {
            return Ok(report);
        }
        for at in columns.times() {
            report.ahead += usize::from(self.is_ahead(at));
            report.early += usize::from(time::is_early(at));
        }
        self.clock.mark_change();
        let indexed = self.engine.index_columns(columns);
        let (clock, max_ahead) = (self.clock, self.config.max_ahead);
        let Engine { world, memory, .. } = &mut self.engine;
        memory.change().observe_columns(world, &indexed, |at| clock.is_ahead(at, max_ahead));
        self.learn_from_columns(&indexed);
        Ok(report)
    }

    /// Observes an interaction and counts it in a report.
    fn observe_into(&mut self, report: &mut ObserveReport, interaction: Interaction) {
        let (is_ahead, is_early) = (self.is_ahead(interaction.at), time::is_early(interaction.at));
        match self.observe(interaction) {
            true => report.observed += 1,
            false => report.duplicates += 1,
        }
        report.ahead += usize::from(is_ahead);
        report.early += usize::from(is_early);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::digest::FINISHED;
    use crate::base::random::Random;
    use crate::base::time::HOUR;
    use crate::base::value::{Value, json};
    use crate::recommender::request::{Options, Request};
    use crate::world::columns::{ColumnParts, NameColumn};
    use crate::world::moving::Moving;

    /// A random log, in which about a third of the interactions is out of order, as columns and as interactions.
    fn log(random: &mut Random, rows: usize) -> (Columns, Vec<Interaction>) {
        let names =
            |letter: &str, count: usize| (0..count).map(|n| format!("{letter}{n}").into()).collect::<Vec<Arc<str>>>();
        let lists = [names("u", 12), names("g", 4), names("i", 30), names("new kind ", 2)];
        let mut kinds = lists[3].clone();
        kinds.extend(["click", "like", "impression"].map(Arc::from));
        let [users, groups, items, _] = lists;
        let draw = |random: &mut Random, list: &[Arc<str>]| random.below(list.len() + 1) as i32 - 1;
        let mut indices = [(); 4].map(|()| Vec::new());
        let (mut at, mut values, mut interactions) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..rows {
            let user = draw(random, &users);
            let group = if user < 0 { random.below(groups.len()) as i32 } else { draw(random, &groups) };
            let (item, kind) = (draw(random, &items), random.below(kinds.len()) as i32);
            for (column, index) in indices.iter_mut().zip([user, group, item, kind]) {
                column.push(index);
            }
            let late = if random.below(3) == 0 { random.below(40) as Time * HOUR } else { 0 };
            let time = NOW + row as Time * HOUR - late;
            at.push(time as f64);
            values.push([f64::NAN, 0.0, 12.5][random.below(3)]);
            let name = |list: &[Arc<str>], index: i32| usize::try_from(index).ok().map(|index| list[index].clone());
            interactions.push(Interaction {
                user: name(&users, user),
                group: name(&groups, group),
                item: name(&items, item),
                kind: kinds[kind as usize].clone(),
                at: time,
                value: Some(values[row]).filter(|value: &f64| !value.is_nan()),
                ..Interaction::default()
            });
        }
        let [user, group, item, kind] = indices;
        let column =
            |names: &[Arc<str>], rows: Vec<i32>| NameColumn::new(names.to_vec(), Some(rows), "columns".to_owned());
        let columns = Columns::new(ColumnParts {
            users: column(&users, user),
            groups: column(&groups, group),
            items: column(&items, item),
            kinds: column(&kinds, kind),
            at: Some(at),
            values: Some(values),
            ..ColumnParts::default()
        });
        (columns.unwrap(), interactions)
    }

    const NOW: Time = 20_000 * 24 * HOUR;

    /// Changes both recommenders between the parts of a log.
    fn change(random: &mut Random, recommenders: [&mut Recommender; 2]) {
        let (choice, user) = (random.below(8), format!("u{}", random.below(12)));
        let time = NOW + random.below(300) as Time * HOUR;
        for recommender in recommenders {
            match choice {
                0 => _ = recommender.forget(&user),
                1 => _ = recommender.set_personalised(&user, false),
                2 => _ = recommender.set_personalised(&user, true),
                3 => recommender.advance_clock(time),
                6 => {
                    let moving = Value::from_json(r#"{"from":"g0","to":"g1"}"#, "").unwrap();
                    recommender.move_group(&Moving::read(moving, "").unwrap()).unwrap();
                }
                4 | 5 => {
                    let request = format!(r#"{{"user":"{user}","now":{time}}}"#);
                    let request = Request::read(Value::from_json(&request, "").unwrap(), "").unwrap();
                    recommender.recommend(&request, Options::default()).unwrap();
                }
                _ => {}
            }
        }
    }

    #[test]
    fn columns_cut_anywhere_equal_rows_one_by_one() {
        for seed in 0..60 {
            let mut random = Random::new(seed);
            let (mut by_columns, mut one_by_one) =
                (Recommender::new(Value::Null).unwrap(), Recommender::new(Value::Null).unwrap());
            for _ in 0..6 {
                change(&mut random, [&mut by_columns, &mut one_by_one]);
                let rows = [0, 1, 30, 400][random.below(4)];
                let (columns, interactions) = log(&mut random, rows);
                let report = by_columns.observe_columns(&columns, "columns.at").unwrap();
                assert_eq!(report, one_by_one.observe_all(interactions), "seed {seed}");
            }
            assert_eq!(by_columns.memory().digest(), one_by_one.memory().digest(), "seed {seed}");
            assert!(by_columns.to_snapshot() == one_by_one.to_snapshot(), "seed {seed}");
            let request = Value::from_json(&format!(r#"{{"user":"u1","now":{}}}"#, NOW + 500 * HOUR), "").unwrap();
            let request = Request::read(request, "").unwrap();
            let decide = |recommender: &mut Recommender| {
                json(&recommender.recommend(&request, Options { explain: true, reasons: true }).unwrap())
            };
            assert_eq!(decide(&mut by_columns), decide(&mut one_by_one), "seed {seed}");
            assert!(by_columns.to_snapshot() == one_by_one.to_snapshot(), "seed {seed}");
        }
    }

    #[test]
    fn an_interaction_its_details_and_its_id_are_hashed_once_each() {
        let mut recommender = Recommender::new(Value::Null).unwrap();
        let mut hashed = |json: &str| {
            let interaction = Interaction::read(Value::from_json(json, "").unwrap(), "").unwrap();
            let before = FINISHED.get();
            (recommender.observe(interaction), FINISHED.get() - before)
        };
        assert_eq!(hashed(r#"{"id":"e","user":"u","item":"a","kind":"click","at":1}"#), (true, 3));
        assert_eq!(hashed(r#"{"id":"e","user":"u","item":"a","kind":"click","at":1}"#), (false, 1));
        assert_eq!(hashed(r#"{"user":"u","item":"a","kind":"click","at":1}"#), (true, 1));
    }
}
