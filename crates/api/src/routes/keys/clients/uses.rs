//! What a key asked for.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use model::{Fault, id::ApiKeyId};
use serde::{Deserialize, Serialize};
use store::key_uses::{USES_DAYS_MAX, Uses};
use utoipa::{IntoParams, ToSchema};

use super::super::absent;
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{Asked, At},
};

const DAYS: u32 = 30;
/// How many routes are told, those that were asked for most.
const ROUTES_MAX: usize = 10;

/// How far back.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Back {
    /// How many days, with today.
    #[param(minimum = 1, maximum = 366, default = 30)]
    days: Option<u32>,
}

/// What a key asked for. Requests that were not let in are not counted, and the last seconds of a process that died.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiKeyUse {
    #[schema(value_type = String)]
    api_key_id: ApiKeyId,
    period: UsePeriod,
    stats: UseStats,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UsePeriod {
    days: u32,
    #[schema(value_type = String, format = Date)]
    start_date: Date,
    #[schema(value_type = String, format = Date)]
    end_date: Date,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UseStats {
    total_requests: u64,
    requests_today: u64,
    /// Within the last seven days, and thirty.
    requests_this_week: u64,
    requests_this_month: u64,
    /// In milliseconds.
    average_response_time: u64,
    /// How many of a hundred were refused or broke.
    error_rate: f64,
    top_endpoints: Vec<RouteUse>,
    daily_usage: Vec<DayUse>,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct RouteUse {
    /// Such as `GET /workflows/{id}`.
    endpoint: String,
    count: u64,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct DayUse {
    #[schema(value_type = String, format = Date)]
    date: Date,
    requests: u64,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(stats))
}

/// What a key asked for
#[utoipa::path(get, path = "/api-keys/{id}/stats", tag = "keys", operation_id = "getApiKeyStats",
    params(("id" = String, Path), Back), responses((status = 200, body = ApiKeyUse)))]
async fn stats(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ApiKeyId>,
    Asked(back): Asked<Back>,
) -> Result<Json<ApiKeyUse>, Failure> {
    let days = back.days.unwrap_or(DAYS);
    if !(1..=USES_DAYS_MAX).contains(&days) {
        return Err(Fault::invalid(format!("`days` is from 1 to {USES_DAYS_MAX}")).into());
    }
    let keys = app.store().keys(actor.workspace).await?;
    if !keys.iter().any(|it| it.id == id) {
        return Err(absent(id));
    }
    app.tally().written().await;
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let first = back_from(today, days);
    let all = app.store().key_uses(actor.workspace, id, first).await?;
    let period = UsePeriod { days, start_date: first, end_date: today };
    Ok(Json(ApiKeyUse { api_key_id: id, period, stats: UseStats::of(&all, first, today) }))
}

/// The first of so many days that end with this one.
fn back_from(today: Date, days: u32) -> Date {
    today.saturating_sub(Span::new().days(i64::from(days) - 1))
}

impl UseStats {
    fn of(all: &[(Date, String, Uses)], first: Date, today: Date) -> UseStats {
        let mut total = Uses::default();
        let mut by_route: BTreeMap<&str, u64> = BTreeMap::new();
        let mut by_day: BTreeMap<Date, u64> = BTreeMap::new();
        for (day, route, uses) in all {
            total.join(*uses);
            *by_route.entry(route).or_default() += uses.requests;
            *by_day.entry(*day).or_default() += uses.requests;
        }
        let since = |days| -> u64 { by_day.range(back_from(today, days)..).map(|it| *it.1).sum() };
        let mut top_endpoints: Vec<RouteUse> = by_route
            .into_iter()
            .map(|(route, count)| RouteUse { endpoint: route.to_owned(), count })
            .collect();
        top_endpoints.sort_by_key(|it| std::cmp::Reverse(it.count));
        top_endpoints.truncate(ROUTES_MAX);
        let mut daily_usage = vec![];
        let mut date = first;
        while date <= today {
            let requests = by_day.get(&date).copied().unwrap_or_default();
            daily_usage.push(DayUse { date, requests });
            let Ok(next) = date.checked_add(Span::new().days(1)) else { break };
            date = next;
        }
        let share = |part: u64| match total.requests {
            0 => 0.0,
            n => (part as f64 * 10_000.0 / n as f64).round() / 100.0,
        };
        UseStats {
            total_requests: total.requests,
            requests_today: since(1),
            requests_this_week: since(7),
            requests_this_month: since(30),
            average_response_time: total.took_us.checked_div(total.requests).unwrap_or(0) / 1_000,
            error_rate: share(total.failures),
            top_endpoints,
            daily_usage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_summed_by_day_and_route() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let uses = |requests, failures| Uses { requests, failures, took_us: requests * 4_000 };
        let all = [
            (day("2026-03-01"), "GET /a".to_owned(), uses(2, 0)),
            (day("2026-03-09"), "GET /b".to_owned(), uses(5, 1)),
            (day("2026-03-10"), "GET /a".to_owned(), uses(1, 0)),
        ];
        let it = UseStats::of(&all, day("2026-03-01"), day("2026-03-10"));
        assert_eq!((it.total_requests, it.requests_today, it.requests_this_week), (8, 1, 6));
        assert_eq!((it.requests_this_month, it.average_response_time), (8, 4));
        assert_eq!(it.error_rate, 12.5);
        assert_eq!(it.top_endpoints[0], RouteUse { endpoint: "GET /b".to_owned(), count: 5 });
        assert_eq!((it.daily_usage.len(), it.daily_usage[8].requests), (10, 5));
        let none = UseStats::of(&[], day("2026-03-10"), day("2026-03-10"));
        assert_eq!((none.error_rate, none.average_response_time), (0.0, 0));
    }
}
