//! The studies of a log as functions of the module: the log is handed over in pieces, then one study reads it.

use wasm_bindgen::prelude::*;

use crate::base::id;
use crate::base::value::{self, Fields, Value, json, list};
use crate::engine::config::Config;
use crate::studies::experiment::{AnalysisRequest, analyze};
use crate::studies::funnel::{FunnelRequest, funnel};
use crate::studies::referrals::{ReferralRequest, referral_leaders};
use crate::studies::study_log::{StudyLog, StudyLogBuilder};
use crate::studies::tier_search::{read_days, suggest_tiers};
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::moving::Moving;
use crate::world::subject::{Group, User};

use super::Result;
use super::convert::value;
use super::memory::has_room;
use super::needs::{COST_OF_RECORDS, need};

/// A log while it is read.
#[wasm_bindgen]
pub struct StudyReader(StudyLogBuilder);

/// Maximum bytes of a study, for each message and interaction.
const BYTES_PER_ROW: u64 = 400;

#[wasm_bindgen]
impl StudyReader {
    /// Creates an empty log under the default configuration.
    #[allow(clippy::new_without_default)]
    #[wasm_bindgen(constructor)]
    pub fn new() -> StudyReader {
        Self(StudyLogBuilder::new())
    }

    pub fn configure(&mut self, config: JsValue) -> Result<()> {
        self.0.configure(&Config::read(value(config, "config")?)?);
        Ok(())
    }

    /// Adds a list of records of one sort: `items`, `users`, `groups`, `sent` or `interactions`. `first` is the index of
    /// the first of them among all of the sort, for the paths of errors.
    pub fn add(&mut self, sort: &str, piece: JsValue, first: usize) -> Result<()> {
        has_room(need(&piece, COST_OF_RECORDS))?;
        for (n, record) in list(value(piece, sort)?, sort, value::anything)?.into_iter().enumerate() {
            self.add_one(sort, record).map_err(|error| error.within(&format!("{sort}[{}]", first + n)))?;
        }
        Ok(())
    }

    /// Applies one other change of a durable recommender's log; those that no study needs are skipped.
    pub fn change(&mut self, entry: JsValue) -> Result<()> {
        let mut fields = Fields::of(value(entry, "log")?, "log")?;
        let joining = fields.optional("join", Joining::read)?;
        let leaving = fields.optional("leave", Leaving::read)?;
        let consent = fields.optional("setPersonalised", |value, path| {
            let mut fields = Fields::of(value, path)?;
            Ok((fields.required("user", id::id)?, fields.required("on", value::boolean)?))
        })?;
        let moving = fields.optional("moveGroup", Moving::read)?;
        let released = fields.optional("release", id::id)?;
        fields.check()?;
        let world = self.0.world();
        joining.iter().for_each(|joining| _ = world.join(joining));
        leaving.iter().for_each(|leaving| _ = world.leave(leaving));
        if let Some((user, on)) = consent {
            let user = world.users.ids.intern(&user);
            world.set_personalised(user, on);
        }
        moving.iter().for_each(|moving| self.0.move_group(moving));
        released.iter().for_each(|decision| self.0.release(decision));
        Ok(())
    }

    pub fn funnel(self, request: JsValue) -> Result<String> {
        let request = FunnelRequest::read(value(request, "request")?, "request")?;
        Ok(json(&funnel(&self.finish()?, &request)?))
    }

    #[wasm_bindgen(js_name = analyzeExperiment)]
    pub fn analyze_experiment(self, request: JsValue) -> Result<String> {
        let request = AnalysisRequest::read(value(request, "request")?, "request")?;
        Ok(json(&analyze(&self.finish()?, &request)?))
    }

    #[wasm_bindgen(js_name = referralLeaders)]
    pub fn referral_leaders(self, request: JsValue) -> Result<String> {
        let request = ReferralRequest::read(value(request, "request")?, "request")?;
        Ok(json(&referral_leaders(&self.finish()?, &request)))
    }

    #[wasm_bindgen(js_name = suggestTiers)]
    pub fn suggest_tiers(self, options: JsValue) -> Result<String> {
        let days = read_days(value(options, "options")?, "options")?;
        Ok(json(&suggest_tiers(&self.finish()?, days)?))
    }
}

impl StudyReader {
    fn add_one(&mut self, sort: &str, record: Value) -> crate::base::error::Result<()> {
        match sort {
            "items" => drop(self.0.world().put_items(vec![Item::read(record, "")?])),
            "users" => self.0.world().put_users(vec![User::read(record, "")?]),
            "groups" => self.0.world().put_groups(vec![Group::read(record, "")?]),
            "sent" => self.0.push_message(record, "")?,
            _ => self.0.push_interaction(&Interaction::read(record, "")?),
        }
        Ok(())
    }

    fn finish(self) -> Result<StudyLog> {
        has_room(BYTES_PER_ROW * self.0.rows() as u64)?;
        Ok(self.0.finish())
    }
}
