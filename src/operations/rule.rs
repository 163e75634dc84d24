//! Rules: hard restrictions on a class of items.

use crate::base::error::Result;
use crate::base::id;
use crate::base::value::{Fields, Value};
use crate::world::audience::AudienceRule;
use crate::world::item::Cap;

use super::item_filter::ItemFilter;
use super::list_of_at_most;

/// A hard restriction on a class of items: campaign mechanics by tier, promotions per week.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Unique name; refusals report `rule.audience:NAME` or `rule.cap:NAME`.
    pub name: String,
    /// The items restricted.
    pub items: ItemFilter,
    /// Recipients that the items may be shown to; all if absent.
    pub audience: Option<AudienceRule>,
    /// Frequency caps over all sendings of these items together.
    pub caps: Vec<Cap>,
    /// Recipients that the caps apply to; all if absent.
    pub cap_audience: Option<AudienceRule>,
}

/// Maximum number of caps of a rule.
const MAX_CAPS: usize = 64;

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let rule = Self {
            name: fields.required("name", id::id)?,
            items: fields.required("items", ItemFilter::read)?,
            audience: fields.optional("audience", AudienceRule::read_allowing_nobody)?,
            caps: fields.or("caps", Vec::new(), |value, path| list_of_at_most(MAX_CAPS, value, path, Cap::read))?,
            cap_audience: fields.optional("capAudience", AudienceRule::read_allowing_nobody)?,
        };
        fields.finish()?;
        Ok(rule)
    }
}
