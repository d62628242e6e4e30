//! What went wrong below, for a client.

use model::{Code, Fault};
use store::Error;

/// A failure of the store in the words of the API. What only an operator can mend is logged.
pub(crate) fn fault(error: Error) -> Fault {
    match error {
        Error::Taken(message) => Fault::new(Code::NameTaken, message),
        Error::Refused(message) => Fault::new(Code::InvalidRequest, message),
        Error::AtLimit(it) => Fault::new(Code::PlanLimit, it.to_string()).with(it.details()),
        Error::NoCredits { .. } => Fault::new(Code::CreditsUsedUp, error.to_string()),
        Error::Database(_) | Error::Injected => {
            tracing::error!("{error}");
            Fault::new(Code::StoreUnavailable, "the database cannot be reached; try again")
        }
        Error::Damaged(_) | Error::Schema(_) | Error::Folder(_) | Error::WrongKey => {
            tracing::error!("{error}");
            Fault::internal("recorded data could not be read; the log of the server says more")
        }
    }
}
