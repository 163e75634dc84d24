//! User tiers: a class for each user, by the days since they came, and by activity and value.
//!
//! A user's tier depends on their own interactions and on the levels alone, not on other users.

use crate::base::index::{GroupIndex, UserIndex};
use crate::base::time::{Calendar, MAX_TIME, Time};
use crate::operations::tiers::{NEWCOMER, TierLevel, TierSettings};
use crate::world::World;
use crate::world::kind::Kinds;
use crate::world::recipient::Recipient;

use super::activity::{ActivityScorer, Day, UserActivity};
use super::{Memory, Subject};

/// The tiers, prepared for the kinds known now.
#[derive(Debug, Clone)]
pub struct Tiers {
    settings: TierSettings,
    scorer: ActivityScorer,
}

/// A tier by its position: the levels from the highest, then `newcomer`.
pub type Tier = usize;

/// The tier of a user and the scores behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The tier.
    pub tier: Tier,
    /// Decayed number of active days.
    pub activity_score: f64,
    /// Decayed sum of values.
    pub value_score: f64,
}

impl Tiers {
    /// Prepares the settings for these kinds. The first `configured` kinds are those of the configuration.
    pub fn new(settings: &TierSettings, calendar: Calendar, kinds: &Kinds, configured: usize) -> Self {
        Self { scorer: ActivityScorer::new(settings, calendar, kinds, configured), settings: settings.clone() }
    }

    /// Number of kinds that they were prepared for.
    pub fn kinds(&self) -> usize {
        self.scorer.kinds()
    }

    /// The scores behind the tiers.
    pub fn scorer(&self) -> &ActivityScorer {
        &self.scorer
    }

    /// Returns the name of a tier.
    pub fn name(&self, tier: Tier) -> &str {
        self.settings.levels.get(tier).map_or(NEWCOMER, |level| &level.name)
    }

    /// Number of tiers, `newcomer` included if there is such a tier.
    pub fn count(&self) -> usize {
        self.settings.levels.len() + usize::from(self.settings.newcomer_days > 0)
    }

    /// Returns the tier of a recipient: the user's, else the group's. `None` for users who opted out of profiling and
    /// for groups without members that have a tier.
    pub fn of_recipient(&self, world: &World, memory: &Memory, to: Recipient, now: Time) -> Option<Tier> {
        match to.is_user {
            true => self.of_user(world, memory, to.user, now),
            false => self.of_group(world, memory, to.group?, now),
        }
    }

    /// Returns the tier of a user; `None` if they opted out of profiling. An unknown user is a newcomer.
    pub fn of_user(&self, world: &World, memory: &Memory, user: Option<UserIndex>, now: Time) -> Option<Tier> {
        self.standing(world, memory, user, now).map(|standing| standing.tier)
    }

    /// Returns the tier of a user with its scores; `None` if they opted out of profiling.
    pub fn standing(&self, world: &World, memory: &Memory, user: Option<UserIndex>, now: Time) -> Option<Standing> {
        let (activity, first_day) = self.activity(world, memory, user, now)?;
        Some(self.on(self.scorer.day(now), &activity, first_day))
    }

    /// Returns the tier of most members of a group; of two equally frequent tiers the lower one. Members who opted out
    /// of profiling do not count.
    pub fn of_group(&self, world: &World, memory: &Memory, group: GroupIndex, now: Time) -> Option<Tier> {
        let mut counts = vec![0; self.count()];
        let members = &world.groups.record(group)?.member_indices;
        for tier in members.iter().filter_map(|&member| self.of_user(world, memory, Some(member), now)) {
            counts[tier] += 1;
        }
        let (tier, members) = (0..).zip(counts).max_by_key(|&(tier, members)| (members, tier))?;
        (members > 0).then_some(tier)
    }

    /// Returns the time at which a user's tier changes if nothing happens; `None` if it never does.
    pub fn ends_at(&self, world: &World, memory: &Memory, user: Option<UserIndex>, now: Time) -> Option<Time> {
        let (activity, first_day) = self.activity(world, memory, user, now)?;
        self.end_day(&activity, first_day, self.scorer.day(now)).map(|day| self.scorer.start_of(day))
    }

    /// Returns a user's activity and the earlier of joining and first interaction.
    fn activity(
        &self,
        world: &World,
        memory: &Memory,
        user: Option<UserIndex>,
        now: Time,
    ) -> Option<(UserActivity, Option<Day>)> {
        let Some(user) = user else { return Some((UserActivity::default(), None)) };
        if !world.is_personalised(user) {
            return None;
        }
        let activity = self.scorer.activity(memory.history(Subject::User(user)), now);
        let joined = world.users.record(user).and_then(|record| record.joined_at).map(|at| self.scorer.day(at));
        let first_day = activity.first_day.into_iter().chain(joined).min();
        Some((activity, first_day))
    }

    /// Returns tier and scores on a day: `newcomer` in the first days, else the first level whose bounds are met.
    fn on(&self, day: Day, activity: &UserActivity, first_day: Option<Day>) -> Standing {
        let levels = &self.settings.levels;
        let (activity_score, value_score) =
            (self.scorer.activity_score(activity, day), self.scorer.value_score(activity, day));
        let newcomer_days = Day::from(self.settings.newcomer_days);
        let is_newcomer = newcomer_days > 0 && first_day.is_none_or(|first| day - first < newcomer_days);
        let is_met = |level: &TierLevel| {
            activity_score >= level.min_activity && level.min_value.is_none_or(|least| value_score >= least)
        };
        let tier = match is_newcomer {
            true => levels.len(),
            false => levels.iter().position(is_met).unwrap_or(levels.len() - 1),
        };
        Standing { tier, activity_score, value_score }
    }

    /// Returns the first day with another tier if nothing happens; `None` if there is none that hosts can name.
    fn end_day(&self, activity: &UserActivity, first_day: Option<Day>, today: Day) -> Option<Day> {
        let latest = self.scorer.day(MAX_TIME);
        let Standing { tier, activity_score, value_score } = self.on(today, activity, first_day);
        let Some(level) = self.settings.levels.get(tier) else {
            let end = first_day? + Day::from(self.settings.newcomer_days);
            return Some(end).filter(|day| *day <= latest);
        };
        let bounds = [(activity_score, level.min_activity), (value_score, level.min_value.unwrap_or(0.0))];
        let ends = bounds.into_iter().filter(|(_, bound)| *bound > 0.0);
        let days = ends.map(|(score, bound)| self.scorer.days_until(score, bound)).reduce(f64::min)?;
        if days > (latest - today) as f64 {
            return None;
        }
        // The closed form may be a day off by rounding; the sum decides.
        let mut end = today + days as Day;
        while end > today + 1 && self.on(end - 1, activity, first_day).tier != tier {
            end -= 1;
        }
        while end <= latest && self.on(end, activity, first_day).tier == tier {
            end += 1;
        }
        Some(end).filter(|end| *end <= latest)
    }
}
