//! What new workspaces begin with; each comment is the manual of its option.

use std::path::PathBuf;

use accounts::payments::Stripe;
use model::{
    Fault, Secret,
    plan::{PLANS, Plan},
};
use sdk::http::Policy;
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
    /// Take payments with Stripe: a secret key of the account; better given by environment than as a flag
    #[arg(
        long,
        env = "TAILORBIRD_STRIPE_KEY",
        value_name = "KEY",
        hide_env_values = true,
        conflicts_with = "stripe_key_file",
        requires = "stripe_webhook_secret"
    )]
    stripe_key: Option<String>,
    /// A file with that key
    #[arg(
        long,
        env = "TAILORBIRD_STRIPE_KEY_FILE",
        value_name = "FILE",
        id = "stripe_key_file",
        requires = "stripe_webhook_secret"
    )]
    stripe_key_file: Option<PathBuf>,
    /// The signing secret of the endpoint `PUBLIC-URL/api/billing/stripe/webhook` there, `whsec_…`; better given by environment than as a flag
    #[arg(
        long,
        env = "TAILORBIRD_STRIPE_WEBHOOK_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        id = "stripe_webhook_secret"
    )]
    stripe_webhook_secret: Option<String>,
    /// Where Stripe is asked
    #[arg(
        long,
        env = "TAILORBIRD_STRIPE_URL",
        value_name = "URL",
        default_value = "https://api.stripe.com"
    )]
    stripe_url: String,
}

fn names() -> clap::builder::PossibleValuesParser {
    PLANS.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().into()
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

    /// Who takes payments.
    pub(crate) fn payments(&self, policy: Policy) -> Outcome<Option<Stripe>> {
        let key = match (&self.stripe_key, &self.stripe_key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|e| {
                Failure::usage(format!("--stripe-key-file {}: {e}", path.display()))
            })?,
            (None, None) => return Ok(None),
        };
        let secret = self.stripe_webhook_secret.as_deref().unwrap_or_default().trim();
        if key.trim().is_empty() || secret.is_empty() {
            let message = "--stripe-key and --stripe-webhook-secret may not be empty";
            return Err(Failure::usage(message.to_owned()));
        }
        let (key, secret) = (Secret::new(key.trim()), Secret::new(secret));
        let stripe = Stripe::new(key, secret, &self.stripe_url, policy);
        let odd = |it: Fault| Failure::usage(format!("--stripe-url: {}", it.message));
        stripe.map(Some).map_err(odd)
    }
}
