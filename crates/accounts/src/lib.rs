//! People and how they come in: passwords, sessions, and the mails that go with them.
//!
//! This room decides; `store` keeps, and `api` speaks. It reads the clock at its verbs and nowhere
//! below.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod accounts;
mod backoff;
pub mod elsewhere;
mod email;
mod failure;
mod hashing;
mod leaving;
pub mod mail;
mod members;
pub mod passkeys;
pub mod password;
pub mod payments;
mod profile;
mod public_key;
mod recover;
mod registration;
mod sessions;
mod sign_in;
mod token;
mod totp;
mod tries;
mod two_factor;
mod workspaces;

pub use accounts::{Accounts, Options, Registration, Trust};
pub use backoff::household;
pub use email::Email;
pub use members::{INVITED_DAYS, INVITED_DAYS_MAX, Invited, NewInvitation};
pub use profile::{Notifications, Preferences, Profile, Theme};
pub use recover::password_word;
pub use registration::{NewAccount, Registering};
pub use sign_in::{From, SignedIn};
pub use token::Claims;
pub use two_factor::{Challenge, Entrance, SetUp, State, end_passkeys, end_two_factor};
pub use workspaces::Switched;
