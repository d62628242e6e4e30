//! `tailorbird user`: lets a person in whose password or second factor is lost.

use accounts::{Email, end_passkeys, end_two_factor, password_word};
use clap::{Args as ClapArgs, Subcommand};

use crate::{
    cli::Options,
    client, database,
    failure::{Failure, Outcome},
    output,
    place::Place,
};

/// Looks after people, on the machine itself
#[derive(ClapArgs)]
#[command(after_help = "Examples:
  tailorbird user password ada@example.com
  tailorbird user two-factor-off ada@example.com
  tailorbird user passkeys-off ada@example.com

It works on the database itself, so the server is stopped meanwhile.")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Prints a link under which the person sets a new password, once and within an hour
    Password {
        /// The address of the account
        email: String,
        #[command(flatten)]
        database: database::Options,
    },
    /// Turns the second factor of an account off, for who has lost the device and the recovery codes
    TwoFactorOff {
        /// The address of the account
        email: String,
        #[command(flatten)]
        database: database::Options,
    },
    /// Removes the passkeys of an account, for who has lost the devices
    PasskeysOff {
        /// The address of the account
        email: String,
        #[command(flatten)]
        database: database::Options,
    },
}

/// Where a server listens that was never started.
const NEVER_STARTED: &str = "http://127.0.0.1:5680";

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let place = Place::at(&options.data);
    match &args.verb {
        Verb::Password { email, database } => password(&place, email, database),
        Verb::TwoFactorOff { email, database } => two_factor_off(&place, email, database),
        Verb::PasskeysOff { email, database } => passkeys_off(&place, email, database),
    }
}

fn password(place: &Place, email: &str, database: &database::Options) -> Outcome {
    let email = Email::parse(email).map_err(|it| Failure::usage(it.message))?;
    let url = place.read_address()?.unwrap_or_else(|| NEVER_STARTED.to_owned());
    let word = client::block(async {
        let opened = database.open(place).await?;
        let word = password_word(&opened.store, &email).await;
        opened.store.close().await;
        word.map_err(|it| Failure::failed(it.message))
    })?;
    output::line(format!("{url}/app/reset#{}", word.expose()));
    eprintln!(
        "start the server and open this within an hour; all sessions of the account end then"
    );
    Ok(())
}

fn two_factor_off(place: &Place, email: &str, database: &database::Options) -> Outcome {
    let email = Email::parse(email).map_err(|it| Failure::usage(it.message))?;
    client::block(async {
        let opened = database.open(place).await?;
        let end = end_two_factor(&opened.store, &email).await;
        opened.store.close().await;
        end.map_err(|it| Failure::failed(it.message))
    })?;
    output::line(format!("{} signs in with the password alone", email.as_str()));
    Ok(())
}

fn passkeys_off(place: &Place, email: &str, database: &database::Options) -> Outcome {
    let email = Email::parse(email).map_err(|it| Failure::usage(it.message))?;
    client::block(async {
        let opened = database.open(place).await?;
        let end = end_passkeys(&opened.store, &email).await;
        opened.store.close().await;
        end.map_err(|it| Failure::failed(it.message))
    })?;
    output::line(format!("{} has no passkey any more", email.as_str()));
    Ok(())
}
