//! Secrets at rest: sealed with a key that the database never sees.

use std::{io::Write as _, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use model::id::WorkspaceId;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Error, error::damaged};

/// What bytes begin with that a whole key has sealed: the form and the key's number; nonce and ciphertext
/// with its tag follow.
pub(crate) const FIRST_FORM: [u8; 2] = [1, 1];
const NONCE_BYTES: usize = 24;
pub(crate) const KEY_BYTES: usize = 32;

/// The key that seals the data keys, which seal secrets. Whoever has it and the database can read them;
/// who loses it cannot.
#[derive(Clone)]
pub struct MasterKey {
    key: Zeroizing<[u8; KEY_BYTES]>,
    /// The one before it, for as long as data keys may be sealed with that.
    previous: Option<Zeroizing<[u8; KEY_BYTES]>>,
}

impl MasterKey {
    /// Takes a key from base64 text of 32 bytes.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn from_text(text: &str) -> Result<MasterKey, Error> {
        let refuse = || {
            Error::Refused("the master key is no base64 text of 32 bytes; make one with `openssl rand -base64 32`".to_owned())
        };
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| refuse())?);
        let key: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| refuse())?;
        Ok(MasterKey { key: Zeroizing::new(key), previous: None })
    }

    /// Reads the key from a file, which is made with a fresh key when it is missing. Only its
    /// owner may read it.
    ///
    /// # Errors
    /// [`Error::Folder`], [`Error::Refused`].
    pub fn from_file(path: &Path) -> Result<MasterKey, Error> {
        match std::fs::read_to_string(path) {
            Ok(text) => MasterKey::from_text(&Zeroizing::new(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => MasterKey::fresh(path),
            Err(error) => Err(error.into()),
        }
    }

    fn fresh(path: &Path) -> Result<MasterKey, Error> {
        let key = Zeroizing::new(random::<KEY_BYTES>());
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(Zeroizing::new(STANDARD.encode(*key)).as_bytes())?;
        file.sync_all()?;
        if let Some(folder) = path.parent() {
            std::fs::File::open(folder)?.sync_all()?;
        }
        Ok(MasterKey { key, previous: None })
    }

    /// Takes the place of `previous`: what that has sealed is opened, and sealed anew with this one.
    #[must_use]
    pub fn after(self, previous: MasterKey) -> MasterKey {
        MasterKey { previous: Some(previous.key), ..self }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Zeroizing<[u8; KEY_BYTES]>> {
        std::iter::once(self.key.clone()).chain(self.previous.clone())
    }

    pub(crate) fn seal(&self, place: &Place, bytes: &[u8]) -> Vec<u8> {
        let mut res = FIRST_FORM.to_vec();
        res.extend(Cipher::new(&self.key).seal(place, bytes));
        res
    }

    pub(crate) fn open(&self, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let rest = sealed.strip_prefix(&FIRST_FORM).ok_or_else(wrong)?;
        let opened = self.all().find_map(|it| Cipher::new(&it).open(place, rest).ok());
        opened.ok_or_else(wrong)
    }

    /// What the key before this one has sealed.
    pub(crate) fn open_with_previous(
        &self,
        place: &Place,
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let rest = sealed.strip_prefix(&FIRST_FORM)?;
        Cipher::new(self.previous.as_ref()?).open(place, rest).ok()
    }
}

/// Seals and opens with one key.
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: &Zeroizing<[u8; KEY_BYTES]>) -> Cipher {
        Cipher(XChaCha20Poly1305::new((&**key).into()))
    }

    /// The nonce, then the ciphertext with its tag.
    pub(crate) fn seal(&self, place: &Place, bytes: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_BYTES>();
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: bytes, aad: &place.text() })
            .expect("secrets are far smaller than the cipher's limit");
        let mut res = nonce.to_vec();
        res.extend(sealed);
        res
    }

    pub(crate) fn open(&self, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let payload = Payload { msg: sealed, aad: &place.text() };
        let opened = self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| wrong())?;
        Ok(Zeroizing::new(opened))
    }
}

fn wrong() -> Error {
    damaged("a secret cannot be opened: it was sealed with another key, or moved")
}

/// A key for what the words say and nothing else, which tells nothing of the one that it comes from.
pub(crate) fn derive(
    key: &Zeroizing<[u8; KEY_BYTES]>,
    words: &[&[u8]],
) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&**key).expect("a key of any length does");
    for word in words {
        mac.update(word);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The row that sealed bytes belong to.
pub(crate) struct Place<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) row: Uuid,
    pub(crate) kind: &'a str,
}

impl Place<'_> {
    fn text(&self) -> Vec<u8> {
        let mut res = self.workspace.0.as_bytes().to_vec();
        res.extend(self.row.as_bytes());
        res.extend(self.kind.as_bytes());
        res
    }
}

/// Bytes from the operating system's source of chance.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut res = [0; N];
    getrandom::fill(&mut res).expect("the operating system gives random bytes");
    res
}
