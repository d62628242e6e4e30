//! Lists: one shape for all, with pages, order, search and a range of time.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::Fault;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{
    IntoParams, ToSchema,
    openapi::path::{Parameter, ParameterIn},
};

use crate::failure::Failure;

/// Most entries of one page.
pub(crate) const PAGE_SIZE_MAX: u32 = 500;
const PAGE_SIZE: u32 = 50;
const PAGE_MAX: u32 = 1_000_000;

/// One page of a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List<T> {
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
    /// There are more than `total`: counting went no further.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_is_at_least: bool,
    /// From 1.
    pub page: u32,
    pub page_size: u32,
}

impl<T> List<T> {
    pub(crate) fn map<U>(self, each: impl FnMut(T) -> U) -> List<U> {
        List {
            items: self.items.into_iter().map(each).collect(),
            total: self.total,
            total_is_at_least: self.total_is_at_least,
            page: self.page,
            page_size: self.page_size,
        }
    }

    pub(crate) fn try_map<U, E>(self, each: impl FnMut(T) -> Result<U, E>) -> Result<List<U>, E> {
        Ok(List {
            items: self.items.into_iter().map(each).collect::<Result<_, E>>()?,
            total: self.total,
            total_is_at_least: self.total_is_at_least,
            page: self.page,
            page_size: self.page_size,
        })
    }
}

/// Which part of a list.
#[derive(Deserialize, IntoParams, Clone, Debug)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// From 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    page_size: Option<u32>,
}

impl Page {
    pub(crate) fn number(&self) -> u32 {
        self.page.unwrap_or(1).clamp(1, PAGE_MAX)
    }

    pub(crate) fn size(&self) -> u32 {
        self.page_size.unwrap_or(PAGE_SIZE).clamp(1, PAGE_SIZE_MAX)
    }

    /// How many entries come before this page.
    pub(crate) fn offset(&self) -> u32 {
        (self.number() - 1).saturating_mul(self.size())
    }

    pub(crate) fn of<T>(&self, items: Vec<T>, total: u64) -> List<T> {
        List { items, total, total_is_at_least: false, page: self.number(), page_size: self.size() }
    }

    /// A page of a list that is in memory as a whole.
    pub(crate) fn cut<T>(&self, all: Vec<T>) -> List<T> {
        let total = all.len() as u64;
        let page = all.into_iter().skip(self.offset() as usize).take(self.size() as usize);
        self.of(page.collect(), total)
    }
}

/// A range of time, with its first moment and without its last.
#[derive(Deserialize, IntoParams, Clone, Copy, Debug)]
#[into_params(parameter_in = Query)]
pub(crate) struct Between {
    /// Then or later: `2026-01-31` or `2026-01-31T12:00:00Z`.
    #[param(value_type = Option<String>)]
    #[serde(default, deserialize_with = "moment")]
    pub from: Option<Timestamp>,
    /// Before.
    #[param(value_type = Option<String>)]
    #[serde(default, deserialize_with = "moment")]
    pub until: Option<Timestamp>,
}

impl Between {
    fn has(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
    }
}

/// What to look for in a list that is small enough to be in memory as a whole, and when it was made.
#[derive(Deserialize, Clone, Debug)]
pub(crate) struct Look {
    #[serde(flatten)]
    wish: Wish,
    #[serde(flatten)]
    made: Between,
}

#[derive(Deserialize, IntoParams, Clone, Debug)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Part of the name, or of what stands for it, in any case.
    search: Option<String>,
    /// `name`, `createdAt` or `updatedAt`; with `-` before it the other way round.
    sort: Option<String>,
}

impl IntoParams for Look {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut res = Wish::into_params(&place);
        res.extend(Between::into_params(&place));
        res
    }
}

/// What [`Look`] looks at.
pub(crate) trait Listed {
    /// The order when nobody says.
    const ORDER: &str = "name";
    fn name(&self) -> &str;
    fn created_at(&self) -> Timestamp;
    fn updated_at(&self) -> Timestamp;
}

impl Look {
    pub(crate) fn at<T: Listed>(&self, mut all: Vec<T>) -> Result<Vec<T>, Failure> {
        let Wish { search, sort } = &self.wish;
        let search = search.as_deref().unwrap_or_default().trim().to_lowercase();
        all.retain(|it| {
            (search.is_empty() || it.name().to_lowercase().contains(&search))
                && self.made.has(it.created_at())
        });
        let (by, backwards) = order(sort.as_deref(), T::ORDER);
        match by {
            "name" => all.sort_by_cached_key(|it| it.name().to_lowercase()),
            "createdAt" => all.sort_by_key(T::created_at),
            "updatedAt" => all.sort_by_key(T::updated_at),
            odd => return Err(odd_order(odd, &["name", "createdAt", "updatedAt"])),
        }
        if backwards {
            all.reverse();
        }
        Ok(all)
    }
}

/// The field that a list is sorted by, and whether the other way round.
pub(crate) fn order<'a>(sort: Option<&'a str>, default: &'a str) -> (&'a str, bool) {
    let sort = sort.filter(|it| !it.is_empty()).unwrap_or(default);
    sort.strip_prefix('-').map_or((sort, false), |it| (it, true))
}

pub(crate) fn odd_order(odd: &str, known: &[&str]) -> Failure {
    let message = format!("a list cannot be sorted by `{odd}`; it can by {}", known.join(", "));
    Fault::invalid(message).into()
}

/// A time, or a day: its beginning in UTC.
fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)?.filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    let time = text.parse::<Timestamp>().ok().or_else(day);
    time.map(Some).ok_or_else(|| {
        let message = format!("`{text}` is no time; write 2026-01-31 or 2026-01-31T12:00:00Z");
        serde::de::Error::custom(message)
    })
}
