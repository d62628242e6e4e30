//! Finds files that no journal ever named: the process was killed between writing one and saying so.

use jiff::{SignedDuration, Timestamp};
use model::id::BlobId;
use smol_str::SmolStr;

use crate::engine::Inner;

/// A step that wrote a file has long come to its end by then, and its journal names the file.
const AGE_MIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many shelves one look goes through, so that all of them are seen in the course of days.
const SHELVES_MAX: usize = 32;

/// Goes on behind the shelf `after`, and gives the one where it came to; `None` begins anew.
pub(super) async fn look(inner: &Inner, mut after: Option<SmolStr>) -> Option<SmolStr> {
    for _ in 0..SHELVES_MAX {
        match next(inner, after.as_deref(), Timestamp::now()).await {
            Ok(Some(place)) => after = Some(place),
            Ok(None) => return None,
            Err(error) => {
                tracing::warn!("files that nothing names cannot be looked for: {error}");
                return after;
            }
        }
    }
    after
}

async fn next(
    inner: &Inner,
    after: Option<&str>,
    now: Timestamp,
) -> Result<Option<SmolStr>, Box<dyn std::error::Error + Send + Sync>> {
    let Some(shelf) = inner.outside.files.shelf(after).await? else { return Ok(None) };
    let old: Vec<BlobId> = shelf.names.into_iter().filter(|it| is_old(*it, now)).collect();
    if !old.is_empty() {
        let n = inner.store.abandon(shelf.workspace, &old).await?;
        if n > 0 {
            tracing::info!(files = n, "files that nothing names are cleared away");
        }
    }
    Ok(Some(shelf.place))
}

/// The name of a file tells when it was made.
fn is_old(file: BlobId, now: Timestamp) -> bool {
    let made = file.0.get_timestamp().and_then(|it| {
        let (seconds, nanos) = it.to_unix();
        Timestamp::new(i64::try_from(seconds).ok()?, nanos as i32).ok()
    });
    made.is_some_and(|made| now.duration_since(made) > AGE_MIN)
}

#[cfg(test)]
mod tests {
    use uuid::{NoContext, Uuid};

    use super::*;

    #[test]
    fn a_file_is_old_after_a_week() {
        let made =
            |seconds| BlobId(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, 0)));
        let now = Timestamp::from_second(8 * 24 * 3600).unwrap();
        assert!(is_old(made(0), now));
        assert!(!is_old(made(2 * 24 * 3600), now));
        assert!(!is_old(BlobId(Uuid::nil()), now));
    }
}
