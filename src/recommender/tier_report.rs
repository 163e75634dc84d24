//! Number of users per tier, and of moves between tiers.

use serde::Serialize;

use crate::base::error::Result;
use crate::base::id;
use crate::base::index::UserIndex;
use crate::base::time::{self, Time};
use crate::base::value::{Fields, Value};
use crate::memory::tier::Standing;

use super::Recommender;

/// A request for a report.
#[derive(Debug, Clone, PartialEq)]
pub struct TierReportRequest {
    now: Time,
    since: Option<Time>,
    group: Option<String>,
}

impl TierReportRequest {
    /// Reads `{ now, since?, group? }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            now: fields.required("now", time::time)?,
            since: fields.optional("since", time::time)?,
            group: fields.optional("group", id::id)?,
        };
        fields.finish()?;
        Ok(request)
    }
}

/// Number of users per tier.
#[derive(Debug, PartialEq, Serialize)]
pub struct TierReport<'a> {
    /// From the highest level to the lowest, then `newcomer`.
    tiers: Vec<TierCount<'a>>,
    /// Users without a tier: users who opted out of profiling; all users before the first operations.
    untiered: usize,
    /// Users whose tier changed since the earlier moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    moves: Option<Vec<Move<'a>>>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TierCount<'a> {
    name: &'a str,
    users: usize,
    mean_activity: f64,
    mean_value: f64,
}

#[derive(Debug, PartialEq, Serialize)]
struct Move<'a> {
    from: &'a str,
    to: &'a str,
    users: usize,
}

impl Recommender {
    /// Counts the users per tier, of one group or of all, and with an earlier moment the users who moved between tiers.
    /// Each moment counts only the interactions before it.
    pub fn tier_report(&mut self, request: &TierReportRequest) -> TierReport<'_> {
        self.clock.advance(request.now);
        let latest = request.since.map_or(request.now, |since| since.max(request.now));
        self.engine.advance(latest);
        self.refresh_operations();
        let (world, memory) = (&*self.engine.world, &*self.engine.memory);
        let users = match &request.group {
            Some(group) => world.groups.get(group).map_or(Vec::new(), |group| group.member_indices.clone()),
            None => {
                UserIndex::first(world.users.ids.len()).filter(|user| !world.users.ids.name(*user).is_empty()).collect()
            }
        };
        let Some(operations) = &self.operations else {
            let moves = request.since.map(|_| Vec::new());
            return TierReport { tiers: Vec::new(), untiered: users.len(), moves };
        };
        let tiers = &operations.tiers;
        let standings = |now: Time| -> Vec<Option<Standing>> {
            users.iter().map(|&user| tiers.standing(world, memory, Some(user), now)).collect()
        };
        let present = standings(request.now);
        let row = |tier: usize| {
            let of_tier: Vec<&Standing> = present.iter().flatten().filter(|standing| standing.tier == tier).collect();
            let mean = |score: fn(&Standing) -> f64| match of_tier.len() {
                0 => 0.0,
                users => of_tier.iter().map(|standing| score(standing)).sum::<f64>() / users as f64,
            };
            TierCount {
                name: tiers.name(tier),
                users: of_tier.len(),
                mean_activity: mean(|standing| standing.activity_score),
                mean_value: mean(|standing| standing.value_score),
            }
        };
        let moves = request.since.map(|since| {
            let mut counts = vec![0; tiers.count() * tiers.count()];
            for (before, after) in standings(since).iter().flatten().zip(present.iter().flatten()) {
                counts[before.tier * tiers.count() + after.tier] += 1;
            }
            let moved = |(pair, users): (usize, usize)| {
                let (from, to) = (pair / tiers.count(), pair % tiers.count());
                let (from_name, to_name) = (tiers.name(from), tiers.name(to));
                (from != to && users > 0).then_some(Move { from: from_name, to: to_name, users })
            };
            counts.into_iter().enumerate().filter_map(moved).collect()
        });
        TierReport {
            tiers: (0..tiers.count()).map(row).collect(),
            untiered: present.iter().filter(|standing| standing.is_none()).count(),
            moves,
        }
    }
}
