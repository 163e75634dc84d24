//! Explanation of one named item: its place among all candidates and its distance to the decision's first pick, or the
//! rule that refuses it.

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::index::ItemIndex;
use crate::base::value::quoted;
use crate::eligibility::{Refused, RuleContext, refusal};
use crate::slate::reason::{Reason, sort_by_size};
use crate::slate::{Candidates, SlateItem};

use super::Recommender;
use super::decision::{Decision, Recommendation, RefusedItem, Silent, refused};
use super::request::{Options, Request};

/// The standing of one item in a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemExplanation {
    /// The item's id.
    pub item: String,
    /// The id of the request's decision.
    pub decision: String,
    /// Number of candidates; 0 in a silence.
    pub candidates: usize,
    /// The rule that forbids sending anything; only the fields above are present then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent: Option<Silent>,
    /// The first rule that refuses the item, `removed` if it is not in the library; the fields below are present only
    /// without a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedItem>,
    /// Place among all candidates, from 1: pinned items first, then by score, then by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Utility, before any diversity penalty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// The attribution: amounts sum to the score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// The decision's first pick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<ChosenItem>,
    /// The item's score less that of the first pick, by code of reason; largest absolute amount first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Reason>,
}

/// The first pick of a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChosenItem {
    /// The item's id.
    pub item: String,
    /// Its utility.
    pub score: f64,
}

/// A question that is answered while a request is decided: about one item, or only about eligibility.
#[derive(Debug, Default)]
pub(super) struct Inquiry {
    item: Option<ItemIndex>,
    /// Number of eligible items.
    pub(super) candidates: usize,
    refusal: Option<RefusedItem>,
    rank: usize,
    /// The item as an additional pick.
    pick: Option<Recommendation>,
}

impl Inquiry {
    /// Records the eligible items. Returns false if the answer needs no scores.
    pub(super) fn needs_scores(&mut self, context: &RuleContext, items: &[ItemIndex]) -> bool {
        self.candidates = items.len();
        let Some(item) = self.item else { return false };
        let refusal = refusal(context, item);
        self.refusal = refusal.map(|refusal| refused(context.state.world, &Refused { item, refusal }));
        self.refusal.is_none()
    }

    /// Ranks the item; returns it as an additional slot.
    pub(super) fn slot(&mut self, candidates: &Candidates) -> Option<SlateItem> {
        let candidate = candidates.items.binary_search(&self.item?).ok()?;
        let is_pinned = |candidate: usize| candidates.pinned.contains(&candidate);
        let pinned = is_pinned(candidate);
        let score = |candidate: usize| candidates.utilities[candidate];
        let precedes = |&other: &usize| match (is_pinned(other), pinned) {
            (true, false) => true,
            (false, true) => false,
            _ => candidates.order(other, score(other), candidate, score(candidate)).is_lt(),
        };
        self.rank = 1 + (0..candidates.items.len()).filter(precedes).count();
        Some(SlateItem { candidate, propensity: 0.0, penalty: None, pinned })
    }

    /// Takes the additional slot out of the picks.
    pub(super) fn take_pick(&mut self, decision: &mut Decision) {
        self.pick = if self.rank > 0 { decision.picks.pop() } else { None };
    }
}

impl Recommender {
    /// Explains the standing of one item in the decision of a request: its place among all candidates, its score, and
    /// its difference to the first pick; or the rule that refuses it.
    ///
    /// ```
    /// use nextpick::{Item, Recommender, Request, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// let item = |id: &str, hidden: bool| Item::builder(id).hidden(hidden).build();
    /// recommender.put_items(vec![item("a", false)?, item("b", false)?, item("c", true)?]);
    /// let request = Request::to_user("u1", 1_774_958_400_000).build()?;
    /// let explanation = recommender.explain_item(&request, "b")?;
    /// assert_eq!((explanation.rank, explanation.candidates), (Some(2), 2));
    /// assert_eq!(explanation.chosen.unwrap().item, "a");
    /// assert_eq!(recommender.explain_item(&request, "c")?.refused.unwrap().rule, "hidden");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Self::recommend`], and [`Code::Unknown`] for an item id that was never named.
    pub fn explain_item(&mut self, request: &Request, item: &str) -> Result<ItemExplanation> {
        let Some(index) = self.engine.world.library.ids.get(item) else {
            return Err(Error::new(Code::Unknown, "item", "an item that is known", quoted(item)));
        };
        let mut inquiry = Inquiry { item: Some(index), ..Inquiry::default() };
        let mut decision = self.decide(request, Options::default(), Some(&mut inquiry))?;
        let pick = inquiry.pick;
        let chosen = (!decision.picks.is_empty()).then(|| decision.picks.swap_remove(0));
        Ok(ItemExplanation {
            item: item.to_owned(),
            decision: decision.id,
            candidates: inquiry.candidates,
            silent: decision.silent,
            refused: inquiry.refusal,
            rank: pick.is_some().then_some(inquiry.rank),
            score: pick.as_ref().map(|pick| pick.score),
            differences: match (&pick, &chosen) {
                (Some(pick), Some(chosen)) => differences(&pick.reasons, &chosen.reasons),
                _ => Vec::new(),
            },
            reasons: pick.map(|pick| pick.reasons).unwrap_or_default(),
            chosen: chosen.map(|chosen| ChosenItem { item: chosen.item, score: chosen.score }),
        })
    }
}

/// Returns the sums of `of` less those of `than`, by code.
fn differences(of: &[Reason], than: &[Reason]) -> Vec<Reason> {
    let mut differences: Vec<Reason> = Vec::new();
    for (reasons, sign) in [(of, 1.0), (than, -1.0)] {
        for reason in reasons {
            let amount = sign * reason.amount;
            match differences.iter_mut().find(|difference| difference.code == reason.code) {
                Some(difference) => difference.amount += amount,
                None => differences.push(Reason::plain(reason.code, amount)),
            }
        }
    }
    differences.retain(|difference| difference.amount != 0.0);
    sort_by_size(&mut differences);
    differences
}
