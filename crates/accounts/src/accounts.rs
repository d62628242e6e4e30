//! The accounts of one process: what they are made of, and how they open.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use model::{Fault, Secret};
use store::{
    Store,
    proofs::{Kind, NewProof},
    users::User,
};

use crate::{
    elsewhere::{Providers, Refusals},
    email::Email,
    failure::fault,
    hashing::Hashing,
    mail::{self, Post},
    password::Breached,
    payments::{
        Stripe,
        cashier::{Cashier, Till},
    },
    recover::Desk,
    token::Signer,
    tries::Tries,
};

/// How accounts are to work.
pub struct Options {
    /// Under which the world reaches us, for links in mails.
    pub base_url: String,
    pub registration: Registration,
    /// Passwords that are refused, beside the usual ones.
    pub breached: Breached,
    /// Without one no mail is sent.
    pub mail: Option<mail::Server>,
    /// Where people come from who have no password here.
    pub providers: Providers,
    /// Who takes payments; without it none are taken.
    pub payments: Option<Stripe>,
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everybody, each with a workspace of his own.
    Open,
    /// Nobody but the first.
    Closed,
}

/// Whether a stranger may be the first person of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// On the machine itself, or with a key of the default workspace.
    Operator,
    Stranger,
}

/// How long a word that says that an address is the person's counts.
const VERIFY: SignedDuration = SignedDuration::from_hours(72);

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) options: Options,
    pub(crate) hashing: Hashing,
    pub(crate) signer: Signer,
    pub(crate) post: Arc<Post>,
    pub(crate) desk: Desk,
    pub(crate) tries: Tries,
    pub(crate) refusals: Refusals,
    /// Absent where no payments are taken.
    pub(crate) cashier: Option<Cashier>,
}

impl Accounts {
    /// Begins to send mails that wait, and charges that are due.
    pub fn open(store: Store, options: Options) -> Accounts {
        let access = store.key_for("access tokens, version 1");
        let refresh = store.key_for("refresh tokens, version 1");
        let post = Arc::new(Post::open(store.clone(), options.mail.clone()));
        let cashier = options.payments.clone().map(|stripe| {
            let post = options.mail.is_some().then(|| post.clone());
            let base_url = options.base_url.clone();
            Cashier::open(Till { store: store.clone(), stripe, base_url, post })
        });
        let inner = Inner {
            cashier,
            hashing: Hashing::new(store.chance()),
            signer: Signer::new(&access, &refresh),
            desk: Desk::open(store.clone(), options.base_url.clone(), post.clone()),
            tries: Tries::open(),
            post,
            refusals: Refusals::default(),
            options,
            store,
        };
        Accounts(Arc::new(inner))
    }

    /// Sends no more mails and charges; those that wait are sent after the next start.
    pub fn close(&self) {
        if let Some(it) = &self.0.cashier {
            it.close();
        }
        self.0.desk.close();
        self.0.tries.close();
        self.0.post.close();
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn sends_mails(&self) -> bool {
        self.0.options.mail.is_some()
    }

    /// A word for an address, and the letter that brings it.
    pub(crate) fn verification(
        &self,
        email: &Email,
        name: &str,
        now: Timestamp,
    ) -> (NewProof, store::mails::Letter) {
        let word = word(self.store());
        let letter = mail::verify(email, name, &self.0.options.base_url, &word);
        (NewProof { kind: Kind::Verify, word, expires_at: now + VERIFY }, letter)
    }

    /// # Errors
    /// [`model::Code::Unauthorized`] when there is no such person any more.
    pub async fn user(&self, id: model::id::UserId) -> Result<User, Fault> {
        let found = self.store().user(id).await.map_err(fault)?;
        found.ok_or_else(|| Fault::new(model::Code::Unauthorized, "the account is gone"))
    }
}

/// A word that cannot be guessed.
pub(crate) fn word(store: &Store) -> Secret {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    Secret::new(URL_SAFE_NO_PAD.encode(store.chance()))
}
