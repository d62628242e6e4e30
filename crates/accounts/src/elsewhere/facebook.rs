//! Facebook's own way: its classic flow gives no ID token, so the Graph API is asked who it is
//! (Facebook Login, "Manually build a login flow").

use hmac::{Hmac, KeyInit, Mac};
use model::Fault;
use sdk::http::Client;
use sha2::Sha256;
use url::Url;

use super::{
    Person,
    ask::{failed, get, post, with_query},
    oidc::Way,
    provider::Facebook,
};

/// The version of the Graph API.
const VERSION: &str = "v23.0";

impl Facebook {
    /// Where the browser goes. The flow knows no nonce and no proof of RFC 7636; the code is worth
    /// nothing without our secret, and the word counts once and in one browser.
    pub(super) fn url(&self, way: &Way<'_>) -> Result<Url, Fault> {
        with_query(
            &format!("{}/{VERSION}/dialog/oauth", self.dialog),
            &[
                ("response_type", "code"),
                ("client_id", &self.app_id),
                ("redirect_uri", way.back),
                ("scope", "public_profile,email"),
                ("state", way.state),
            ],
        )
    }

    /// Who comes back. The API gives only addresses that it has confirmed, but does not say so.
    pub(super) async fn person(
        &self,
        client: &Client,
        way: &Way<'_>,
        code: &str,
        issuer: &str,
    ) -> Result<Person, Fault> {
        let fields = [
            ("client_id", self.app_id.as_str()),
            ("client_secret", self.app_secret.expose()),
            ("redirect_uri", way.back),
            ("code", code),
        ];
        let graph = format!("{}/{VERSION}", self.graph);
        let tokens = post(client, &format!("{graph}/oauth/access_token"), &fields, None).await?;
        let token = tokens["access_token"].as_str().ok_or_else(|| failed("there is no token"))?;
        let proof = self.proof(token);
        let asked =
            [("fields", "id,name,email"), ("access_token", token), ("appsecret_proof", &proof)];
        let claims = get(client, with_query(&format!("{graph}/me"), &asked)?.as_str()).await?;
        let text = |name: &str| claims[name].as_str().map(str::to_owned);
        let subject = text("id").filter(|it| !it.is_empty() && it.len() <= 255);
        Ok(Person {
            issuer: issuer.into(),
            subject: subject.ok_or_else(|| failed("it names nobody"))?.into(),
            email: text("email"),
            vouched: false,
            name: text("name"),
            claims,
        })
    }

    /// That the token is used by who has the secret ("Securing Graph API requests").
    fn proof(&self, token: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.app_secret.expose().as_bytes())
            .expect("a key of any length does");
        mac.update(token.as_bytes());
        mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect()
    }
}
