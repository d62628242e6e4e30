//! Asks the database again for a while when it cannot be reached: a running execution must not fail
//! by what passes.

use std::time::Duration;

use store::Error;

/// How often, and the first pause; each next one is twice as long.
const TRIES_MAX: u32 = 7;
const PAUSE: Duration = Duration::from_millis(50);

/// # Errors
/// What the database said the last time.
pub(crate) async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut pause = PAUSE;
    for _ in 1..TRIES_MAX {
        match ask().await {
            Err(error) if error.may_pass() => {
                tracing::debug!("asking the database again: {error}");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            end => return end,
        }
    }
    ask().await
}
