//! nextpick selects the next piece of content for a user or a group and explains each choice.
//!
//! [`Recommender`] is the entry point. It has no clock, no entropy and no input or output: times (ms since 1970 in UTC)
//! and seeds are arguments, and the same state and request give the same decision, to the last bit.
//!
//! ```
//! use nextpick::{Interaction, Item, Options, Recommender, Request, Value};
//!
//! const NOW: i64 = 1_774_958_400_000; // 2026-03-31T12:00Z
//!
//! let mut recommender = Recommender::new(Value::Null)?;
//! recommender.put_items(vec![
//!     Item::builder("a1").title("Spring tea in three steps").tags(["tea"]).build()?,
//!     Item::builder("a2").title("A gift card for members").tags(["benefit"]).build()?,
//! ]);
//! recommender.observe(Interaction::builder("save", NOW - 1000).user("u1").item("a1").build()?);
//! let decision = recommender.recommend(&Request::to_user("u1", NOW).build()?, Options::default())?;
//! assert_eq!(decision.picks[0].item, "a2", "a1 was seen already");
//! # Ok::<(), Box<nextpick::Error>>(())
//! ```
//!
//! The modules are listed in import order: each imports only from those above it (checked by `tests/architecture.rs`).
#![forbid(unsafe_code)]
#![cfg_attr(target_arch = "wasm32", allow(missing_docs))]

mod base;

mod world;

mod operations;

mod memory;

mod eligibility;

mod journeys;

mod features;

mod model;

mod scoring;

mod slate;

mod experiments;

mod engine;

mod recommender;

mod snapshot;

#[cfg(feature = "study")]
mod metrics;

#[cfg(feature = "study")]
mod studies;

#[cfg(feature = "study")]
mod training;

#[cfg(feature = "study")]
mod evaluation;

#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub mod internals;

#[cfg(target_arch = "wasm32")]
mod wasm;

pub use base::error::{Code, Error, Result};
pub use base::sorted::SortedMap;
pub use base::time::Time;
pub use base::value::Value;
pub use engine::config::Config;
#[cfg(feature = "study")]
pub use evaluation::cases::Case;
#[cfg(feature = "study")]
pub use evaluation::evaluate::{evaluate_cases, evaluate_impressions, evaluate_replay, make_cases};
#[cfg(feature = "study")]
pub use evaluation::impressions::ImpressionsReport;
#[cfg(feature = "study")]
pub use evaluation::metrics_table::{NamedList, RankingReport};
#[cfg(feature = "study")]
pub use evaluation::off_policy::evaluator::{Evaluator as OffPolicyEvaluator, TargetComparison};
#[cfg(feature = "study")]
pub use evaluation::off_policy::question::{OffPolicyQuestion, Target as OffPolicyTarget};
#[cfg(feature = "study")]
pub use evaluation::off_policy::report::OffPolicyReport;
#[cfg(feature = "study")]
pub use evaluation::off_policy::run::{evaluate_off_policy, reconstruct};
#[cfg(feature = "study")]
pub use evaluation::off_policy::walk::Settings as OffPolicySettings;
#[cfg(feature = "study")]
pub use evaluation::settings::{EvaluationKind, EvaluationSettings};
pub use features::FamilyWeights;
pub use model::Model;
pub use operations::Operations;
pub use operations::experiment::Experiment;
pub use operations::step_ref::StepRef;
pub use recommender::clock::Clock;
pub use recommender::content_status::{ContentStatus, ContentStatusRequest};
pub use recommender::decision::{Acceptance, Decision, Recommendation, RefusedItem, Sent, Silent, SubjectRef};
pub use recommender::due_steps::{DueStep, DueStepsRequest};
pub use recommender::explain_item::{ChosenItem, ItemExplanation};
pub use recommender::journey_status::{JourneyStatus, JourneyStatusRequest};
pub use recommender::logged_request::LoggedRequest;
pub use recommender::profile::{AffinityRow, ItemRow, ReceivedItem, TierRow};
pub use recommender::profile::{Profile, ProfileRequest, ProfileRequestBuilder};
pub use recommender::propensities::Propensities;
pub use recommender::refusals::{RefusalPage, Refusals};
pub use recommender::request::{MAX_COUNT, Options, Request, RequestBuilder, Selection};
pub use recommender::similar::Similar;
pub use recommender::stats::{Repeated, Stats};
pub use recommender::tier_report::{TierReport, TierReportRequest};
pub use recommender::{AcceptedDecision, AcceptedPick, ObserveReport, Recommender};
pub use slate::policy::Policy;
pub use slate::reason::Reason;
#[cfg(feature = "study")]
pub use studies::experiment::{AnalysisRequest, ExperimentReport, analyze as analyze_experiment};
#[cfg(feature = "study")]
pub use studies::funnel::{FunnelReport, FunnelRequest, funnel};
#[cfg(feature = "study")]
pub use studies::referrals::{ReferralLeader, ReferralRequest, referral_leaders};
#[cfg(feature = "study")]
pub use studies::study_log::{StudyLog, StudyLogBuilder};
#[cfg(feature = "study")]
pub use training::fit::{FittedModel, Records, fit, fit_impressions};
#[cfg(feature = "study")]
pub use training::fit_log::{FitSettings, Progress};
#[cfg(feature = "study")]
pub use training::report::{FitReport, FitWarning, GroupReport, KindReport};
pub use world::PutReport;
pub use world::attributes::{Attribute, Attributes};
pub use world::audience::{Audience, AudienceRule};
pub use world::facet::Weighted;
pub use world::interaction::{Interaction, InteractionBuilder};
pub use world::item::{Cap, CapPer, Item, ItemBuilder};
pub use world::membership::{Joining, Leaving};
pub use world::moving::Moving;
pub use world::occasion::Occasion;
pub use world::patch::{Patch, PatchReport};
#[cfg(feature = "study")]
pub use world::showing::Impression;
pub use world::subject::{Aggregation, Channel, ChannelBuilder, Group, GroupBuilder, Member, User, UserBuilder};
