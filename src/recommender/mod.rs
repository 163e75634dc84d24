//! The recommender: one readable function per verb of the contract.

mod accept;
#[cfg(feature = "study")]
pub mod alternatives;
mod batch;
pub mod clock;
mod consent;
pub mod content_status;
pub mod decision;
pub mod due_steps;
pub mod eligible_request;
pub mod explain_item;
pub mod journey_status;
mod limits;
pub mod log_position;
pub mod logged_request;
mod merge;
mod observe;
mod online;
mod operations;
mod picks;
pub mod profile;
pub mod propensities;
mod ranked;
mod records;
pub mod refusals;
pub mod request;
mod reserve;
mod scored_request;
mod selections;
pub mod similar;
pub mod slates;
pub mod stats;
mod step;
pub mod tier_report;
mod withdrawal;

#[cfg(feature = "study")]
use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::time::MAX_TIME;
use crate::base::value::Value;
use crate::engine::config::Config;
use crate::engine::{Engine, ModelId};
use crate::features::FamilySet;
use crate::memory::Memory;
use crate::model::Model;
use crate::model::online::OnlineLearner;
use crate::world::World;

pub use accept::{AcceptedDecision, AcceptedPick};
use clock::Clock;
use decision::Decision;
use eligible_request::Overrides;
use explain_item::Inquiry;
pub use observe::ObserveReport;
use operations::PreparedOperations;
use request::{Options, Request};
use scored_request::ScoredRequest;
use selections::Selections;

/// A recommender: configuration, trusted time, an engine with its online corrections, and the operations.
#[derive(Debug)]
pub struct Recommender {
    config: Config,
    clock: Clock,
    engine: Engine,
    online: OnlineLearner,
    /// `None` before the first operations were set.
    operations: Option<PreparedOperations>,
    selections: Selections,
    /// Number of log entries applied; `None` without a log.
    log_position: Option<u64>,
}

/// A host may send a recommender to another thread, and share it behind a lock.
const _: () = {
    const fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Recommender>();
};

impl Recommender {
    /// Creates an empty recommender; `null` is the default configuration.
    ///
    /// ```
    /// use nextpick::{Recommender, Value};
    ///
    /// assert_eq!(Recommender::new(Value::record([("diversity", 0.1)]))?.config().diversity, 0.1);
    /// let error = Recommender::new(Value::record([("diversity", 2)])).unwrap_err();
    /// assert_eq!(error.to_string(), "config.diversity: expected a number from 0 to 1, got 2");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Names the field of the configuration that is wrong.
    pub fn new(config: Value) -> Result<Self> {
        let config = Config::read(config)?;
        let mut engine = Engine::new(&config);
        config.rules.intern_names(engine.world.change());
        Ok(Self::assembled(config, Clock::default(), engine))
    }

    /// Returns the recommender under another configuration.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) if its kinds or half-lives differ: the state depends on them.
    #[cfg(feature = "study")]
    pub(crate) fn reconfigured(mut self, config: Config) -> Result<Self> {
        if !config.kinds.iter().eq(self.config.kinds.iter()) || config.half_lives != self.config.half_lives {
            let rule = "the kinds and half-lives of the snapshot";
            return Err(Error::invalid("target.config", rule, "others"));
        }
        config.rules.intern_names(self.engine.world.change());
        self.config = config;
        Ok(self)
    }

    /// Creates a recommender from parts that belong together.
    pub(crate) fn assembled(config: Config, clock: Clock, engine: Engine) -> Self {
        let (online, selections) = (OnlineLearner::default(), Selections::default());
        Self { config, clock, engine, online, operations: None, selections, log_position: None }
    }

    /// Returns a copy that shares the records and interactions that neither of both changes, for decisions on trial.
    ///
    /// # Errors
    /// None is known: the operations were read before.
    #[doc(hidden)]
    pub fn fork(&self) -> Result<Self> {
        let mut fork = Self::assembled(self.config.clone(), self.clock, self.engine.fork());
        (fork.online, fork.log_position) = (self.online.clone(), self.log_position);
        if let Some(operations) = self.operations() {
            fork.set_operations(operations.given().clone())?;
            fork.clock = self.clock;
        }
        Ok(fork)
    }

    /// Decides which items come next. Phases 1 to 3 are in `eligible_request.rs`, phase 4 in `scored_request.rs`, phases 5
    /// and 6 in `picks.rs`. Only caches change: the same request again gives the same decision.
    ///
    /// ```
    /// use nextpick::{Item, Options, Recommender, Request, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?, Item::builder("b").hidden(true).build()?]);
    /// let request = Request::to_user("u1", 1_774_958_400_000).count(2).build()?;
    /// let decision = recommender.recommend(&request, Options { explain: true, reasons: true })?;
    /// assert_eq!(decision.picks.len(), 1);
    /// let amounts: f64 = decision.picks[0].reasons.iter().map(|reason| reason.amount).sum();
    /// assert!((amounts - decision.picks[0].score).abs() < 1e-9);
    /// assert_eq!(decision.refused.unwrap()[0].rule, "hidden");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Names an unknown objective or kind, or the limit that the request's work exceeds.
    pub fn recommend(&mut self, request: &Request, options: Options) -> Result<Decision> {
        self.decide(request, options, None)
    }

    /// Decides, and answers an inquiry about one item from the same state.
    fn decide(&mut self, request: &Request, options: Options, mut inquiry: Option<&mut Inquiry>) -> Result<Decision> {
        let overrides = Overrides::default();
        let mut fill = |decision: &mut Decision, request: ScoredRequest| request.fill(decision, options.reasons);
        let mut decision = self.score(request, &overrides, options.explain, inquiry.as_deref_mut(), &mut fill)?;
        decision.check_finite()?;
        if let Some(inquiry) = inquiry {
            inquiry.take_pick(&mut decision);
        }
        Ok(decision)
    }

    /// Replaces the model by the one that `make` returns for this world.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn take_model(&mut self, make: impl FnOnce(&mut World) -> Result<Model>) -> Result<()> {
        *self.engine.change_model(ModelId::DEFAULT) = make(self.engine.world.change())?;
        self.engine.extend_models();
        // Online corrections belong to the model they were learnt on.
        self.online = OnlineLearner::default();
        Ok(())
    }

    /// The model.
    pub fn model(&self) -> &Model {
        self.engine.model(ModelId::DEFAULT)
    }
    /// The world: records of the host.
    pub(crate) fn world(&self) -> &World {
        &self.engine.world
    }
    /// The memory: aggregates of interactions.
    pub(crate) fn memory(&self) -> &Memory {
        &self.engine.memory
    }
    /// Limits the cache of co-occurrence rows, bytes.
    #[doc(hidden)]
    pub fn keep_rows_within(&self, bytes: usize) {
        self.engine.keep_rows_within(bytes);
    }
    /// Frees the memory of everything that can be derived again.
    #[doc(hidden)]
    pub fn drop_derived(&mut self) {
        self.engine.drop_derived();
        self.selections = Selections::default();
    }
    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Updates the state derived from the operations.
    fn refresh_operations(&mut self) {
        self.operations.iter_mut().for_each(|operations| operations.refresh(&self.config, &self.engine.world));
    }

    /// Refreshes all derived state, so that the next request does not wait for it.
    pub fn prepare(&mut self) {
        self.engine.advance(self.clock.now().unwrap_or(MAX_TIME));
        self.engine.refresh(FamilySet::ALL);
        self.refresh_operations();
    }
}
