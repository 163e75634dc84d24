//! A block: up to eight users whose sums over all items are computed at once.

use std::sync::Arc;

use nextpick_kernel::lanes::{self, CLASSES, LANES, Lanes, PairLogs};

use crate::base::index::ItemIndex;
use crate::features::neighbours::STEEPNESS;
use crate::features::{Family, Form, PreparedSubject};

use super::super::scorer::Workspace;
use super::bounds::Terms;
use super::directions::{Directions, DirectionsKey};
use super::found::Found;
use super::joined_rows::JoinedRows;
use super::utility_curve::UtilityCurve;
use super::{LONGEST, Shortlist, ShortlistQuery};

/// Items whose sums are computed at once: they stay in the cache.
const CHUNK: usize = 512;

/// Most facet values of all profiles of a block: 64 MB.
const MOST_VALUES: usize = 1 << 21;

/// Sum of logarithms of co-occurrence that the curve leaves room for, per unit of weight.
const USUAL_LOGS: f64 = 8.0;

/// Buffers of a block, and the prepared subjects of its users.
#[derive(Debug, Default)]
pub struct Block {
    subjects: [PreparedSubject; LANES],
    rows: Option<JoinedRows>,
    directions: Option<(DirectionsKey, Arc<Directions>)>,
    /// By direction: folded profiles by facet.
    profiles: Vec<Vec<Lanes>>,
    /// By direction: sums of a chunk.
    sums: Vec<Vec<Lanes>>,
    /// Utilities of a chunk, and their sizes.
    pairs: [Vec<Lanes>; 2],
    /// Logarithms of co-occurrence of one lane in a chunk.
    logs: PairLogs,
    curve: Option<UtilityCurve>,
}

impl Block {
    /// Exchanges the subject prepared in a workspace for that of a lane, so that it is not prepared again.
    pub fn hand_subject(&mut self, lane: usize, work: &mut Workspace) {
        work.exchange_subject(&mut self.subjects[lane]);
    }

    /// Returns the shortlist of each user; `open` are the items that may be eligible, ascending. `None` for users
    /// without a proof.
    pub fn shortlists(
        &mut self,
        work: &mut Workspace,
        open: &[ItemIndex],
        queries: &[ShortlistQuery],
    ) -> Vec<Option<Shortlist>> {
        let Some(first) = queries.first() else { return Vec::new() };
        let directions = Directions::update(&mut self.directions, &first.scorer, work);
        let facets = first.scorer.context.facet_matrix.facets();
        if facets * directions.all.len() > MOST_VALUES {
            return vec![None; queries.len()];
        }
        let mut found = Found::new(directions.all.len());
        self.prepare(work, &directions, queries, open, &mut found);
        self.evaluate(work, &directions, queries, open, &mut found);
        let curve = self.curve.as_ref().filter(|_| directions.is_one);
        let lanes = queries.iter().enumerate();
        lanes.map(|(lane, query)| found.shortlist(lane, &directions, curve, query.slots, open)).collect()
    }

    /// Prepares the subjects and folds their profiles.
    fn prepare(
        &mut self,
        work: &mut Workspace,
        directions: &Directions,
        queries: &[ShortlistQuery],
        open: &[ItemIndex],
        found: &mut Found,
    ) {
        let context = &queries[0].scorer.context;
        let facets = context.facet_matrix.facets();
        self.profiles.resize_with(self.profiles.len().max(directions.all.len()), Vec::new);
        for profile in &mut self.profiles[..directions.all.len()] {
            lanes::zero(profile, facets);
        }
        let rows = JoinedRows::update(&mut self.rows, context);
        let (item_only, _) = queries[0].scorer.item_only_scores(work, true);
        let item_only: Vec<f64> = item_only.iter().map(|scores| lanes::largest_of(scores, open)).collect();
        for (lane, query) in queries.iter().enumerate() {
            self.subjects[lane].prepare(&query.scorer.context, query.to, query.request, directions.families);
            for (n, direction) in directions.all.iter().enumerate() {
                let weights = |family: Family| &direction.weights[work.table.range(family)];
                let mut squares = [0.0; CLASSES];
                let profile = &mut self.profiles[n];
                self.subjects[lane].fold(directions.families, weights, &rows.classes, lane, profile, &mut squares);
                let near = weights(Family::Neighbours);
                found.terms[lane][n] = Terms {
                    item_only: item_only[n],
                    // Two profiles of one facet: the length of a sum is at most √2 times that of both.
                    profile: std::f64::consts::SQRT_2 * squares.map(f64::sqrt).iter().sum::<f64>(),
                    log_weights: [near[0].abs(), near[1].abs()],
                    longest_row: rows.rows.longest() as f64,
                    weights: direction.weights.iter().map(|weight| weight.abs()).sum(),
                    ..Terms::default()
                };
            }
        }
        self.sums.resize_with(self.sums.len().max(directions.all.len()), Vec::new);
        if directions.is_one {
            let room = |terms: &Terms| {
                terms.item_only + terms.profile + USUAL_LOGS * terms.log_weights.iter().sum::<f64>() + 1.0
            };
            let room = found.terms[..queries.len()].iter().map(|terms| room(&terms[0])).fold(0.0, f64::max);
            UtilityCurve::update(&mut self.curve, &directions.kinds, -room, room);
        }
    }

    /// Computes the sums and utilities of all items, chunk by chunk.
    fn evaluate(
        &mut self,
        work: &mut Workspace,
        directions: &Directions,
        queries: &[ShortlistQuery],
        open: &[ItemIndex],
        found: &mut Found,
    ) {
        let refused: Vec<Vec<u32>> = queries.iter().map(|query| missing(open, query.eligible)).collect();
        let mut next_refused = [0; LANES];
        let mut thresholds = [f32::INFINITY; LANES];
        thresholds[..queries.len()].fill(f32::NEG_INFINITY);
        for (start, items) in (0..).step_by(CHUNK).zip(open.chunks(CHUNK)) {
            self.add_sums(work, directions, queries, items, found);
            if directions.is_one {
                self.raise_range(found);
            } else {
                self.add_utilities(directions, queries, items, found);
            }
            let steps = self.curve.as_ref().map(UtilityCurve::steps);
            let steps = steps.as_ref().filter(|_| directions.is_one);
            let [utilities, sizes] = &mut self.pairs;
            let ranked = if directions.is_one { &mut self.sums[0] } else { utilities };
            if start == 0 {
                found.pivots = steps.map_or(ranked[0], |steps| steps.at(&ranked[0])[0]);
            }
            let Found { moments, pivots, .. } = found;
            match steps {
                Some(steps) => lanes::add_interpolated(ranked, *steps, pivots, moments),
                None => lanes::add_moments(ranked, sizes, pivots, moments),
            }
            for (lane, refused) in refused.iter().enumerate() {
                let next = &mut next_refused[lane];
                while let Some(&position) = refused.get(*next).filter(|at| (**at as usize) < start + items.len()) {
                    let n = position as usize - start;
                    let [values, sizes] = steps.map_or_else(|| [ranked[n], sizes[n]], |steps| steps.at(&ranked[n]));
                    moments[lane].remove(values[lane] - pivots[lane], sizes[lane]);
                    ranked[n][lane] = f32::NEG_INFINITY;
                    *next += 1;
                }
            }
            lanes::offer(ranked, start, LONGEST + 1, &mut thresholds, &mut found.leaders);
        }
    }

    /// Computes the sums of a chunk in each direction.
    fn add_sums(
        &mut self,
        work: &mut Workspace,
        directions: &Directions,
        queries: &[ShortlistQuery],
        items: &[ItemIndex],
        found: &mut Found,
    ) {
        let (item_only, _) = queries[0].scorer.item_only_scores(work, true);
        let rows = &self.rows.as_ref().expect("joined before").rows;
        for (n, scores) in item_only.iter().enumerate() {
            let sums = &mut self.sums[n];
            sums.resize(items.len(), [0.0; LANES]);
            lanes::spread(scores, items, sums);
            rows.add_products(&self.profiles[n], items, sums);
        }
        if directions.families.includes(Family::Neighbours) {
            self.add_logs(work, directions, queries, items, found);
        }
        let (columns, is_kind) = (directions.of_form(Form::Columns), Family::is_per_kind);
        if columns.iter().next().is_none() {
            return;
        }
        for (lane, query) in queries.iter().enumerate() {
            let (context, subject) = (&query.scorer.context, &self.subjects[lane]);
            work.table.fill(context, subject, items, columns);
            for (n, direction) in directions.all.iter().enumerate() {
                if columns.iter().any(is_kind) {
                    work.table.fill_kind(context, subject, direction.kind, items, columns);
                }
                let weights =
                    work.table.live().map(|column| (direction.weights[column], &work.table.columns[column].values[..]));
                let weighted: Vec<(f64, &[f64])> = weights.filter(|(weight, _)| *weight != 0.0).collect();
                if !weighted.is_empty() {
                    let most = &mut found.terms[lane][n].columns;
                    *most = lanes::add_columns(&weighted, lane, &mut self.sums[n], *most);
                }
            }
        }
    }

    /// Adds the logarithms of co-occurrence.
    fn add_logs(
        &mut self,
        work: &Workspace,
        directions: &Directions,
        queries: &[ShortlistQuery],
        items: &[ItemIndex],
        found: &mut Found,
    ) {
        let norms = queries[0].scorer.context.state.memory.neighbours().norms();
        let range = work.table.range(Family::Neighbours);
        for (subject, lane) in self.subjects[..queries.len()].iter().zip(0..) {
            let scores = subject.neighbours().scores();
            if scores.is_empty() {
                continue;
            }
            self.logs.gather(scores, norms, STEEPNESS, items);
            for (n, direction) in directions.all.iter().enumerate() {
                let terms = &mut found.terms[lane][n];
                terms.logs = self.logs.largest(terms.logs);
                let weights = &direction.weights[range.clone()];
                self.logs.add_to([weights[0] as f32, weights[1] as f32], lane, &mut self.sums[n]);
            }
        }
    }

    /// Widens the range of each lane to its sums.
    fn raise_range(&self, found: &mut Found) {
        let [least, most] = &mut found.range;
        lanes::lower(least, &self.sums[0]);
        lanes::raise(most, &self.sums[0]);
    }

    /// Computes the utilities of a chunk from the log-odds of each kind.
    fn add_utilities(
        &mut self,
        directions: &Directions,
        queries: &[ShortlistQuery],
        items: &[ItemIndex],
        found: &mut Found,
    ) {
        let values = queries[0].scorer.context.facet_matrix.values();
        let of_items: Vec<f32> = items.iter().map(|item| values[item.as_usize()] as f32).collect();
        let ones = [1.0; CHUNK];
        let [utilities, sizes] = &mut self.pairs;
        for numbers in [&mut *utilities, &mut *sizes] {
            lanes::zero(numbers, items.len());
        }
        // One direction for all kinds, or one for each.
        for (kind, sums) in directions.kinds.iter().zip(self.sums[..directions.all.len()].iter().cycle()) {
            let values = if kind.uses_value { &of_items[..] } else { &ones[..] };
            let log_odds = [kind.bias as f32, kind.scale as f32];
            lanes::add_worth(sums, log_odds, kind.worth as f32, values, utilities, sizes);
        }
        lanes::raise(&mut found.range[1], sizes);
    }
}

/// Returns the positions in `open` of the items that are not in `eligible`; both ascend, and `open` has all items.
pub(super) fn missing(open: &[ItemIndex], eligible: &[ItemIndex]) -> Vec<u32> {
    let mut missing = Vec::new();
    let mut position = 0;
    while missing.len() + eligible.len() < open.len() {
        // Up to the next missing item, the lists are equal.
        let rest = &eligible[position - missing.len()..];
        let (mut equal, mut differs) = (0, rest.len());
        while equal < differs {
            let middle = (equal + differs) / 2;
            if rest[middle] == open[position + middle] { equal = middle + 1 } else { differs = middle }
        }
        position += equal;
        missing.push(position as u32);
        position += 1;
    }
    missing
}
