//! When a schedule is due, and what happens to firings that nobody saw.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// When a schedule is due.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// Cron with 5 or 6 fields (seconds first), in the workflow's time zone.
    Cron(SmolStr),
    /// Every so many seconds, counted from the epoch.
    Every { seconds: u64 },
    /// At the times of a cron text, but only in every so many hours, days, weeks or months. They
    /// are counted from 1970 (weeks from Monday), so that nothing needs to be remembered.
    Nth { cron: SmolStr, every: u32, period: Period },
}

/// What [`Rule::Nth`] counts, in the workflow's time zone.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Period {
    Hour,
    Day,
    Week,
    Month,
}

/// What happens to firings that were due while nobody ran.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum CatchUp {
    Skip,
    /// The latest missed firing runs once.
    #[default]
    Once,
    /// Every missed firing runs, up to a stated number.
    All,
}
