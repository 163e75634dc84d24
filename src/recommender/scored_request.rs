//! Phase 4 of a decision: the utilities of the eligible items, and the input for filling the slate.

use crate::base::error::Result;
use crate::base::index::ItemIndex;
#[cfg(feature = "study")]
use crate::engine::config::Config;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::slate::quota::SlateLimits;
use crate::slate::{Candidates, SlateOptions};
use crate::world::World;
use crate::world::facet::FacetProfile;
#[cfg(feature = "study")]
use crate::world::recipient::Recipient;

use super::Recommender;
use super::decision::Decision;
use super::eligible_request::{EligibleRequest, Moment, Overrides};
use super::explain_item::Inquiry;
use super::ranked::ScoredItems;
use super::request::Request;

/// A request with scored eligible items, and the input for filling its slate.
pub(super) struct ScoredRequest<'a> {
    pub(super) world: &'a World,
    #[cfg(feature = "study")]
    pub(super) config: &'a Config,
    /// The recipient as the models see it; its user is absent after an opt-out.
    #[cfg(feature = "study")]
    pub(super) to: Recipient,
    /// True if it goes to a user.
    pub(super) is_to_user: bool,
    pub(super) context: &'a FacetProfile,
    pub(super) scorer: &'a Scorer<'a>,
    pub(super) work: &'a mut Workspace,
    pub(super) scored: &'a ScoredItems,
    pub(super) candidates: Candidates<'a>,
    pub(super) options: SlateOptions,
    pub(super) limits: SlateLimits<'a>,
    /// Seed of policies that draw.
    pub(super) seed: u64,
    /// A question about one item.
    pub(super) inquiry: Option<&'a mut Inquiry>,
}

impl Recommender {
    /// Scores the eligible items of a request and passes them to `finish`, unless nothing may be sent or an inquiry needs
    /// no scores. `explain` lists the refused items. Only caches change.
    ///
    /// # Errors
    /// Names an unknown objective or kind, or the limit that the request's work exceeds.
    pub(super) fn score(
        &mut self,
        request: &Request,
        overrides: &Overrides,
        explain: bool,
        mut inquiry: Option<&mut Inquiry>,
        finish: &mut dyn FnMut(&mut Decision, ScoredRequest),
    ) -> Result<Decision> {
        self.check(request)?;
        let (mut moment, mut variants) = self.moment(&[request]);
        let variants = variants.pop().expect("those of the request");
        let (mut decision, eligible) =
            EligibleRequest::new(&moment, request, variants, overrides, explain, inquiry.as_deref_mut())?;
        if let Some(eligible) = eligible {
            eligible.score(&mut moment, &eligible.items, inquiry, &mut |scored| finish(&mut decision, scored));
        }
        Ok(decision)
    }
}

impl EligibleRequest<'_> {
    /// Scores some of the eligible items, ascending, and passes them to `finish`.
    pub(super) fn score(
        &self,
        moment: &mut Moment,
        items: &[ItemIndex],
        inquiry: Option<&mut Inquiry>,
        finish: &mut dyn FnMut(ScoredRequest),
    ) {
        let limits = self.limits(moment);
        let (config, view) = (moment.config, &mut moment.view);
        let scorer = self.scorer(view);
        let (world, work) = (view.state.world, &mut *view.workspace);
        let scored = ScoredItems::new(&scorer, work, self.visible, &self.context, items, config);
        let pinned = view.availability.pinned().iter();
        let pinned: Vec<usize> = pinned.filter_map(|item| items.binary_search(item).ok()).collect();
        let std_devs = match self.policy.needs_std_devs() {
            true => scored.std_devs(&scorer, work, &self.context, items),
            false => Vec::new(),
        };
        let candidates = Candidates {
            items,
            utilities: &scored.utilities,
            std_devs: &std_devs,
            pinned: &pinned,
            ids: &world.library.ids,
            facet_matrix: view.facets,
        };
        finish(ScoredRequest {
            world,
            #[cfg(feature = "study")]
            config,
            #[cfg(feature = "study")]
            to: self.visible,
            is_to_user: self.to.is_user,
            context: &self.context,
            scorer: &scorer,
            work,
            scored: &scored,
            candidates,
            options: self.options(config),
            limits,
            seed: self.seed,
            inquiry,
        });
    }
}
