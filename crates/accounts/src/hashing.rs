//! Passwords as Argon2id hashes, computed by few threads, so that a flood of sign-ins leaves the
//! machine to the workflows.

use std::{sync::Arc, time::Duration};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use model::{Code, Fault, Secret};
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// What a hash costs: 19 MiB and two rounds, as OWASP recommends.
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// How many may wait for a thread; more are turned away.
const WAITING_MAX: usize = 64;
/// Longest wait for a thread.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// The threads. Half of the machine at most.
pub(crate) struct Hashing {
    threads: Arc<Semaphore>,
    places: Semaphore,
    /// What no password gives, for those who do not exist.
    nobody: Secret,
    /// How many hashes were computed.
    #[cfg(test)]
    computed: Arc<std::sync::atomic::AtomicU64>,
}

/// The right to compute one hash.
pub(crate) struct Place<'a> {
    hashing: &'a Hashing,
    _place: SemaphorePermit<'a>,
}

impl Hashing {
    pub(crate) fn new(chance: [u8; 32]) -> Hashing {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = (cores / 2).max(1);
        Hashing {
            threads: Arc::new(Semaphore::new(threads)),
            places: Semaphore::new(threads + WAITING_MAX),
            // Takes as long to compare with as any, and no time to make.
            nobody: written(&chance[..SALT_BYTES], &chance),
            #[cfg(test)]
            computed: Arc::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// A place in the queue.
    ///
    /// # Errors
    /// [`Code::Overloaded`] when it is full.
    pub(crate) fn place(&self) -> Result<Place<'_>, Fault> {
        let place = self.places.try_acquire().map_err(|_| busy())?;
        Ok(Place { hashing: self, _place: place })
    }
}

/// A place whose turn has come: nobody else has the thread until it is dropped.
pub(crate) struct Turn<'a> {
    hashing: &'a Hashing,
    thread: Arc<OwnedSemaphorePermit>,
}

impl Place<'_> {
    /// Waits for a thread.
    ///
    /// # Errors
    /// [`Code::Overloaded`] when none comes free in time.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, Fault> {
        let threads = self.hashing.threads.clone();
        let thread = tokio::time::timeout(WAIT_MAX, threads.acquire_owned()).await;
        let thread = thread.map_err(|_| busy())?.expect("it is never closed");
        Ok(Turn { hashing: self.hashing, thread: Arc::new(thread) })
    }

    /// Makes a hash of a password.
    pub(crate) async fn hash(&self, password: &Secret, chance: [u8; 32]) -> Result<Secret, Fault> {
        self.turn().await?.hash(password, chance).await
    }
}

impl Turn<'_> {
    /// Makes a hash of a password.
    pub(crate) async fn hash(&self, password: &Secret, chance: [u8; 32]) -> Result<Secret, Fault> {
        let password = password.clone();
        self.compute(move || hash(password.expose(), chance)).await
    }

    /// Whether the password has this hash. For somebody who does not exist it takes as long and is
    /// never so.
    pub(crate) async fn fits(
        &self,
        password: &Secret,
        known: Option<&Secret>,
    ) -> Result<bool, Fault> {
        let exists = known.is_some();
        let known = known.unwrap_or(&self.hashing.nobody).clone();
        let password = password.clone();
        let fits = self.compute(move || fits(password.expose(), known.expose())).await?;
        Ok(fits && exists)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let thread = self.thread.clone();
        // The thread is given back when the work has ended, also when nobody waits for it any more.
        #[cfg(test)]
        let computed = self.hashing.computed.clone();
        let work = move || {
            let _thread = thread;
            #[cfg(test)]
            let before = COMPUTED.get();
            let done = work();
            #[cfg(test)]
            computed.fetch_add(COMPUTED.get() - before, std::sync::atomic::Ordering::SeqCst);
            done
        };
        let ended = tokio::task::spawn_blocking(work).await;
        ended.map_err(|_| Fault::internal("a password could not be hashed"))
    }
}

#[cfg(test)]
thread_local! {
    /// How many hashes this thread has computed.
    static COMPUTED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

fn busy() -> Fault {
    Fault::new(Code::Overloaded, "too many people sign in at the moment; try again")
}

/// Whether a hash was made with less than what a new one costs.
pub(crate) fn is_weak(known: &Secret) -> bool {
    !known.expose().starts_with(&prefix(MEMORY_KIB, ROUNDS, LANES))
}

fn prefix(memory: u32, rounds: u32, lanes: u32) -> String {
    format!("$argon2id$v=19$m={memory},t={rounds},p={lanes}$")
}

fn hash(password: &str, chance: [u8; 32]) -> Secret {
    let salt = &chance[..SALT_BYTES];
    let bytes = compute(password, salt, MEMORY_KIB, ROUNDS, LANES).expect("our own parameters");
    written(salt, &bytes)
}

fn written(salt: &[u8], bytes: &[u8; HASH_BYTES]) -> Secret {
    let (salt, bytes) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(bytes));
    Secret::new(format!("{}{salt}${bytes}", prefix(MEMORY_KIB, ROUNDS, LANES)))
}

/// A text that is no hash of ours fits nothing.
fn fits(password: &str, known: &str) -> bool {
    let parse = || {
        let rest = known.strip_prefix("$argon2id$v=19$m=")?;
        let (memory, rest) = rest.split_once(",t=")?;
        let (rounds, rest) = rest.split_once(",p=")?;
        let mut parts = rest.split('$');
        let lanes = parts.next()?.parse().ok()?;
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let wanted = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let found = compute(password, &salt, memory.parse().ok()?, rounds.parse().ok()?, lanes)?;
        Some(bool::from(found.ct_eq(&wanted)))
    };
    parse().unwrap_or(false)
}

fn compute(
    password: &str,
    salt: &[u8],
    memory: u32,
    rounds: u32,
    lanes: u32,
) -> Option<[u8; HASH_BYTES]> {
    #[cfg(test)]
    COMPUTED.set(COMPUTED.get() + 1);
    let params = Params::new(memory, rounds, lanes, Some(HASH_BYTES)).ok()?;
    let mut res = [0; HASH_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password.as_bytes(), salt, &mut res).ok()?;
    Some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_and_no_other() {
        let known = hash("correct horse", [7; 32]);
        assert!(fits("correct horse", known.expose()));
        assert!(!fits("correct horsf", known.expose()));
        assert!(!fits("", known.expose()));
        assert_ne!(known.expose(), hash("correct horse", [8; 32]).expose());
        assert!(!is_weak(&known));
        let weak = Secret::new(known.expose().replace("t=2", "t=1"));
        assert!(is_weak(&weak) && !fits("correct horse", weak.expose()));
        for odd in ["", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA", "$2b$10$abc"] {
            assert!(!fits("", odd), "{odd}");
        }
    }

    /// As the reference program `argon2` writes it: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`.
    #[test]
    fn hashes_of_others_fit() {
        let known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(fits("password", known));
    }

    #[tokio::test]
    async fn a_full_queue_turns_away() {
        let hashing = Hashing::new([1; 32]);
        let mut places = vec![];
        while let Ok(place) = hashing.place() {
            places.push(place);
        }
        assert!(places.len() > WAITING_MAX);
        assert_eq!(hashing.place().err().unwrap().code, Code::Overloaded);
        drop(places.pop());
        let place = hashing.place().unwrap();
        let turn = place.turn().await.unwrap();
        assert!(!turn.fits(&Secret::new("any"), None).await.unwrap());
    }
}
