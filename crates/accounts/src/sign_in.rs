//! Signing in, and staying so.

use std::net::IpAddr;

use jiff::Timestamp;
use model::{
    Code, Fault, Secret, Value,
    id::{SessionId, UserId, WorkspaceId},
};
use smol_str::SmolStr;
use store::{
    attempts::Held,
    sessions::{Factors, Session, Turned},
    users::User,
};
use uuid::Uuid;

use crate::{
    Accounts, Claims, Entrance,
    backoff::{household, pause},
    failure::fault,
    hashing,
    password::CHARS_MAX,
    token::{ACCESS, GRACE, REFRESH, Refresh},
};

/// Longest description of a program that is kept.
const AGENT_CHARS_MAX: usize = 200;

/// From where and with what somebody comes.
#[derive(Clone, Debug, Default)]
pub struct From {
    pub address: Option<IpAddr>,
    pub agent: String,
}

/// A person who has signed in, and the tokens to show for it.
pub struct SignedIn {
    pub user: User,
    /// Where the person is; absent for one who is in no workspace.
    pub workspace: Option<WorkspaceId>,
    pub session: SessionId,
    /// Opens for [`ACCESS`]; without a workspace it opens what is the person's own.
    pub access: Secret,
    pub access_seconds: i64,
    /// Makes the next two, once, within [`REFRESH`].
    pub refresh: Secret,
}

impl Accounts {
    /// Signs in with a password. It takes as long whether there is such an account or not, and says
    /// the same.
    ///
    /// # Errors
    /// [`Code::Unauthorized`], [`Code::TooManyRequests`] after failures from this address, with
    /// `details.retryAfterSeconds`, [`Code::Overloaded`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: &Secret,
        from: &From,
    ) -> Result<Entrance, Fault> {
        let key = email.trim().to_lowercase();
        let user = self.prove(&key, password, from).await?;
        self.enter(user, None, from).await
    }

    /// Finds the person whose password this is.
    async fn prove(&self, key: &str, password: &Secret, from: &From) -> Result<User, Fault> {
        let place = self.0.hashing.place()?;
        let household = household(from.address);
        // So few guess at once as there are threads, and each finds the failures of those before.
        let turn = place.turn().await?;
        let held = self.may_try(key, &household).await?;
        let found = self.store().user_by_email(key).await.map_err(fault)?;
        // A password that is too long for anybody costs no more than others.
        let is_short = password.expose().chars().take(CHARS_MAX + 1).count() <= CHARS_MAX;
        // Nor is who has no password told apart from who does not exist.
        let has_one = |it: &&Secret| is_short && !it.expose().is_empty();
        let known = found.as_ref().map(|it| &it.1).filter(has_one);
        let tried = if is_short { password.clone() } else { Secret::new("") };
        let fits = turn.fits(&tried, known).await?;
        let whose = found.as_ref().map(|it| it.0.id);
        let Some((user, hash)) = found.filter(|_| fits) else {
            self.failed(key, &household).await?;
            // Noted for who does not exist as well, and for both after the answer, which takes as long then.
            self.0.tries.refused(self.store(), whose.unwrap_or(UserId(Uuid::nil()))).await;
            tracing::info!(address = %household, "a sign-in was refused");
            let message = "the address or the password is wrong";
            return Err(Fault::new(Code::Unauthorized, message));
        };
        if held != Held::Nothing {
            self.store().attempt_succeeded(key, &household).await.map_err(fault)?;
        }
        if hashing::is_weak(&hash) {
            let stronger = turn.hash(password, self.store().chance()).await?;
            self.store().rehash(user.id, &hash, &stronger).await.map_err(fault)?;
        }
        Ok(user)
    }

    /// Refuses a try after too many that failed.
    pub(crate) async fn may_try(&self, key: &str, household: &str) -> Result<Held, Fault> {
        let now = Timestamp::now();
        let held = self.store().attempts(key, household, now).await.map_err(fault)?;
        let Held::Until(until) = held else { return Ok(held) };
        let seconds = seconds_until(until, now);
        let message = format!("too many wrong tries from here; try again in {seconds} seconds");
        Err(held_until(until, now, &message))
    }

    pub(crate) async fn failed(&self, key: &str, household: &str) -> Result<(), Fault> {
        let now = Timestamp::now();
        self.store().attempt_failed(key, household, pause, now).await.map_err(fault)
    }

    /// Begins a session in a workspace, or in the one that was joined first.
    pub(crate) async fn begin_session(
        &self,
        user: User,
        workspace: Option<WorkspaceId>,
        factors: Factors,
        from: &From,
    ) -> Result<SignedIn, Fault> {
        let workspace = match workspace {
            Some(it) => Some(it),
            None => self.home(user.id).await?,
        };
        let now = Timestamp::now();
        let session = Session {
            user: user.id,
            id: SessionId(Uuid::now_v7()),
            workspace,
            factors,
            address: from.address.map(|it| SmolStr::from(it.to_string())),
            agent: from.agent.chars().take(AGENT_CHARS_MAX).collect(),
            created_at: now,
            turned_at: now,
            expires_at: now + REFRESH,
        };
        self.store().add_session(&session).await.map_err(fault)?;
        // Who comes back stays.
        if self.store().keep_account(user.id).await.map_err(fault)? {
            tracing::info!(user = %user.id, "an account that was to end is kept");
        }
        Ok(self.signed_in(user, workspace, session.id, 0, now))
    }

    async fn home(&self, user: UserId) -> Result<Option<WorkspaceId>, Fault> {
        let all = self.store().memberships(user).await.map_err(fault)?;
        Ok(all.first().map(|it| it.workspace))
    }

    fn signed_in(
        &self,
        user: User,
        workspace: Option<WorkspaceId>,
        session: SessionId,
        turn: i64,
        now: Timestamp,
    ) -> SignedIn {
        let opens = workspace.unwrap_or(WorkspaceId(Uuid::nil()));
        let access = Secret::new(self.0.signer.access(user.id, session, opens, now));
        let refresh = Secret::new(self.0.signer.refresh(&Refresh { user: user.id, session, turn }));
        SignedIn { user, workspace, session, access, access_seconds: ACCESS.as_secs(), refresh }
    }

    /// Takes a refresh token and gives the next two tokens. One that is used again ends the session:
    /// somebody has a copy.
    ///
    /// # Errors
    /// [`Code::Unauthorized`].
    pub async fn refresh(&self, text: &str) -> Result<SignedIn, Fault> {
        let ended = |message: &str| Fault::new(Code::Unauthorized, message);
        let token = self.0.signer.read_refresh(text);
        let Refresh { user, session, turn } =
            token.ok_or_else(|| ended("this is no refresh token of this server"))?;
        let now = Timestamp::now();
        let turned = self.store().turn_session(user, session, turn, GRACE, now + REFRESH, now);
        match turned.await.map_err(fault)? {
            Turned::Gone => Err(ended("the session has ended; sign in again")),
            Turned::Stolen => {
                tracing::warn!(%user, %session, "a refresh token was used twice; its session is ended");
                Err(ended(
                    "the refresh token was used before, so the session is ended; sign in again",
                ))
            }
            Turned::Next { turn, workspace } => {
                let all = self.memberships(user).await?;
                // Who was taken out of a workspace goes on in another one.
                let there = all.iter().find(|it| Some(it.workspace) == workspace);
                let workspace = there.or(all.first()).map(|it| it.workspace);
                let user = self.user(user).await?;
                Ok(self.signed_in(user, workspace, session, turn, now))
            }
        }
    }

    /// What an access token says, when it is ours and opens.
    pub fn read(&self, token: &str, now: Timestamp) -> Option<Claims> {
        self.0.signer.read(token, now)
    }
}

fn seconds_until(until: Timestamp, now: Timestamp) -> i64 {
    (until - now).get_seconds().max(0) + 1
}

/// The refusal of a try that has to wait.
pub(crate) fn held_until(until: Timestamp, now: Timestamp, message: &str) -> Fault {
    let seconds = seconds_until(until, now);
    let details = Value::object([("retryAfterSeconds", Value::from(seconds as f64))]);
    Fault::new(Code::TooManyRequests, message).with(details)
}

#[cfg(test)]
mod tests;
