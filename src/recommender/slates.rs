//! Slates as numbers: the picks of many users at one moment, written to the caller's lists without text.

use crate::base::error::{Code, Error, Result};
use crate::base::index::{DenseIndex, UserIndex};
use crate::base::random::Random;
use crate::base::time::Time;
use crate::base::value::display_number;
use crate::slate::fill_slate;

use super::Recommender;
use super::decision::Decision;
use super::eligible_request::Overrides;
use super::request::{MAX_COUNT, Request};
use super::scored_request::ScoredRequest;

/// Item number of an empty slot, and user number of an unknown id.
pub const NOTHING: i32 = -1;

impl Recommender {
    /// The ids of all items, also of items that only interactions name: an item's number is its position.
    pub fn item_ids(&self) -> impl Iterator<Item = &str> {
        self.world().library.ids.names()
    }

    /// Returns the number of each user; [`NOTHING`] for an unknown id.
    pub fn user_numbers(&self, ids: &[String]) -> Vec<i32> {
        let ids = ids.iter().map(|id| self.world().users.ids.get(id));
        ids.map(|user| user.map_or(NOTHING, |user| user.0 as i32)).collect()
    }

    /// Writes the slates of some users at one moment: `count` item numbers and scores a user, in the order of `users`.
    /// Empty slots get [`NOTHING`] and the score 0. Each slate is that of [`Self::recommend`] for the same user, time and
    /// count. Only caches change.
    ///
    /// ```
    /// use nextpick::{Item, Recommender, User, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?, Item::builder("b").hidden(true).build()?]);
    /// recommender.put_users(vec![User::builder("u").build()?]);
    /// let users = recommender.user_numbers(&["u".into()]);
    /// let (mut items, mut scores) = ([7; 2], [7.0; 2]);
    /// recommender.recommend_into(&users, 1_774_958_400_000, 2, &mut items, &mut scores)?;
    /// assert_eq!(items, [0, -1]);
    /// assert_eq!(recommender.item_ids().next(), Some("a"));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Invalid`] for a number that is no user's, a count out of range, or lists that are too short;
    /// [`Code::NotFinite`] for a score; those of [`Self::recommend`].
    pub fn recommend_into(
        &mut self,
        users: &[i32],
        now: Time,
        count: usize,
        items: &mut [i32],
        scores: &mut [f64],
    ) -> Result<()> {
        if !(1..=MAX_COUNT as usize).contains(&count) {
            let rule = format!("a whole number from 1 to {MAX_COUNT}");
            return Err(Error::invalid("count", rule, count.to_string()));
        }
        for (path, length) in [("items", items.len()), ("scores", scores.len())] {
            if length < users.len() * count {
                let rule = format!("at least users × count = {} elements", users.len() * count);
                return Err(Error::invalid(path, rule, length.to_string()));
            }
        }
        if let Some(n) = users.iter().position(|&number| self.user_of_number(number).is_none()) {
            let rule = "the number of a known user, from userNumbers";
            return Err(Error::invalid(&format!("users[{n}]"), rule, users[n].to_string()));
        }
        let mut request = Request { now, count, ..Request::default() };
        let slots = items.chunks_exact_mut(count).zip(scores.chunks_exact_mut(count));
        for (n, (&number, (items, scores))) in users.iter().zip(slots).enumerate() {
            request.user = self.user_of_number(number).map(str::to_owned);
            items.fill(NOTHING);
            scores.fill(0.0);
            let mut write = |_: &mut Decision, scored: ScoredRequest| scored.write_slate(items, scores);
            self.score(&request, &Overrides::default(), false, None, &mut write)?;
            if let Some(rank) = scores.iter().position(|score| !score.is_finite()) {
                let path = format!("scores[{}]", n * count + rank);
                return Err(Error::new(Code::NotFinite, &path, "a finite number", display_number(scores[rank])));
            }
        }
        Ok(())
    }

    /// Returns the id of a user's number; `None` for unknown numbers.
    fn user_of_number(&self, number: i32) -> Option<&str> {
        let names = &self.world().users.ids;
        let index = usize::try_from(number).ok().filter(|&index| index < names.len())?;
        Some(names.name(UserIndex::from_usize(index))).filter(|name| !name.is_empty())
    }
}

impl ScoredRequest<'_> {
    /// Fills the slate and writes it to the first slots.
    fn write_slate(mut self, items: &mut [i32], scores: &mut [f64]) {
        let mut random = Random::new(self.seed);
        let slate = fill_slate(&self.candidates, &self.options, &mut self.limits, &mut random);
        for ((chosen, item), score) in slate.iter().zip(items).zip(scores) {
            *item = self.candidates.items[chosen.candidate].0 as i32;
            *score = chosen.score(self.candidates.utilities);
        }
    }
}
