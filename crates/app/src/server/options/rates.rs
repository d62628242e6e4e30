//! How often one caller may ask; each comment is the manual of its option.

use api::{Rate, Shared};

#[derive(clap::Args, Clone)]
#[group(skip)]
#[command(next_help_heading = "How often one caller may ask")]
pub(crate) struct Rates {
    /// Sign-ins, registrations, forgotten passwords: from one address, and ten times as many to one account; `100/min`, per `s`, `h` or `day`, or `off`
    #[arg(
        long,
        env = "TAILORBIRD_RATE_AUTH",
        value_name = "RATE",
        default_value = "5/min",
        value_parser = rate
    )]
    rate_auth: Ask,
    /// Requests to the API of one person or key, or of one address for who has not signed in
    #[arg(
        long,
        env = "TAILORBIRD_RATE_API",
        value_name = "RATE",
        default_value = "100/min",
        value_parser = rate
    )]
    rate_api: Ask,
    /// Files that one person or key brings in
    #[arg(
        long,
        env = "TAILORBIRD_RATE_UPLOAD",
        value_name = "RATE",
        default_value = "10/min",
        value_parser = rate
    )]
    rate_upload: Ask,
    /// A Redis where several processes count together and tell one another what happens, `redis://user:password@host:6379/0` or `rediss://…`; without it each is for itself, as all are while it is away
    #[arg(
        long,
        env = "TAILORBIRD_REDIS_URL",
        value_name = "URL",
        hide_env_values = true,
        value_parser = Shared::at
    )]
    redis_url: Option<Shared>,
}

/// So often, or as often as one likes.
#[derive(Clone, Copy)]
enum Ask {
    At(Rate),
    Off,
}

impl Rates {
    pub(crate) fn rates(&self) -> api::Rates {
        api::Rates {
            auth: self.rate_auth.limit(),
            api: self.rate_api.limit(),
            upload: self.rate_upload.limit(),
        }
    }

    pub(crate) fn shared(&self) -> Option<Shared> {
        self.redis_url.clone()
    }
}

impl Ask {
    fn limit(self) -> Option<Rate> {
        match self {
            Ask::At(rate) => Some(rate),
            Ask::Off => None,
        }
    }
}

fn rate(text: &str) -> Result<Ask, String> {
    match text.trim() {
        "off" => Ok(Ask::Off),
        text => {
            let odd = |why: model::rate::NotARate| format!("{why}, or `off`");
            text.parse().map(Ask::At).map_err(odd)
        }
    }
}
