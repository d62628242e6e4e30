//! The longest that a statement is waited for.

use std::time::Duration;

use crate::Error;

/// A server that has said nothing for so long is taken to be gone: a line that was cut without a word
/// would otherwise hold up whoever asked until the operating system gives up, a quarter of an hour later.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// What a server answers, or a failure that may pass when it does not.
pub(super) async fn answered<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Error> {
    within(ANSWER_MAX, asked).await
}

async fn within<T>(
    longest: Duration,
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Error> {
    let silence = |_| {
        let why = format!("it has not answered for {} s", longest.as_secs());
        sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, why))
    };
    Ok(tokio::time::timeout(longest, asked).await.map_err(silence)??)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_says_nothing_fails_and_may_be_asked_again() {
        let nothing = std::future::pending::<Result<(), sqlx::Error>>();
        let end = within(Duration::ZERO, nothing).await;
        let error = end.unwrap_err();
        assert!(error.may_pass());
        assert!(error.to_string().contains("has not answered for 0 s"), "{error}");
        let end = answered(async { Err::<(), _>(sqlx::Error::RowNotFound) }).await;
        assert!(matches!(end, Err(Error::Database(sqlx::Error::RowNotFound))));
    }
}
