//! Faults of the store, as people are told of them.

use model::{Code, Fault};
use store::Error;

pub(crate) fn fault(error: Error) -> Fault {
    match error {
        Error::Taken(message) => Fault::new(Code::NameTaken, message),
        Error::Refused(message) => Fault::invalid(message),
        Error::AtLimit(it) => Fault::new(Code::PlanLimit, it.to_string()).with(it.details()),
        Error::NoCredits { .. } => Fault::new(Code::CreditsUsedUp, error.to_string()),
        Error::Database(_) | Error::Injected => {
            tracing::error!("{error}");
            Fault::new(Code::StoreUnavailable, "the database cannot be reached; try again")
        }
        Error::Damaged(_) | Error::Schema(_) | Error::Folder(_) | Error::WrongKey => {
            Fault::internal(error.to_string())
        }
    }
}
