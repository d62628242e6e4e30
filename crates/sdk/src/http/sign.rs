//! Puts a credential into a request.

use model::{Secret, Value};

use crate::{
    Credential, NodeError,
    credential::Sign,
    http::{Call, Certificate},
};

impl Call {
    /// Adds what a credential of this type adds. What the user wrote himself stays, except that a
    /// credential's header replaces one of the same name.
    pub fn sign(&mut self, signs: &[Sign], credential: &Credential) -> Result<(), NodeError> {
        for sign in signs {
            match sign {
                // What is no secret, such as the version of an API, is only a default.
                Sign::Header { name, value } if !value.contains("{{") => {
                    if !self.has_header(name) {
                        self.header(name, value.as_str());
                    }
                }
                Sign::Header { name, value } => {
                    if let Some(value) = credential.filled(value) {
                        self.secret_header(&credential.fill(name), &value);
                    }
                }
                Sign::Query { name, value } => {
                    if let Some(value) = credential.filled(value) {
                        let name = credential.fill(name);
                        self.url.query_pairs_mut().append_pair(&name, &value);
                    }
                }
                Sign::Basic { user, password } => {
                    let pair = format!("{}:{}", credential.fill(user), credential.fill(password));
                    self.secret_header(
                        "authorization",
                        &format!("Basic {}", base64(pair.as_bytes())),
                    );
                }
                Sign::Digest { user, password } => {
                    let password = Secret::new(credential.fill(password));
                    self.digest = Some((credential.fill(user).into(), password));
                }
                Sign::Custom { json } => self.custom(&credential.fill(json), credential)?,
                Sign::Certificate { ca, cert, key } => {
                    let identity = format!(
                        "{}\n{}",
                        credential.fill(key).trim(),
                        credential.fill(cert).trim()
                    );
                    self.options.certificate = Some(Certificate {
                        identity: Secret::new(identity.trim()),
                        roots: credential.fill(ca).trim().to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    fn custom(&mut self, json: &str, credential: &Credential) -> Result<(), NodeError> {
        let wrong = || {
            NodeError::never(format!(
                "credential `{}` is no JSON such as {{\"headers\": {{\"X-Key\": \"…\"}}}}; mend it",
                credential.name
            ))
        };
        let value = Value::from_json(json).map_err(|_| wrong())?;
        let fields = |name: &str| value.get(name).and_then(Value::as_object).cloned();
        for (name, value) in fields("headers").unwrap_or_default() {
            self.secret_header(&name, &value.to_text());
        }
        for (name, value) in fields("qs").unwrap_or_default() {
            self.url.query_pairs_mut().append_pair(&name, &value.to_text());
        }
        let Some(extra) = fields("body") else { return Ok(()) };
        let body = if self.body.is_empty() {
            Value::object(Vec::<(&str, Value)>::new())
        } else {
            Value::from_json_bytes(&self.body).map_err(|_| {
                NodeError::never(format!(
                    "credential `{}` adds fields to the body, which only a JSON body can take",
                    credential.name
                ))
            })?
        };
        let mut body = body.as_object().cloned().unwrap_or_default();
        for (name, value) in extra {
            body.insert(name, value);
        }
        self.body = Value::from(body).to_json().into();
        if !self.has_header("content-type") {
            self.header("content-type", "application/json");
        }
        Ok(())
    }

    /// A header that must not follow to another origin.
    fn secret_header(&mut self, name: &str, value: &str) {
        self.header(name, value);
        self.secret_headers.push(name.to_ascii_lowercase().into());
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}
