//! The built-in credential types: one file and one word below for each.
//!
//! Fields have the names that people know from n8n, so that a file of credentials fits both.

use model::form::{Field, Form};
use sdk::{
    CredentialType,
    credential::{Sign, TestCall},
};

sdk::catalog! {
    /// Every built-in credential type.
    pub fn all -> CredentialType {
        active_campaign
        airtable
        airtop
        anthropic
        api_template_io
        apify
        asana
        azure_open_ai
        bannerbear
        bitly
        brevo
        calendly
        click_up
        clockify
        cloudflare
        coda
        cohere
        deep_l
        deep_seek
        discord_bot
        elasticsearch
        eleven_labs
        facebook_graph
        firecrawl
        freshdesk
        github
        gitlab
        google_gemini
        grafana
        groq
        home_assistant
        http_basic
        http_bearer
        http_custom
        http_digest
        http_header
        http_hmac
        http_jwt
        http_query
        http_ssl
        hubspot
        hugging_face
        hunter
        intercom
        jina_ai
        jira_cloud
        linear
        magento
        mailchimp
        mailgun
        mattermost
        mistral
        monday
        n8n
        nasa
        noco_db
        notion
        okta
        ollama
        open_ai
        open_router
        open_weather_map
        pager_duty
        perplexity
        phantombuster
        pinecone
        pipedrive
        qdrant
        send_grid
        sentry
        serp
        service_now_basic
        shopify
        slack
        strapi
        stripe
        supabase
        todoist
        toggl
        trello
        twilio
        typeform
        virus_total
        webflow
        whats_app
        woo_commerce
        wordpress
        x_ai
        zendesk
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

/// Adds a read that only a good credential gets a 2xx for.
fn tested(mut it: CredentialType, url: &str) -> CredentialType {
    it.test = Some(TestCall { method: "GET".into(), url: url.into() });
    it
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
