//! The built-in credential types: one file and one word below for each.
//!
//! Fields have the names that people know from n8n, so that a file of credentials fits both.

use model::form::{Field, Form};
use sdk::{CredentialType, credential::Sign};

sdk::catalog! {
    /// Every built-in credential type.
    pub fn all -> CredentialType {
        http_basic
        http_bearer
        http_custom
        http_digest
        http_header
        http_hmac
        http_jwt
        http_query
        http_ssl
    }
}

/// A type that signs requests.
fn signing(
    name: &str,
    title: &str,
    docs: &str,
    fields: Vec<Field>,
    signs: Vec<Sign>,
) -> CredentialType {
    CredentialType {
        name: name.into(),
        title: title.into(),
        docs: docs.into(),
        form: Form::new(fields.into_iter().map(Field::fixed)),
        signs,
        test: None,
    }
}

fn header(name: &str, value: &str) -> Sign {
    Sign::Header { name: name.into(), value: value.into() }
}

fn query(name: &str, value: &str) -> Sign {
    Sign::Query { name: name.into(), value: value.into() }
}

fn basic(user: &str, password: &str) -> Sign {
    Sign::Basic { user: user.into(), password: password.into() }
}

/// User and password, as two types have them.
fn user_and_password() -> Vec<Field> {
    vec![
        Field::text("user", "User").required().help("The name to sign in with."),
        Field::secret("password", "Password").required().help("The password of that user."),
    ]
}

/// Name and value, as two types have them.
fn name_and_value(what: &str, placeholder: &str) -> Vec<Field> {
    vec![
        Field::text("name", "Name")
            .required()
            .placeholder(placeholder)
            .help(&format!("The name of the {what}.")),
        Field::secret("value", "Value").required().help(&format!("The value of the {what}.")),
    ]
}
