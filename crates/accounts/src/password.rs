//! Which passwords are taken: long ones that are on no list of the usual guesses.
//!
//! There are no rules about kinds of characters: they make passwords that are hard for people and
//! easy for machines.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    path::Path,
    sync::LazyLock,
};

use model::{Code, Fault, Secret, Value};
use sha1::{Digest, Sha1};

use crate::Email;

mod guesses;

/// Shortest password.
pub const CHARS_MIN: usize = 10;
/// Longest password.
pub const CHARS_MAX: usize = 256;
/// Most passwords of a list of the operator's.
const LISTED_MAX: usize = 50_000_000;

/// Passwords that are known from breaches, as the operator lists them.
#[derive(Default)]
pub struct Breached {
    /// The beginnings of their SHA-1, in order: a list of millions fits in memory.
    hashes: Vec<u64>,
}

impl Breached {
    /// Reads a list, one a line: a password, or its SHA-1 in hexadecimal, after which a `:` and
    /// anything may follow, as "Have I Been Pwned" gives them out.
    ///
    /// # Errors
    /// What stands in the way of reading it.
    pub fn read(path: &Path) -> std::io::Result<Breached> {
        let mut file = BufReader::new(std::fs::File::open(path)?);
        let mut hashes = vec![];
        let mut line = vec![];
        while file.read_until(b'\n', &mut line)? > 0 {
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if !text.is_empty() {
                hashes.push(listed(text).unwrap_or_else(|| beginning(text)));
            }
            if hashes.len() > LISTED_MAX {
                let message = format!("it has more than {LISTED_MAX} lines");
                return Err(std::io::Error::other(message));
            }
            line.clear();
        }
        hashes.sort_unstable();
        hashes.dedup();
        Ok(Breached { hashes })
    }

    fn contains(&self, password: &str) -> bool {
        self.hashes.binary_search(&beginning(password.as_bytes())).is_ok()
    }
}

/// The beginning of a SHA-1 that stands in a list.
fn listed(line: &[u8]) -> Option<u64> {
    let hash = line.split(|it| *it == b':').next().unwrap_or_default();
    if hash.len() != 40 || !hash.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(&hash[..16]).ok()?, 16).ok()
}

fn beginning(password: &[u8]) -> u64 {
    let hash: [u8; 20] = Sha1::digest(password).into();
    u64::from_be_bytes(*hash.first_chunk().expect("a hash has 20 bytes"))
}

/// # Errors
/// [`Code::InvalidRequest`] with what is wrong with it.
pub fn check(
    password: &Secret,
    email: &Email,
    name: &str,
    breached: &Breached,
) -> Result<(), Fault> {
    let password = password.expose();
    let length = password.chars().count();
    if length < CHARS_MIN {
        return Err(refused(&format!(
            "a password has at least {CHARS_MIN} characters; a few words with spaces are a good one"
        )));
    }
    if length > CHARS_MAX {
        return Err(refused(&format!("a password has at most {CHARS_MAX} characters")));
    }
    let lower = password.to_lowercase();
    let local = email.key().split('@').next().unwrap_or_default();
    let is_own = |it: &str| !it.is_empty() && core(&lower) == core(&it.to_lowercase());
    if lower == email.key() || is_own(local) || is_own(name) || is_own(email.key()) {
        return Err(refused("the password is your own name or address; choose another one"));
    }
    if is_common(&lower) || breached.contains(password) {
        return Err(refused(
            "the password is on lists of passwords that are tried first; choose another one",
        ));
    }
    Ok(())
}

fn refused(message: &str) -> Fault {
    let one = Value::object([("path", Value::from("password")), ("message", message.into())]);
    Fault::new(Code::InvalidRequest, message).with(Value::array([one]))
}

/// Without what people hang on at the ends: letters and what stands for letters.
fn core(text: &str) -> String {
    text.trim_matches(|it: char| !it.is_alphabetic() && !"@$".contains(it))
        .chars()
        .filter(|it| !it.is_whitespace() && !"-_.+".contains(*it))
        .collect()
}

/// One of the usual words, with the usual ornaments; or a run along the keyboard; or one thing
/// over and over.
fn is_common(lower: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| guesses::WORDS.iter().copied().collect());
    let core = core(lower);
    let read = |one: char| -> String {
        let letter = |it: char| match it {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            '8' => 'b',
            it => it,
        };
        core.chars().map(letter).collect()
    };
    let is_word = |it: &str| WORDS.contains(it) || (2..=4).any(|n| is_repeated(it, n, &WORDS));
    core.chars().count() < 3
        && !lower.chars().any(|it| it.is_alphabetic() && !it.is_ascii())
        && is_plain(lower)
        || is_word(&core)
        || is_word(&read('i'))
        || is_word(&read('l'))
        || is_plain(lower)
}

fn is_repeated(text: &str, times: usize, words: &HashSet<&str>) -> bool {
    let part = text.len() / times;
    part > 0
        && text.len().is_multiple_of(times)
        && text.is_char_boundary(part)
        && words.contains(&text[..part])
        && text[..part].repeat(times) == text
}

/// A run along rows of the keyboard or the alphabet, or a short piece over and over.
fn is_plain(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let period = |n: usize| chars.iter().zip(&chars[n.min(chars.len())..]).all(|(a, b)| a == b);
    if (1..=4).any(period) {
        return true;
    }
    let rows = guesses::ROWS.iter().flat_map(|it| [it.to_string(), it.chars().rev().collect()]);
    let rows: Vec<String> = rows.map(|it| it.repeat(2)).collect();
    let is_run = |it: &[char]| {
        let text: String = it.iter().collect();
        rows.iter().any(|row| row.contains(&text))
    };
    // One run, or two of them.
    (4..=chars.len()).any(|n| {
        is_run(&chars[..n]) && (n == chars.len() || chars.len() - n >= 3 && is_run(&chars[n..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(password: &str) -> bool {
        let email = Email::parse("ada.lovelace@example.com").unwrap();
        let listed = Breached { hashes: vec![beginning(b"leaked by a shop")] };
        check(&Secret::new(password), &email, "Ada Lovelace", &listed).is_ok()
    }

    #[test]
    fn a_long_password_that_nobody_guesses_is_taken() {
        for password in [
            "correct horse",
            "9 lemons at dawn",
            "tr0ub4dor and me",
            "ünf größe wörter",
            "7391846205",
            &"a long one ".repeat(23),
            "密码密码是一个好密码",
            "dragon eats lemons",
        ] {
            assert!(fits(password), "{password}");
        }
        assert!(fits("xkcdxkcd1z") && !fits("xkcdxkcd1"));
        assert!(fits(&"abcdefghijklmnop".repeat(16).replace('a', "zq")[..256]));
        assert!(!fits(&"z1".repeat(200)));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in [
            "",
            "short",
            "password12",
            "Password123!",
            "P@ssw0rd2024",
            "passwordpassword",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "qwertyuiop123",
            "asdfghjkl123",
            "aaaaaaaaaa",
            "abababababab",
            "abcdefghij",
            "iloveyou2024",
            "Welcome2024!!",
            "adm1n1strat0r",
            "letmein12345",
            "1q2w3e4r5t6y",
            "ada.lovelace",
            "adalovelace1",
            "AdaLovelace1815",
            "ada.lovelace@example.com",
            "leaked by a shop",
            "changeme1234",
            "tailorbird1",
            "monkeymonkey",
        ] {
            assert!(!fits(password), "{password}");
        }
    }

    #[test]
    fn a_list_has_passwords_or_their_hashes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let hash: [u8; 20] = Sha1::digest(b"as a hash").into();
        let hash: String = hash.iter().map(|it| format!("{it:02X}")).collect();
        std::fs::write(&path, format!("as plain text\r\n\n{hash}:42\nlast one")).unwrap();
        let listed = Breached::read(&path).unwrap();
        for it in ["as plain text", "as a hash", "last one"] {
            assert!(listed.contains(it), "{it}");
        }
        assert!(!listed.contains("") && !listed.contains("another"));
        assert!(Breached::read(&folder.path().join("none")).is_err());
    }
}
