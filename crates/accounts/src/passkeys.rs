//! Passkeys (WebAuthn): a device proves that it has a key, after it has made sure who holds it. So a passkey
//! is both factors at once, and no second one is asked for.
//!
//! Devices are not asked who made them (attestation "none"): whatever key a browser brings is as good as the
//! session that brings it. The public key comes as browsers write it, beside what the device says.

mod ceremony;

use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret,
    id::{PasskeyId, SessionId, UserId},
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::{
    identities::{Linked, Unlinked},
    journeys::Leg,
    passkeys::Passkey,
    sessions::Factors,
    users::User,
};
use url::{Host, Url};
use uuid::Uuid;

use self::ceremony::{Kind, Refused, Said};
use crate::{Accounts, From, SignedIn, accounts::word, elsewhere::luggage, failure::fault};

/// How long a device may take.
const WAIT: SignedDuration = SignedDuration::from_mins(5);
const NAME_CHARS_MAX: usize = 100;

/// What a browser is to ask a device.
pub struct Asked {
    /// To be signed; it counts once.
    pub challenge: Secret,
    /// The name that the key is for.
    pub relying_party: String,
    pub seconds: i64,
}

/// What a browser is to ask a device that makes a key.
pub struct AskedNew {
    pub asked: Asked,
    pub user: User,
    /// Keys that the person has; a device that has one of them makes no second one.
    pub known: Vec<Vec<u8>>,
}

/// A key that a device has made.
pub struct Made<'a> {
    pub client: &'a [u8],
    pub device: &'a [u8],
    /// DER.
    pub public_key: &'a [u8],
    pub name: &'a str,
}

/// What a device has signed.
pub struct Signed<'a> {
    pub credential: &'a [u8],
    pub client: &'a [u8],
    pub device: &'a [u8],
    pub signature: &'a [u8],
}

/// What a challenge was made for.
#[derive(Serialize, Deserialize)]
struct Purpose {
    /// Who wants one more passkey; absent for a sign-in.
    user: Option<UserId>,
}

impl Accounts {
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>, Fault> {
        self.store().passkeys(user).await.map_err(fault)
    }

    /// Begins to make a passkey, for who shows the password again, if there is one.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when the password is wrong, or the server has no name;
    /// [`Code::SecondFactorNeeded`] where one was not shown; [`Code::TooManyRequests`].
    pub async fn set_up_passkey(
        &self,
        id: UserId,
        session: SessionId,
        password: &Secret,
    ) -> Result<AskedNew, Fault> {
        let kept = self.store().password(id).await.map_err(fault)?;
        if kept.is_some_and(|it| !it.expose().is_empty()) {
            self.prove_own(id, session, password).await?;
        }
        self.may_change_factors(id, session).await?;
        let user = self.user(id).await?;
        let known = self.passkeys(id).await?.into_iter().map(|it| it.credential).collect();
        Ok(AskedNew { asked: self.challenge(Some(id)).await?, user, known })
    }

    /// Takes the passkey that a device has made.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::SecondFactorNeeded`], [`Code::SignInExpired`] when it took too long.
    pub async fn add_passkey(
        &self,
        user: UserId,
        session: SessionId,
        made: &Made<'_>,
    ) -> Result<Passkey, Fault> {
        let now = Timestamp::now();
        self.may_change_factors(user, session).await?;
        let name = named(made.name)?;
        let said = self.said(Kind::Create, Some(user), made.client, made.device, now).await?;
        let credential = said.credential.ok_or_else(|| odd("it names no key"))?;
        ceremony::key(made.public_key).map_err(odd)?;
        let passkey = Passkey {
            user,
            id: PasskeyId(Uuid::now_v7()),
            credential,
            public_key: made.public_key.to_vec(),
            n_signed: said.n_signed,
            name,
            created_at: now,
            used_at: None,
        };
        match self.store().add_passkey(&passkey).await.map_err(fault)? {
            Linked::Done => {
                tracing::info!(%user, passkey = %passkey.id, "a passkey was made");
                Ok(passkey)
            }
            Linked::Taken => Err(odd("it is registered already")),
            Linked::Full => Err(Fault::invalid("you have as many passkeys as anybody may")),
        }
    }

    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidRequest`].
    pub async fn rename_passkey(
        &self,
        user: UserId,
        id: PasskeyId,
        name: &str,
    ) -> Result<Passkey, Fault> {
        let name = named(name)?;
        if !self.store().rename_passkey(user, id, &name).await.map_err(fault)? {
            return Err(absent(id));
        }
        let all = self.passkeys(user).await?;
        all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))
    }

    /// Takes a passkey from a person who has another way in.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::LastWayIn`], [`Code::SecondFactorNeeded`].
    pub async fn remove_passkey(
        &self,
        user: UserId,
        session: SessionId,
        id: PasskeyId,
    ) -> Result<(), Fault> {
        self.may_change_factors(user, session).await?;
        match self.store().remove_passkey(user, id).await.map_err(fault)? {
            Unlinked::Done => {
                tracing::info!(%user, passkey = %id, "a passkey was removed");
                Ok(())
            }
            Unlinked::Absent => Err(absent(id)),
            Unlinked::Last => Err(Fault::new(
                Code::LastWayIn,
                "this is the only way into your account; set a password or link another one first",
            )),
        }
    }

    /// Begins a sign-in with a passkey, whose ever it will be.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when the server has no name.
    pub async fn ask_passkey(&self) -> Result<Asked, Fault> {
        self.challenge(None).await
    }

    /// Signs in with what a device has signed.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when it does not count, [`Code::SignInExpired`] when it took too long.
    pub async fn sign_in_with_passkey(
        &self,
        signed: &Signed<'_>,
        from: &From,
    ) -> Result<SignedIn, Fault> {
        let now = Timestamp::now();
        let said = self.said(Kind::Get, None, signed.client, signed.device, now).await?;
        let found = self.store().passkey(signed.credential).await.map_err(fault)?;
        let passkey = found.ok_or_else(|| refused("nobody has this passkey"))?;
        let fits =
            ceremony::fits(&passkey.public_key, signed.client, signed.device, signed.signature);
        fits.map_err(refused)?;
        let used = self.store().use_passkey(passkey.user, passkey.id, said.n_signed, now).await;
        if !used.map_err(fault)? {
            tracing::warn!(user = %passkey.user, passkey = %passkey.id, "a passkey may have been copied");
            return Err(refused("it may have been copied"));
        }
        let user = self.user(passkey.user).await?;
        self.begin_session(user, None, Factors::Both, from).await
    }

    async fn challenge(&self, user: Option<UserId>) -> Result<Asked, Fault> {
        let (relying_party, _) = self.relying_party()?;
        let challenge = word(self.store());
        let luggage = luggage(&Purpose { user })?;
        let ends = Timestamp::now() + WAIT;
        self.store()
            .begin_journey(Leg::Passkey, challenge.expose(), &luggage, ends)
            .await
            .map_err(fault)?;
        Ok(Asked { challenge, relying_party, seconds: WAIT.as_secs() })
    }

    /// What a device says, for a challenge that was made for this, once.
    async fn said(
        &self,
        kind: Kind,
        user: Option<UserId>,
        client: &[u8],
        device: &[u8],
        now: Timestamp,
    ) -> Result<Said, Fault> {
        let refused = |why| if kind == Kind::Create { odd(why) } else { refused(why) };
        let (relying_party, origin) = self.relying_party()?;
        let challenge = ceremony::client(client, kind, &origin).map_err(refused)?;
        let said = ceremony::device(device, kind, &relying_party).map_err(refused)?;
        let kept = self.store().end_journey(Leg::Passkey, &challenge, now).await.map_err(fault)?;
        let purpose: Option<Purpose> = kept.and_then(|it| serde_json::from_str(it.expose()).ok());
        match purpose {
            Some(it) if it.user == user => Ok(said),
            _ => Err(Fault::new(
                Code::SignInExpired,
                "the device was asked too long ago, or has answered already; begin again",
            )),
        }
    }

    /// The name that keys are for, and the pages that may ask for them.
    fn relying_party(&self) -> Result<(String, String), Fault> {
        let url = Url::parse(&self.0.options.base_url).ok();
        let url = url.ok_or_else(|| Fault::internal("the server's own address is none"))?;
        match url.host() {
            Some(Host::Domain(it)) => Ok((it.to_owned(), url.origin().ascii_serialization())),
            _ => Err(Fault::invalid(
                "passkeys are for a name, and this server is known by a bare address; start it with a name in `--public-url`",
            )),
        }
    }
}

fn named(text: &str) -> Result<SmolStr, Fault> {
    let text = text.trim();
    let n = text.chars().count();
    if n == 0 || n > NAME_CHARS_MAX || text.contains(char::is_control) {
        let message = format!("a passkey is called by 1 to {NAME_CHARS_MAX} characters");
        return Err(Fault::invalid(message));
    }
    Ok(text.into())
}

fn odd(why: Refused) -> Fault {
    Fault::invalid(format!("this passkey cannot be taken: {why}"))
}

/// Who tries is not told what is known.
fn refused(why: Refused) -> Fault {
    tracing::info!(why, "a passkey was refused");
    Fault::new(Code::Unauthorized, "this passkey does not count here; sign in otherwise")
}

fn absent(id: PasskeyId) -> Fault {
    Fault::new(Code::NotFound, format!("there is no passkey {id}"))
}
