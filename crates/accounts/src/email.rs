//! Addresses of people: parsed once, and found in one form.

use model::Fault;
use smol_str::SmolStr;

/// Longest address, as mail servers take it.
const CHARS_MAX: usize = 254;
const LOCAL_CHARS_MAX: usize = 64;

/// An e-mail address that a mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    text: SmolStr,
    key: SmolStr,
}

impl Email {
    /// # Errors
    /// A fault that says what is odd.
    pub fn parse(text: &str) -> Result<Email, Fault> {
        let text = text.trim();
        let odd = || Fault::invalid("this is no e-mail address; write it as name@example.com");
        let (local, domain) = text.rsplit_once('@').ok_or_else(odd)?;
        let is_plain =
            |it: char| !it.is_whitespace() && !it.is_control() && !"<>()[],;:\\\"".contains(it);
        let is_label = |it: &str| {
            !it.is_empty()
                && !it.starts_with('-')
                && !it.ends_with('-')
                && it.chars().all(|it| it.is_alphanumeric() || it == '-')
        };
        let local_fits = !local.is_empty()
            && local.chars().count() <= LOCAL_CHARS_MAX
            && local.chars().all(|it| is_plain(it) && it != '@')
            && local.split('.').all(|it| !it.is_empty());
        let is_fine = local_fits
            && text.chars().count() <= CHARS_MAX
            && domain.split('.').count() > 1
            && domain.split('.').all(is_label);
        if !is_fine {
            return Err(odd());
        }
        Ok(Email { text: text.into(), key: text.to_lowercase().into() })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form in which it is found: two that differ in case only are the same person's.
    pub fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for text in ["ada@example.com", " Ada.L+shop@Mail.Example.com ", "ü@müller.example"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
        let long = format!("{}@example.com", "a".repeat(64));
        assert!(Email::parse(&long).is_ok());
        let longer = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a da@example.com",
            "ada@ex ample.com",
            "ada@-x.com",
            "a@b@example.com",
            "ada@example..com",
            "ada.@example.com",
            "ada\n@example.com",
            "Ada <ada@example.com>",
            "ada,bob@example.com",
            &longer,
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn case_makes_no_other_person() {
        assert_eq!(Email::parse("Ada@Example.com").unwrap().key(), "ada@example.com");
    }
}
