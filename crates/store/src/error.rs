//! What can go wrong below.

/// A store's failure. Its text names no value and no SQL.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database cannot be reached or refuses: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the schema cannot be brought up: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// Recorded data that cannot be read back.
    #[error("{0}")]
    Damaged(String),
    /// The place is already taken: a name, an address.
    #[error("{0}")]
    Taken(String),
    #[error("{0}")]
    Refused(String),
    /// The workspace has as much as its plan allows.
    #[error("{0}")]
    AtLimit(model::plan::Excess),
    #[error(
        "{wanted} credits are wanted and {left} are left; buy some, or take a larger plan under Settings, \
         Plan and usage"
    )]
    NoCredits { wanted: u64, left: u64 },
    #[error("the secrets in this database were sealed with another master key")]
    WrongKey,
    /// A fault that a test asked for.
    #[error("the database fails on purpose")]
    Injected,
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
}

impl Error {
    /// A rule of the schema stood against it, so another try of the same will fail too.
    pub(crate) fn is_constraint(&self) -> bool {
        use sqlx::error::ErrorKind;
        let Error::Database(sqlx::Error::Database(error)) = self else { return false };
        match error.kind() {
            ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
            | ErrorKind::ExclusionViolation => true,
            // What the database can never store, such as text with a zero character.
            _ => error.code().is_some_and(|it| it.starts_with("22")),
        }
    }

    /// The same may succeed later: the database could not be reached, or had no time.
    pub fn may_pass(&self) -> bool {
        match self {
            Error::Database(_) => !self.is_constraint(),
            Error::Injected => true,
            Error::Schema(_)
            | Error::Damaged(_)
            | Error::Taken(_)
            | Error::Refused(_)
            | Error::AtLimit(_)
            | Error::NoCredits { .. }
            | Error::WrongKey
            | Error::Folder(_) => false,
        }
    }

    /// A unique constraint stood against it.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Error::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

pub(crate) fn damaged(what: impl std::fmt::Display) -> Error {
    Error::Damaged(what.to_string())
}
