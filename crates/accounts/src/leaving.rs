//! Another address, and the end of an account.

use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret, Value,
    id::{SessionId, UserId},
};
use store::{email_changes::NewEmail, leaving::Leaving};

use crate::{Accounts, Email, accounts::word, failure::fault, mail};

/// How long another address waits to be confirmed.
const CONFIRM: SignedDuration = SignedDuration::from_hours(24);
/// One mail to another address, and the next not before.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// How long an account that is to end can be kept.
const GRACE: SignedDuration = SignedDuration::from_hours(24 * 14);

impl Accounts {
    /// Sends a word to another address; once it comes back, that is the person's. Where somebody has the
    /// address the mail says so, and the answer does not.
    ///
    /// # Errors
    /// [`Code::Forbidden`] on a server that sends no mails, [`Code::InvalidRequest`],
    /// [`Code::TooManyRequests`].
    pub async fn ask_email(
        &self,
        id: UserId,
        session: SessionId,
        email: &Email,
        password: &Secret,
    ) -> Result<(), Fault> {
        self.needs_mails()?;
        self.prove_own(id, session, password).await?;
        let user = self.user(id).await?;
        if Email::parse(&user.email).is_ok_and(|it| it.key() == email.key()) {
            return Err(Fault::invalid("this is the address that you have already"));
        }
        let (word, now) = (word(self.store()), Timestamp::now());
        let base_url = &self.0.options.base_url;
        let letter = mail::another_address(email, &user.name, base_url, &word);
        let if_taken = mail::address_in_use(email, base_url);
        let new = NewEmail {
            email: email.as_str().into(),
            key: email.key().into(),
            word,
            expires_at: now + CONFIRM,
        };
        let asked = self.store().ask_email(id, &new, &letter, &if_taken, PAUSE, now).await;
        if !asked.map_err(fault)? {
            let message = "a mail went out a moment ago; wait a minute before you ask for another";
            let details = Value::object([("retryAfterSeconds", Value::from(PAUSE.as_secs()))]);
            return Err(Fault::new(Code::TooManyRequests, message).with(details));
        }
        self.0.post.ring();
        Ok(())
    }

    /// Takes the word. The address before is told, and words that went there count no more; sessions stay.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when the word does not count, [`Code::NameTaken`] when somebody was faster.
    pub async fn change_email(&self, word: &str) -> Result<UserId, Fault> {
        let (store, now) = (self.store(), Timestamp::now());
        let found = store.wanted_email(word, now).await.map_err(fault)?;
        let used_up =
            || Fault::invalid("this word does not count, or no longer; ask for another mail");
        let wanted = found.ok_or_else(used_up)?;
        let before = Email::parse(&wanted.before)?;
        let base_url = &self.0.options.base_url;
        let notice = mail::address_changed(&before, &wanted.name, base_url, &wanted.email);
        let changed = store.change_email(word, &notice, now).await.map_err(fault)?;
        let id = changed.ok_or_else(used_up)?;
        self.0.post.ring();
        tracing::info!(user = %id, "an address was changed");
        Ok(id)
    }

    /// The address that a person wants to have and has not confirmed yet.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn wished_email(&self, id: UserId) -> Result<Option<String>, Fault> {
        let found = self.store().wished_email(id, Timestamp::now()).await.map_err(fault)?;
        Ok(found.map(String::from))
    }

    /// Ends the account after a while, in which signing in keeps it. All sessions end now. An account
    /// without a password is ended by who has the session. Gives when it is removed.
    ///
    /// # Errors
    /// [`Code::StillNeeded`] for who owns workspaces, or is the last to look after the server;
    /// [`Code::InvalidRequest`], [`Code::TooManyRequests`].
    pub async fn end_account(
        &self,
        id: UserId,
        session: SessionId,
        password: &Secret,
    ) -> Result<Timestamp, Fault> {
        let known = self.store().password(id).await.map_err(fault)?;
        if known.is_some_and(|it| !it.expose().is_empty()) {
            self.prove_own(id, session, password).await?;
        }
        let ends_at = Timestamp::now() + GRACE;
        match self.store().end_account(id, ends_at).await.map_err(fault)? {
            Leaving::Done => {
                tracing::info!(user = %id, "an account is to end");
                Ok(ends_at)
            }
            Leaving::Owns(all) => {
                let names: Vec<_> = all.iter().map(|it| format!("`{}`", it.1)).collect();
                let message = format!(
                    "you own {}; make another member the owner, or close the workspace, then end the account",
                    names.join(", ")
                );
                Err(Fault::new(Code::StillNeeded, message))
            }
            Leaving::LastAdmin => {
                let message = "nobody else looks after this server; the account stays";
                Err(Fault::new(Code::StillNeeded, message))
            }
        }
    }
}
