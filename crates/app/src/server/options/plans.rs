//! What new workspaces begin with; each comment is the manual of its option.

use model::plan::{PLANS, Plan};
use store::subscriptions::Terms;

use crate::failure::{Failure, Outcome};

#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "Plans")]
pub(crate) struct Plans {
    /// The plan that new workspaces begin with: `free`, `starter`, `pro`, `business` or `unlimited`; the default workspace has no limits
    #[arg(
        long,
        env = "TAILORBIRD_PLAN",
        value_name = "PLAN",
        default_value = "unlimited",
        value_parser = names()
    )]
    plan: String,
    /// For how many days new workspaces have that plan to try, and the plan `free` after it; 0 is for good
    #[arg(
        long,
        env = "TAILORBIRD_TRIAL_DAYS",
        value_name = "N",
        default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=3_650)
    )]
    trial_days: u32,
}

fn names() -> clap::builder::PossibleValuesParser {
    PLANS.iter().map(|it| it.name).collect::<Vec<_>>().into()
}

impl Plans {
    pub(crate) fn terms(&self) -> Outcome<Terms> {
        let plan = Plan::named(&self.plan).unwrap_or(Plan::unlimited());
        if self.trial_days > 0 && plan == Plan::free() {
            let message =
                "--trial-days needs a plan that is more than `free`; name one with --plan";
            return Err(Failure::usage(message.to_owned()));
        }
        Ok(Terms { plan, trial_days: self.trial_days })
    }
}
