//! Propensities: the whole distribution from which a policy draws the item of one slot.

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::value::quoted;
use crate::slate::filling::SlateFilling;

use super::Recommender;
use super::eligible_request::Overrides;
use super::request::Request;
use super::scored_request::ScoredRequest;

/// The distribution of the item of one slot, one entry per eligible item in each list.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Propensities {
    /// Item ids; empty where nothing may be sent.
    pub items: Vec<String>,
    /// Probability of each, 0 to 1; they sum to 1 within 1e-12, or are all 0 if no item may fill the slot. Placed items
    /// have 0.
    pub propensities: Vec<f64>,
    /// Utility of each before the diversity penalty, in weights of kinds.
    pub utilities: Vec<f64>,
}

impl Recommender {
    /// Returns the probability of every eligible item for the slot after `placed`, the items of the earlier slots in
    /// order. Only caches change.
    ///
    /// ```
    /// use nextpick::{Item, Policy, Recommender, Request, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?, Item::builder("b").build()?]);
    /// let policy = Value::record([("type", "epsilon-greedy")]);
    /// let request = Request::to_user("u1", 1_774_958_400_000).count(2).policy(policy).build()?;
    /// let first = recommender.propensities(&request, &[])?;
    /// assert_eq!(first.items, ["a", "b"]);
    /// let percent: Vec<f64> = first.propensities.iter().map(|chance| (chance * 100.0).round()).collect();
    /// assert_eq!(percent, [95.0, 5.0]);
    /// let second = recommender.propensities(&request, &["a".into()])?;
    /// assert_eq!(second.propensities, [0.0, 1.0]);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Unknown`] for a placed item that is not eligible; [`Code::Invalid`] for one that is placed twice, or as
    /// many as the request has slots; those of [`Self::recommend`].
    pub fn propensities(&mut self, request: &Request, placed: &[String]) -> Result<Propensities> {
        if placed.len() >= request.count {
            let rule = format!("fewer items than the request's {} slots", request.count);
            return Err(Error::invalid("placed", rule, placed.len().to_string()));
        }
        let mut found = Ok(Propensities::default());
        self.score(request, &Overrides::default(), false, None, &mut |_, scored| found = scored.propensities(placed))?;
        found
    }
}

impl ScoredRequest<'_> {
    fn propensities(mut self, placed: &[String]) -> Result<Propensities> {
        let ids = &self.world.library.ids;
        let candidates = &self.candidates;
        let mut filling = SlateFilling::new(candidates, &self.options, &mut self.limits);
        for (n, id) in placed.iter().enumerate() {
            let path = || format!("placed[{n}]");
            let candidate = ids.get(id).and_then(|item| candidates.items.binary_search(&item).ok());
            let candidate = candidate
                .ok_or_else(|| Error::new(Code::Unknown, &path(), "an item that is eligible now", quoted(id)))?;
            if placed[..n].contains(id) {
                return Err(Error::invalid(&path(), "each item once", quoted(id)));
            }
            filling.place(candidate);
        }
        let mut propensities = vec![0.0; candidates.items.len()];
        if let Some(slot) = filling.open_slot() {
            slot.candidates.iter().zip(slot.probabilities).for_each(|(&one, chance)| propensities[one] = chance);
        }
        Ok(Propensities {
            items: candidates.items.iter().map(|&item| ids.name(item).to_owned()).collect(),
            propensities,
            utilities: candidates.utilities.to_vec(),
        })
    }
}
