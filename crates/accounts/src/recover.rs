//! Other passwords, and addresses that are known to be somebody's.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret,
    id::{SessionId, UserId},
};
use store::{
    Store,
    attempts::Held,
    proofs::{Kind, NewProof},
    users::NewUser,
};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    Accounts, Email,
    accounts::word,
    failure::fault,
    mail::{self, Post},
    password,
};

/// How long a word for another password counts.
const RESET: SignedDuration = SignedDuration::from_hours(1);
const VERIFY: SignedDuration = SignedDuration::from_hours(72);
/// How long somebody may take to say that the address of a new account is his.
const CONFIRM: SignedDuration = SignedDuration::from_hours(24);
/// So long nobody gets a second mail of the same kind.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// How many wishes may wait.
const WISHES_MAX: usize = 1_000;

/// Somebody without a session wants a mail.
enum Wish {
    NewPassword(Email),
    Verification(Email),
    Account(Box<NewUser>),
}

/// Takes wishes and fulfils them one after the other, away from who asks: so an answer takes as
/// long whether there is such an account or not.
pub(crate) struct Desk {
    wishes: mpsc::Sender<Wish>,
    task: JoinHandle<()>,
}

impl Desk {
    pub(crate) fn open(store: Store, base_url: String, post: Arc<Post>) -> Desk {
        let (wishes, mut open) = mpsc::channel(WISHES_MAX);
        let task = tokio::spawn(async move {
            while let Some(wish) = open.recv().await {
                match fulfil(&store, &base_url, &wish).await {
                    Ok(true) => post.ring(),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::error!("a mail that was asked for is not written: {error}")
                    }
                }
            }
        });
        Desk { wishes, task }
    }

    /// Asks whether somebody who wants an account reads the mails of its address; who has one already is told so.
    pub(crate) fn ask_first(&self, new: NewUser) -> Result<(), Fault> {
        self.wish(Wish::Account(Box::new(new)))
    }

    fn wish(&self, it: Wish) -> Result<(), Fault> {
        self.wishes.try_send(it).map_err(|_| {
            Fault::new(Code::Overloaded, "too many mails are asked for at the moment; try again")
        })
    }

    /// Asks a new person whether the address is his. One who is not asked can ask to be.
    pub(crate) fn ask_again(&self, email: &Email) {
        if self.wish(Wish::Verification(email.clone())).is_err() {
            tracing::warn!("a new person was not asked whether the address is his");
        }
    }

    pub(crate) fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.close();
    }
}

/// Writes the mail, if there is such an account and it has not just got one.
async fn fulfil(store: &Store, base_url: &str, wish: &Wish) -> Result<bool, store::Error> {
    let (email, kind) = match wish {
        Wish::NewPassword(email) => (email, Kind::Reset),
        Wish::Verification(email) => (email, Kind::Verify),
        Wish::Account(new) => return open_account(store, base_url, new).await,
    };
    let Some((user, _)) = store.user_by_email(email.key()).await? else { return Ok(false) };
    // To the address as it was registered.
    let Ok(to) = Email::parse(&user.email) else { return Ok(false) };
    let (word, now) = (word(store), Timestamp::now());
    let (letter, lasts) = match kind {
        Kind::Verify if user.verified_at.is_some() => return Ok(false),
        Kind::Verify => (mail::verify(&to, &user.name, base_url, &word), VERIFY),
        Kind::Reset => (mail::new_password(&to, &user.name, base_url, &word), RESET),
    };
    let proof = NewProof { kind, word, expires_at: now + lasts };
    store.send_proof(user.id, &proof, &letter, PAUSE, now).await
}

/// Writes to the address of who wants an account: how to have it, or that there is one.
async fn open_account(store: &Store, base_url: &str, new: &NewUser) -> Result<bool, store::Error> {
    let (word, now) = (word(store), Timestamp::now());
    let Some((user, _)) = store.user_by_email(&new.email_key).await? else {
        let Ok(to) = Email::parse(&new.email) else { return Ok(false) };
        let letter = mail::confirm(&to, &new.name, base_url, &word);
        return store.ask_registration(new, &word, &letter, now + CONFIRM, now).await;
    };
    let Ok(to) = Email::parse(&user.email) else { return Ok(false) };
    let letter = mail::already(&to, &user.name, base_url, &word);
    let proof = NewProof { kind: Kind::Reset, word, expires_at: now + RESET };
    store.send_proof(user.id, &proof, &letter, PAUSE, now).await
}

/// A word by which the person of this address may set another password, for an operator who hands
/// it over where no mails are sent.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn password_word(store: &Store, email: &Email) -> Result<Secret, Fault> {
    let found = store.user_by_email(email.key()).await.map_err(fault)?;
    let absent = || format!("there is no account with the address {}", email.as_str());
    let (user, _) = found.ok_or_else(|| Fault::new(Code::NotFound, absent()))?;
    let (word, now) = (word(store), Timestamp::now());
    let proof = NewProof { kind: Kind::Reset, word: word.clone(), expires_at: now + RESET };
    store.add_proof(user.id, &proof, now).await.map_err(fault)?;
    Ok(word)
}

impl Accounts {
    /// Sends a word by which another password may be set, if there is such an account. The answer
    /// is the same when there is none.
    ///
    /// # Errors
    /// [`Code::Overloaded`]; [`Code::Forbidden`] on a server that sends no mails.
    pub fn forgot(&self, email: Email) -> Result<(), Fault> {
        self.needs_mails()?;
        self.0.desk.wish(Wish::NewPassword(email))
    }

    /// Asks once more whether an address is the person's. The answer is the same when there is no
    /// such account, or it is known already.
    ///
    /// # Errors
    /// [`Code::Overloaded`]; [`Code::Forbidden`] on a server that sends no mails.
    pub fn resend_verification(&self, email: Email) -> Result<(), Fault> {
        self.needs_mails()?;
        self.0.desk.wish(Wish::Verification(email))
    }

    pub(crate) fn needs_mails(&self) -> Result<(), Fault> {
        match self.sends_mails() {
            true => Ok(()),
            false => Err(Fault::new(
                Code::Forbidden,
                "this server sends no mails; its operator names a mail server with --smtp-url, or runs `tailorbird user password`",
            )),
        }
    }

    /// Takes the word that says that an address is the person's; an account that waited for it is made.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`].
    pub async fn verify_email(&self, word: &str) -> Result<(), Fault> {
        let now = Timestamp::now();
        if self.store().verify_email(word, now).await.map_err(fault)?.is_some() {
            return Ok(());
        }
        let made = self.store().confirm_registration(word, now).await.map_err(fault)?;
        let user = made.ok_or_else(used_up)?;
        tracing::info!(%user, "an account was made");
        Ok(())
    }

    /// Whether a word for another password counts.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when it does not.
    pub async fn may_reset(&self, word: &str) -> Result<(), Fault> {
        let found =
            self.store().proves(Kind::Reset, word, Timestamp::now()).await.map_err(fault)?;
        found.map(|_| ()).ok_or_else(used_up)
    }

    /// Sets another password by a word that was sent, and ends all sessions.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when the word does not count, or the password will not do; the word
    /// counts still then.
    pub async fn reset(&self, word: &str, password: &Secret) -> Result<UserId, Fault> {
        let store = self.store();
        let found = store.proves(Kind::Reset, word, Timestamp::now()).await.map_err(fault)?;
        let user = self.user(found.ok_or_else(used_up)?).await?;
        let hash = self.new_hash(&user, password).await?;
        let end = store.reset_password(word, &hash, Timestamp::now()).await.map_err(fault)?;
        let id = end.ok_or_else(used_up)?;
        tracing::info!(user = %id, "a password was reset");
        Ok(id)
    }

    /// Sets another password, by the one before, and ends the other sessions.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::TooManyRequests`].
    pub async fn change_password(
        &self,
        id: UserId,
        session: SessionId,
        old: &Secret,
        new: &Secret,
    ) -> Result<(), Fault> {
        let user = self.user(id).await?;
        let known = self.prove_own(id, session, old).await?;
        let hash = self.new_hash(&user, new).await?;
        let end = self.store().change_password(id, &known, &hash, session, Timestamp::now()).await;
        if end.map_err(fault)? { Ok(()) } else { Err(wrong()) }
    }

    /// Takes the password of a person who has signed in once more, before something that whoever
    /// finds an open session may not do; gives its hash.
    pub(crate) async fn prove_own(
        &self,
        id: UserId,
        session: SessionId,
        password: &Secret,
    ) -> Result<Secret, Fault> {
        let store = self.store();
        // Whoever has the session and not the password cannot guess at it here.
        let (account, here) = (id.to_string(), session.to_string());
        let known = store.password(id).await.map_err(fault)?.unwrap_or_else(|| Secret::new(""));
        if known.expose().is_empty() {
            let message =
                "this account has no password yet; ask for a new one as if it was forgotten";
            return Err(Fault::invalid(message));
        }
        let place = self.0.hashing.place()?;
        let turn = place.turn().await?;
        let held = self.may_try(&account, &here).await?;
        if !turn.fits(password, Some(&known)).await? {
            self.failed(&account, &here).await?;
            return Err(wrong());
        }
        if held != Held::Nothing {
            store.attempt_succeeded(&account, &here).await.map_err(fault)?;
        }
        Ok(known)
    }

    async fn new_hash(
        &self,
        user: &store::users::User,
        password: &Secret,
    ) -> Result<Secret, Fault> {
        let email = Email::parse(&user.email)?;
        password::check(password, &email, &user.name, &self.0.options.breached)?;
        let place = self.0.hashing.place()?;
        place.hash(password, self.store().chance()).await
    }
}

fn wrong() -> Fault {
    Fault::invalid("the password that you have now is another one")
}

fn used_up() -> Fault {
    Fault::invalid("this word does not count, or no longer; ask for another mail")
}
