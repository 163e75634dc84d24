//! Fits by a host in Rust: records and a log in, a model as bytes and a report out.

use crate::base::error::Result;
use crate::snapshot::model::to_bytes;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::showing::Impression;
use crate::world::subject::{Channel, Group, User};
use crate::world::{IndexedInteraction, World};

use super::fit_log::{FitSettings, Progress, fit_log};
use super::impression_log::ImpressionLog;
use super::report::FitReport;
use super::trainer::Trainer;

/// The records that a log refers to; all lists may be empty.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The library.
    pub items: Vec<Item>,
    /// Users.
    pub users: Vec<User>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Channels.
    pub channels: Vec<Channel>,
}

impl Records {
    /// Puts all records into a world.
    pub(crate) fn put_into(self, world: &mut World) {
        world.put_channels(self.channels);
        world.put_users(self.users);
        world.put_groups(self.groups);
        world.put_items(self.items);
    }
}

/// The result of a fit.
#[derive(Debug, Clone)]
pub struct FittedModel {
    /// The model, for [`Recommender::use_model`](crate::Recommender::use_model).
    pub model: Vec<u8>,
    /// The weights and losses by kind.
    pub report: FitReport,
}

/// Fits a model to interactions in any order; those at the same time keep their order. Interactions of users with
/// `personalised: false` are left out. `progress` is called from time to time with the steps done and their total.
///
/// ```
/// use nextpick::{FitSettings, Interaction, Item, Records, Recommender, Value, fit};
///
/// let items = (0..9).map(|n| Item::builder(format!("i{n}")).tags([["tea", "cups"][n % 2]]).build());
/// let records = Records { items: items.collect::<Result<_, _>>()?, ..Records::default() };
/// let click = |n: usize| {
///     let click = Interaction::builder("click", 1_774_958_400_000 + n as i64);
///     click.user(format!("u{}", n % 7)).item(format!("i{}", n % 9)).build()
/// };
/// let log = (0..63).map(click).collect::<Result<Vec<_>, _>>()?;
/// let fitted = fit(records, &log, &FitSettings::read(Value::record([("seed", 1)]), "settings")?, &mut |_, _| ())?;
/// Recommender::new(Value::Null)?.use_model(&fitted.model)?;
/// # Ok::<(), Box<nextpick::Error>>(())
/// ```
///
/// # Errors
/// [`Code::Missing`](crate::Code::Missing) if no interaction is left to learn from,
/// [`Code::Invalid`](crate::Code::Invalid) if no model can be fitted to them.
pub fn fit(records: Records, log: &[Interaction], settings: &FitSettings, progress: Progress) -> Result<FittedModel> {
    let mut trainer = Trainer::new(&settings.config, settings.families);
    records.put_into(trainer.change_world());
    let log = log.iter().map(|interaction| trainer.index(interaction)).collect();
    fitted(trainer, log, settings, progress)
}

/// Fits a model to impressions in any order. `kinds` names the outcomes of each impression, in order.
///
/// ```
/// use nextpick::{FitSettings, Impression, Item, Records, Value, fit_impressions};
///
/// let items = (0..9).map(|n| Item::builder(format!("i{n}")).tags([["tea", "cups"][n % 2]]).build());
/// let items = items.collect::<Result<Vec<Item>, _>>()?;
/// let impressions = (0..90).map(|n| Impression {
///     at: 1_774_958_400_000 + n as i64,
///     user: Some("u"),
///     item: &items[n % 9].id,
///     channel: None,
///     outcomes: if n % 3 == 0 { &[true] } else { &[false] },
/// });
/// let records = Records { items: items.clone(), ..Records::default() };
/// let settings = FitSettings::read(Value::record([("seed", 1)]), "settings")?;
/// let fitted = fit_impressions(records, &["click".to_owned()], impressions, &settings, &mut |_, _| ())?;
/// assert!(fitted.report.model.starts_with("fitted-"));
/// # Ok::<(), Box<nextpick::Error>>(())
/// ```
///
/// # Errors
/// As [`fit`].
pub fn fit_impressions<'a>(
    records: Records,
    kinds: &[String],
    impressions: impl IntoIterator<Item = Impression<'a>>,
    settings: &FitSettings,
    progress: Progress,
) -> Result<FittedModel> {
    let mut trainer = Trainer::new(&settings.config, settings.families);
    records.put_into(trainer.change_world());
    let mut log = ImpressionLog::new(trainer.change_world(), kinds);
    impressions.into_iter().for_each(|impression| log.push(&impression));
    let log = log.into_interactions();
    fitted(trainer, log, settings, progress)
}

fn fitted(
    mut trainer: Trainer,
    log: Vec<IndexedInteraction>,
    settings: &FitSettings,
    progress: Progress,
) -> Result<FittedModel> {
    let report = fit_log(&mut trainer, log, settings, progress)?;
    Ok(FittedModel { model: to_bytes(trainer.model(), trainer.world()), report })
}
