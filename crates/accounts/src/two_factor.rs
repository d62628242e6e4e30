//! The second factor: set up, asked for at sign-in, and given up.
//!
//! Codes are guessed at by who knows the password. Few tries answer one sign-in; who guesses waits
//! longer each time; and after many wrong codes from anywhere an account takes codes only from
//! where the person is signed in already. Recovery codes cannot be guessed and always count, so
//! nobody can lock another person out.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret,
    id::{SessionId, UserId, WorkspaceId},
};
use qrcode::{QrCode, render::svg};
use sha2::Sha256;
use store::{
    Store,
    attempts::Held,
    sessions::Factors,
    two_factor::{Answer, TwoFactor},
    users::User,
};

use crate::{
    Accounts, Email, From, SignedIn,
    accounts::word,
    backoff::{household, pause_anywhere},
    failure::fault,
    sign_in::held_until,
    totp,
};

/// How long a sign-in waits for a code.
const CHALLENGE: SignedDuration = SignedDuration::from_mins(5);
/// How many codes may be tried for one sign-in.
const TRIES_MAX: u32 = 5;
/// How long a second factor may be set up without being confirmed.
const SET_UP: SignedDuration = SignedDuration::from_mins(30);
const RECOVERY_CODES: usize = 10;
/// Of 16 letters, 80 bits: they cannot be guessed.
const RECOVERY_BYTES: usize = 10;
const ISSUER: &str = "Tailorbird";

/// What a sign-in comes to.
pub enum Entrance {
    In(Box<SignedIn>),
    /// A code is wanted first.
    Challenge(Challenge),
}

/// A sign-in that waits for a code.
pub struct Challenge {
    pub word: Secret,
    pub seconds: i64,
}

/// A second factor that is to be confirmed.
pub struct SetUp {
    /// To be typed into an authenticator app.
    pub secret: Secret,
    /// To be opened by one.
    pub url: Secret,
    /// The same as a picture, SVG.
    pub picture: Secret,
}

/// Whether sign-ins want a code.
pub struct State {
    pub since: Option<Timestamp>,
    pub recovery_codes_left: u64,
}

/// Asks the person of this address for no second factor any more, for an operator who knows that
/// the device is lost.
///
/// # Errors
/// [`Code::NotFound`], [`Code::InvalidRequest`] when there is none.
pub async fn end_two_factor(store: &Store, email: &Email) -> Result<(), Fault> {
    match store.end_two_factor(owner(store, email).await?).await.map_err(fault)? {
        true => Ok(()),
        false => Err(Fault::invalid("sign-ins of this account want no second factor")),
    }
}

/// Takes all passkeys from the person of this address, for an operator who knows that the devices are lost.
///
/// # Errors
/// [`Code::NotFound`], [`Code::InvalidRequest`] when there is none.
pub async fn end_passkeys(store: &Store, email: &Email) -> Result<(), Fault> {
    match store.remove_passkeys(owner(store, email).await?).await.map_err(fault)? {
        true => Ok(()),
        false => Err(Fault::invalid("this account has no passkey")),
    }
}

async fn owner(store: &Store, email: &Email) -> Result<UserId, Fault> {
    let found = store.user_by_email(email.key()).await.map_err(fault)?;
    let absent = || format!("there is no account with the address {}", email.as_str());
    found.map(|it| it.0.id).ok_or_else(|| Fault::new(Code::NotFound, absent()))
}

impl Accounts {
    /// Whether members of a workspace need a second factor.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn wants_factor(&self, workspace: WorkspaceId) -> Result<bool, Fault> {
        self.store().wants_factor(workspace).await.map_err(fault)
    }

    /// Says whether they do. A person who demands it has shown one himself in this session, or he would
    /// come in no more.
    ///
    /// # Errors
    /// [`Code::SecondFactorNeeded`].
    pub async fn set_wants_factor(
        &self,
        workspace: WorkspaceId,
        by: Option<(UserId, SessionId)>,
        is_wanted: bool,
    ) -> Result<(), Fault> {
        if let (Some((user, session)), true) = (by, is_wanted)
            && !self.store().shows_both_factors(user, session).await.map_err(fault)?
        {
            let message = "set up a second factor or a passkey for yourself first, and sign in with it; else you could do nothing here any more";
            return Err(Fault::new(Code::SecondFactorNeeded, message));
        }
        self.store().set_wants_factor(workspace, is_wanted).await.map_err(fault)
    }

    /// Lets a person in who has shown the first factor, or asks for the second. Who is let in is in this
    /// workspace, or in the one that was joined first.
    pub(crate) async fn enter(
        &self,
        user: User,
        workspace: Option<WorkspaceId>,
        from: &From,
    ) -> Result<Entrance, Fault> {
        if !self.store().wants_code(user.id).await.map_err(fault)? {
            let it = self.begin_session(user, workspace, Factors::One, from).await?;
            return Ok(Entrance::In(Box::new(it)));
        }
        let word = word(self.store());
        let ends = Timestamp::now() + CHALLENGE;
        self.store().add_challenge(user.id, workspace, &word, ends).await.map_err(fault)?;
        Ok(Entrance::Challenge(Challenge { word, seconds: CHALLENGE.as_secs() }))
    }

    /// Signs in with a code: of the authenticator app, or a recovery code.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when the code does not count, [`Code::ChallengeEnded`] when one has
    /// to sign in again, [`Code::TooManyRequests`].
    pub async fn answer_challenge(
        &self,
        challenge: &str,
        code: &str,
        from: &From,
    ) -> Result<SignedIn, Fault> {
        let (store, now) = (self.store(), Timestamp::now());
        let found = store.challenged(challenge, TRIES_MAX, now).await.map_err(fault)?;
        let (id, workspace) = found.ok_or_else(ended)?;
        let (account, household) = (account(id), household(from.address));
        let held = self.may_try(&account, &household).await?;
        let code = plain(code);
        if totp::is_code(&code) {
            self.may_try_from_here(id, &household).await?;
        }
        // Counted before it is looked at, so that many at once are no more than one by one.
        if !store.count_try(id, challenge, TRIES_MAX).await.map_err(fault)? {
            return Err(ended());
        }
        let answer = self.answer(id, &code, now).await?;
        let passed = match &answer {
            Some(it) => store.pass_challenge(id, challenge, it, now).await.map_err(fault)?,
            None => false,
        };
        if !passed {
            self.failed(&account, &household).await?;
            store.attempt_failed(&account, ANYWHERE, pause_anywhere, now).await.map_err(fault)?;
            store.note_account(id, "sign_in.failed", None).await.map_err(fault)?;
            tracing::info!(user = %id, address = %household, "a code was refused");
            return Err(Fault::new(Code::Unauthorized, "the code is wrong, or was used before"));
        }
        if held != Held::Nothing {
            store.attempt_succeeded(&account, &household).await.map_err(fault)?;
        }
        if matches!(answer, Some(Answer::Recovery(_))) {
            tracing::info!(user = %id, "a recovery code was used");
        }
        let user = self.user(id).await?;
        self.begin_session(user, workspace, Factors::Both, from).await
    }

    async fn answer(
        &self,
        id: UserId,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<Answer>, Fault> {
        if !totp::is_code(code) {
            return Ok(Some(Answer::Recovery(self.hash(id, code))));
        }
        let kept = self.store().two_factor(id).await.map_err(fault)?;
        Ok(kept.and_then(|it| totp::step_of(code, &it.secret, now)).map(Answer::Step))
    }

    /// After many wrong codes from anywhere, codes count only from where the person is already.
    async fn may_try_from_here(&self, id: UserId, here: &str) -> Result<(), Fault> {
        let (store, now) = (self.store(), Timestamp::now());
        let held = store.attempts(&account(id), ANYWHERE, now).await.map_err(fault)?;
        let Held::Until(until) = held else { return Ok(()) };
        let known = store.sessions(id, now).await.map_err(fault)?;
        let is_here = |it: &store::sessions::Session| {
            let address = it.address.as_deref().and_then(|it| it.parse().ok());
            address.is_some_and(|it| household(Some(it)) == here)
        };
        if known.iter().any(is_here) {
            return Ok(());
        }
        let message = "too many wrong codes; use a recovery code, or try again later";
        Err(held_until(until, now, message))
    }

    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn two_factor(&self, id: UserId) -> Result<State, Fault> {
        let kept = self.store().two_factor(id).await.map_err(fault)?;
        let left = self.store().recovery_codes_left(id).await.map_err(fault)?;
        Ok(State { since: kept.and_then(|it| it.confirmed_at), recovery_codes_left: left })
    }

    /// Who changes what second factors there are has shown one of them in this session: else a password alone would
    /// be enough for both.
    ///
    /// # Errors
    /// [`Code::SecondFactorNeeded`].
    pub(crate) async fn may_change_factors(
        &self,
        id: UserId,
        session: SessionId,
    ) -> Result<(), Fault> {
        if !self.store().hides_factor(id, session).await.map_err(fault)? {
            return Ok(());
        }
        let message = "your account has a second factor; sign in with your passkey or a code first, and then change it; who has lost the device asks who looks after the server";
        Err(Fault::new(Code::SecondFactorNeeded, message))
    }

    /// Makes a secret for an authenticator app. It counts once a code of it came back.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when the password is wrong, or there is a second factor;
    /// [`Code::SecondFactorNeeded`] where a passkey was not shown; [`Code::TooManyRequests`].
    pub async fn set_up_two_factor(
        &self,
        id: UserId,
        session: SessionId,
        password: &Secret,
    ) -> Result<SetUp, Fault> {
        self.prove_own(id, session, password).await?;
        self.may_change_factors(id, session).await?;
        let secret = totp::secret(self.store().chance());
        let now = Timestamp::now();
        if !self.store().propose_two_factor(id, &secret, now).await.map_err(fault)? {
            return Err(Fault::invalid("a second factor is on already; turn it off first"));
        }
        let user = self.user(id).await?;
        let url = totp::url(ISSUER, &user.email, &secret);
        Ok(SetUp { picture: picture(&url)?, url: Secret::new(url), secret })
    }

    /// Takes the first code, and gives the recovery codes.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::SecondFactorNeeded`], [`Code::TooManyRequests`].
    pub async fn confirm_two_factor(
        &self,
        id: UserId,
        session: SessionId,
        code: &str,
    ) -> Result<Vec<Secret>, Fault> {
        let (store, now) = (self.store(), Timestamp::now());
        let (account, here) = (account(id), session.to_string());
        let held = self.may_try(&account, &here).await?;
        // A passkey may have come since it was set up.
        self.may_change_factors(id, session).await?;
        let kept = store.two_factor(id).await.map_err(fault)?;
        let is_open = |it: &TwoFactor| it.confirmed_at.is_none() && it.created_at + SET_UP > now;
        let nothing = || Fault::invalid("there is no second factor to confirm; set one up first");
        let kept = kept.filter(is_open).ok_or_else(nothing)?;
        let Some(step) = totp::step_of(&plain(code), &kept.secret, now) else {
            self.failed(&account, &here).await?;
            let message = "the code is wrong; look whether the clock of the device is right";
            return Err(Fault::invalid(message));
        };
        if held != Held::Nothing {
            store.attempt_succeeded(&account, &here).await.map_err(fault)?;
        }
        let (codes, hashes) = self.recovery_codes(id);
        let done = store.confirm_two_factor(id, session, kept.created_at, step, &hashes, now).await;
        if !done.map_err(fault)? {
            return Err(nothing());
        }
        tracing::info!(user = %id, "a second factor was turned on");
        Ok(codes)
    }

    /// Makes other recovery codes; those before count no more.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::TooManyRequests`].
    pub async fn renew_recovery_codes(
        &self,
        id: UserId,
        session: SessionId,
        password: &Secret,
    ) -> Result<Vec<Secret>, Fault> {
        self.prove_own(id, session, password).await?;
        self.may_change_factors(id, session).await?;
        let (codes, hashes) = self.recovery_codes(id);
        match self.store().replace_recovery_codes(id, &hashes).await.map_err(fault)? {
            true => Ok(codes),
            false => Err(off()),
        }
    }

    /// Sign-ins want no code any more.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::TooManyRequests`].
    pub async fn end_two_factor(
        &self,
        id: UserId,
        session: SessionId,
        password: &Secret,
    ) -> Result<(), Fault> {
        self.prove_own(id, session, password).await?;
        self.may_change_factors(id, session).await?;
        if !self.store().end_two_factor(id).await.map_err(fault)? {
            return Err(off());
        }
        tracing::info!(user = %id, "a second factor was turned off");
        Ok(())
    }

    /// New codes, as they are shown and as they are kept.
    fn recovery_codes(&self, id: UserId) -> (Vec<Secret>, Vec<Vec<u8>>) {
        let new = |_| totp::base32(&self.store().chance()[..RECOVERY_BYTES]).to_lowercase();
        let codes: Vec<String> = (0..RECOVERY_CODES).map(new).collect();
        let hashes = codes.iter().map(|it| self.hash(id, it)).collect();
        let shown = |it: &String| {
            Secret::new(format!("{}-{}-{}-{}", &it[..4], &it[4..8], &it[8..12], &it[12..]))
        };
        (codes.iter().map(shown).collect(), hashes)
    }

    /// Under a key that the database does not have.
    fn hash(&self, id: UserId, code: &str) -> Vec<u8> {
        let key = self.store().key_for("recovery codes, version 1");
        let mut mac = Hmac::<Sha256>::new_from_slice(&*key).expect("a key of any length does");
        mac.update(id.0.as_bytes());
        mac.update(code.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

/// Where codes are counted wherever they come from.
const ANYWHERE: &str = "anywhere";

/// Codes are counted apart from passwords.
fn account(id: UserId) -> String {
    format!("code {id}")
}

/// Without what people put between the letters.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(|it| !it.is_whitespace() && *it != '-');
    letters.take(100).collect::<String>().to_lowercase()
}

fn picture(url: &str) -> Result<Secret, Fault> {
    let code = QrCode::new(url.as_bytes()).map_err(|e| Fault::internal(e.to_string()))?;
    Ok(Secret::new(code.render::<svg::Color>().min_dimensions(240, 240).build()))
}

fn ended() -> Fault {
    let message = "this sign-in waits for a code no more; sign in again";
    Fault::new(Code::ChallengeEnded, message)
}

fn off() -> Fault {
    Fault::invalid("there is no second factor; set one up first")
}
