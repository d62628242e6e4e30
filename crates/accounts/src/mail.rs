//! Mails: what is written in them, and how they leave the house.

mod letters;
mod post;

use std::time::Duration;

pub(crate) use letters::{
    address_changed, address_in_use, already, another_address, confirm, invitation, new_password,
    recharge_off, verify,
};
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use model::Fault;
pub(crate) use post::Post;

/// The server that takes our mails.
#[derive(Clone)]
pub struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The pause before the second try; it grows from there.
    retry: Duration,
}

/// Longest talk with the server for one mail.
const TALK_MAX: Duration = Duration::from_secs(30);
/// The pause before the second try, when nobody says.
const RETRY: Duration = Duration::from_secs(10);

impl Server {
    /// `url` is `smtp://user:password@host:587?tls=required`, `smtps://…` or, without encryption,
    /// `smtp://host:25`.
    ///
    /// # Errors
    /// A fault that says what is odd.
    pub fn new(url: &str, from: &str) -> Result<Server, Fault> {
        // The text of the failure may hold the password, so it is not shown.
        let odd = |_| {
            Fault::invalid(
                "the mail server cannot be understood; write `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`",
            )
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(odd)?;
        let from = from.parse().map_err(|_| {
            Fault::invalid(format!(
                "`{from}` is no sender; write `Tailorbird <no-reply@example.com>`"
            ))
        })?;
        Ok(Server { transport: transport.timeout(Some(TALK_MAX)).build(), from, retry: RETRY })
    }

    /// With another pause before the second try.
    #[must_use]
    pub fn retrying_after(self, retry: Duration) -> Server {
        Server { retry, ..self }
    }
}
