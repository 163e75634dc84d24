//! Many decisions over one state: users of one moment, objective and model are scored together.
//!
//! Each decision equals that of [`Recommender::recommend`] to the last bit, independently of the other requests.

use crate::base::error::Result;
use crate::base::index::{GroupIndex, ItemIndex};
use crate::engine::EngineView;
use crate::scoring::shortlist::{LANES, MOST_SLOTS, Shortlist, ShortlistQuery};
use crate::slate::Omitted;
use crate::slate::policy::Policy;

use super::Recommender;
use super::decision::Decision;
use super::eligible_request::{EligibleRequest, Moment, Overrides};
use super::request::{Options, Request};

/// Fewest eligible items of a user that is scored with others: for fewer, exact utilities take no longer.
const FEWEST_ITEMS: usize = 128;

/// Fewest users that are scored together: for fewer, exact utilities take no longer.
const FEWEST_USERS: usize = 2;

impl Recommender {
    /// Decides many requests over the same state, as [`Self::recommend`] decides each. Only caches change.
    ///
    /// ```
    /// use nextpick::{Item, Options, Recommender, Request, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?, Item::builder("b").build()?]);
    /// let request = |user| Request::to_user(user, 1_774_958_400_000).build();
    /// let requests = [request("u1")?, request("u2")?];
    /// let decisions = recommender.recommend_all(&requests, Options::default());
    /// let first = recommender.recommend(&requests[0], Options::default())?;
    /// assert_eq!(decisions[0].as_ref().unwrap().id, first.id);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// One result per request, with the errors of [`Self::recommend`].
    pub fn recommend_all<'a>(
        &mut self,
        requests: impl IntoIterator<Item = &'a Request>,
        options: Options,
    ) -> Vec<Result<Decision>> {
        let requests: Vec<&Request> = requests.into_iter().collect();
        let mut decisions = Vec::with_capacity(requests.len());
        for of_moment in requests.chunk_by(|a, b| a.now == b.now) {
            self.keep_member_sums(of_moment);
            for block in of_moment.chunks(LANES) {
                match block {
                    [request] => decisions.push(self.recommend(request, options)),
                    _ => self.decide_block(block, options, &mut decisions),
                }
            }
        }
        self.engine.drop_member_sums();
        decisions
    }

    /// Prepares to keep the sums of members that several groups of these requests have in common.
    fn keep_member_sums(&mut self, requests: &[&Request]) {
        let to_groups = requests.iter().filter(|request| request.user.is_none());
        let groups = &self.engine.world.groups;
        let groups: Vec<GroupIndex> =
            to_groups.filter_map(|request| groups.ids.get(request.group.as_deref()?)).collect();
        self.engine.keep_member_sums(&groups);
    }

    /// Decides up to eight requests of one moment.
    fn decide_block(&mut self, requests: &[&Request], options: Options, decisions: &mut Vec<Result<Decision>>) {
        let checked: Vec<Result<()>> = requests.iter().map(|request| self.check(request)).collect();
        let valid: Vec<&Request> =
            requests.iter().zip(&checked).filter(|(_, checked)| checked.is_ok()).map(|(request, _)| *request).collect();
        let mut answers = if valid.is_empty() { Vec::new() } else { self.decide_valid(&valid, options) }.into_iter();
        let all = checked.into_iter().map(|checked| checked.and_then(|()| answers.next().expect("one per request")));
        decisions.extend(all);
    }

    fn decide_valid(&mut self, requests: &[&Request], options: Options) -> Vec<Result<Decision>> {
        let (mut moment, variants) = self.moment(requests);
        let overrides = Overrides::default();
        let mut begun: Vec<Result<(Decision, Option<EligibleRequest>)>> = Vec::with_capacity(requests.len());
        for (request, variants) in requests.iter().zip(variants) {
            begun.push(EligibleRequest::new(&moment, request, variants, &overrides, options.explain, None));
        }
        let mut open = Vec::new();
        moment.view.availability.open(moment.view.state.now, &[], &mut open);
        let mut waiting: Vec<(&mut Decision, EligibleRequest)> = Vec::new();
        for (decision, eligible) in begun.iter_mut().flatten() {
            waiting.extend(eligible.take().map(|eligible| (decision, eligible)));
        }
        let suits = |one: &EligibleRequest, moment: &Moment| one.suits_shortlist(moment, open.len());
        let (mut waiting, alone): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, one)| suits(one, &moment));
        alone.into_iter().for_each(|(decision, one)| one.fill(&mut moment, decision, options));
        while let Some((_, first)) = waiting.first() {
            let (objective, model, weights) = (first.objective.clone(), first.model, first.family_weights);
            let is_like_first = |one: &EligibleRequest| {
                one.objective == objective && (one.model, one.family_weights) == (model, weights)
            };
            let (block, others) = waiting.into_iter().partition(|(_, one)| is_like_first(one));
            moment.fill_block(block, &open, options);
            waiting = others;
        }
        let finish = |(decision, _): (Decision, _)| decision.check_finite().map(|()| decision);
        begun.into_iter().map(|begun| begun.and_then(finish)).collect()
    }
}

impl Moment<'_> {
    /// Fills the slates of users who are scored together: from shortlists where these prove the picks, else from all items.
    fn fill_block(&mut self, block: Vec<(&mut Decision, EligibleRequest)>, open: &[ItemIndex], options: Options) {
        let shortlists = match block.len() < FEWEST_USERS {
            true => vec![None; block.len()],
            false => {
                let queries: Vec<ShortlistQuery> =
                    block.iter().map(|(_, one)| one.shortlist_query(&self.view)).collect();
                self.view.block.shortlists(self.view.workspace, open, &queries)
            }
        };
        for (lane, ((decision, one), shortlist)) in block.into_iter().zip(shortlists).enumerate() {
            self.view.block.hand_subject(lane, self.view.workspace);
            let is_filled = shortlist.is_some_and(|list| one.fill_from_shortlist(self, decision, &list, options));
            if !is_filled {
                one.fill(self, decision, options);
            }
        }
    }
}

impl<'a> EligibleRequest<'a> {
    /// True if its slate may be filled from a shortlist: of a user, by the greedy policy, without limits.
    fn suits_shortlist(&self, moment: &Moment<'a>, open: usize) -> bool {
        let items = self.items.len();
        let is_usual = self.to.is_user && self.policy == Policy::Greedy && self.request.count <= MOST_SLOTS;
        is_usual && items >= FEWEST_ITEMS && 4 * items >= open && self.limits(moment).is_empty()
    }

    fn shortlist_query<'b>(&'b self, view: &EngineView<'a>) -> ShortlistQuery<'b> {
        let (scorer, slots) = (self.scorer(view), self.request.count);
        ShortlistQuery { scorer, to: self.visible, request: &self.context, eligible: &self.items, slots }
    }

    /// Fills the slate from all eligible items.
    fn fill(&self, moment: &mut Moment, decision: &mut Decision, options: Options) {
        self.score(moment, &self.items, None, &mut |scored| scored.fill(decision, options.reasons));
    }

    /// Fills the slate from a shortlist; false if it proves no slate.
    fn fill_from_shortlist(
        &self,
        moment: &mut Moment,
        decision: &mut Decision,
        shortlist: &Shortlist,
        options: Options,
    ) -> bool {
        let spread = match self.options(moment.config).needs_penalty() {
            true => shortlist.spread,
            false => Some(0.0),
        };
        let Some(spread) = spread else { return false };
        let pinned = moment.view.availability.pinned().iter().copied();
        let pinned: Vec<ItemIndex> = pinned.filter(|item| self.items.binary_search(item).is_ok()).collect();
        shortlist.attempts(&pinned).any(|(items, most)| {
            let mut is_filled = false;
            self.score(moment, &items, None, &mut |scored| {
                is_filled = scored.fill_from_some(decision, Omitted { spread, most }, options.reasons);
            });
            is_filled
        })
    }
}
