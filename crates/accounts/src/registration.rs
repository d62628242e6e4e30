//! How a person becomes known.

use jiff::Timestamp;
use model::{Code, Fault, Secret, id::UserId};
use smol_str::SmolStr;
use store::{
    sessions::Factors,
    users::{First, NewUser, Registered},
};
use uuid::Uuid;

use crate::{
    Accounts, Email, From, Registration, SignedIn, Trust, failure::fault, members::joined, password,
};

const NAME_CHARS_MAX: usize = 100;

/// What a person says when registering.
pub struct NewAccount {
    pub email: Email,
    pub password: Secret,
    pub name: String,
    /// What the person's workspace is to be called; absent is made of the name, and leaves the default workspace its own.
    pub workspace_name: Option<String>,
    /// The word of an invitation, to join a workspace instead of getting one.
    pub invitation: Option<String>,
}

/// What a registration comes to.
pub enum Registering {
    In(Box<SignedIn>),
    /// The account is made once the person says by mail that the address is his.
    Asked,
}

impl Accounts {
    /// Whether the first account is still to be made.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn has_nobody(&self) -> Result<bool, Fault> {
        self.store().has_nobody().await.map_err(fault)
    }

    /// Makes an account and signs in. The first account of all becomes owner of the default workspace and looks
    /// after the server; who is invited joins. Where mails are sent, all others are asked first whether the address
    /// is theirs: so nobody learns here who has an account, neither by the answer nor by how long it takes.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::NameTaken`] when the address is, where no mails are sent,
    /// [`Code::Forbidden`] when new people are not taken or the first one is a stranger,
    /// [`Code::Overloaded`].
    pub async fn register(
        &self,
        new: NewAccount,
        trust: Trust,
        from: &From,
    ) -> Result<Registering, Fault> {
        let name = checked_name(&new.name)?;
        let workspace_name = match new.workspace_name.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(it) => Some(checked_name(it)?),
        };
        password::check(&new.password, &new.email, &name, &self.0.options.breached)?;
        let place = self.0.hashing.place()?;
        let hash = place.hash(&new.password, self.store().chance()).await?;
        drop(place);
        let now = Timestamp::now();
        let user = NewUser {
            id: UserId(Uuid::now_v7()),
            email: new.email.as_str().into(),
            email_key: new.email.key().into(),
            name: name.clone(),
            password: hash,
            workspace_name,
        };
        if let Some(word) = &new.invitation {
            let (end, user) =
                self.store().register_invited(&user, word, now).await.map_err(fault)?;
            let workspace = joined(end)?;
            let user = user.ok_or_else(|| Fault::internal("who has just joined is gone"))?;
            tracing::info!(user = %user.id, "somebody who was invited made an account");
            // Who has the word of a mail has read what came to the address.
            if self.sends_mails() && user.verified_at.is_none() {
                self.0.desk.ask_again(&new.email);
            }
            let it = self.begin_session(user, Some(workspace), Factors::One, from).await?;
            return Ok(Registering::In(Box::new(it)));
        }
        let open = self.0.options.registration == Registration::Open;
        if open && self.sends_mails() && !self.has_nobody().await? {
            self.0.desk.ask_first(user)?;
            return Ok(Registering::Asked);
        }
        let first = match trust {
            Trust::Operator => First::Welcome,
            Trust::Stranger => First::Refused,
        };
        let letter = self.sends_mails().then(|| self.verification(&new.email, &name, now));
        let letter = letter.as_ref().map(|(proof, letter)| (proof, letter));
        match self.store().register(&user, first, open, letter, now).await.map_err(fault)? {
            Registered::In { user, workspace } => {
                self.0.post.ring();
                tracing::info!(user = %user.id, operator = user.platform_admin, "an account was made");
                let it = self.begin_session(user, Some(workspace), Factors::One, from).await?;
                Ok(Registering::In(Box::new(it)))
            }
            Registered::OperatorFirst => Err(Fault::new(
                Code::Forbidden,
                "the first account of a server is its operator's: register on the machine itself, or send an API key of the default workspace along as `X-API-Key`",
            )),
            Registered::Closed => Err(Fault::new(
                Code::Forbidden,
                "this server takes no new people by itself; ask for an invitation",
            )),
        }
    }

    /// # Errors
    /// [`Code::InvalidRequest`].
    pub async fn rename(&self, user: UserId, name: &str) -> Result<(), Fault> {
        let name = checked_name(name)?;
        self.store().rename_user(user, &name, Timestamp::now()).await.map_err(fault)?;
        Ok(())
    }
}

pub(crate) fn checked_name(name: &str) -> Result<SmolStr, Fault> {
    let name = name.trim();
    if name.is_empty()
        || name.chars().count() > NAME_CHARS_MAX
        || name.chars().any(char::is_control)
    {
        let message = format!("a name has 1 to {NAME_CHARS_MAX} characters, all on one line");
        return Err(Fault::invalid(message));
    }
    Ok(name.into())
}
