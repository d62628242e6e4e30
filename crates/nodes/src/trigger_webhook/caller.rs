//! Who may call at all: by address, and by being no bot.

use std::{net::IpAddr, sync::LazyLock};

use ipnet::IpNet;
use model::Value;
use regex::Regex;
use sdk::trigger::{Refusal, Request};

pub(super) fn check(request: &Request, parameters: &Value) -> Result<(), Refusal> {
    let list = super::text(parameters, "allowedAddresses");
    if !list.trim().is_empty() {
        let allowed = networks(&list).map_err(|fault| Refusal::new(500, fault))?;
        let from = request.remote.map(|it| it.to_canonical());
        if !from.is_some_and(|ip| allowed.iter().any(|it| it.contains(&ip))) {
            return Err(Refusal::new(403, "this address may not call this webhook"));
        }
    }
    let agent = request.headers.get("user-agent").map_or("", String::as_str);
    if super::is(parameters, "ignoreBots") && BOTS.is_match(agent) {
        return Err(Refusal::new(403, "bots may not call this webhook"));
    }
    Ok(())
}

/// A sentence when the list holds something that is no address or network.
pub(super) fn check_list(list: &str) -> Result<(), String> {
    networks(list).map(drop)
}

fn networks(list: &str) -> Result<Vec<IpNet>, String> {
    let entries = list.split([',', '\n', ' ']).map(str::trim).filter(|it| !it.is_empty());
    entries
        .map(|entry| {
            let address = entry.parse::<IpAddr>().map(|it| IpNet::from(it.to_canonical()));
            address.or_else(|_| entry.parse()).map_err(|_| {
                format!("`{entry}` in the list of allowed addresses is no address or network")
            })
        })
        .collect()
}

/// What crawlers, link previews and probes call themselves.
static BOTS: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"(?i)bot\b|bot[/_;-]|crawl|spider|slurp|facebookexternalhit|facebookcatalog|whatsapp|",
        r"telegrambot|slackbot|discordbot|skypeuripreview|embedly|linkpreview|preview|",
        r"headlesschrome|phantomjs|lighthouse|pingdom|uptime|monitor|scrap|archiver|",
        r"mediapartners|feedfetcher|ia_archiver|validator|google-read-aloud|bingpreview",
    );
    Regex::new(words).expect("the pattern is well formed")
});
