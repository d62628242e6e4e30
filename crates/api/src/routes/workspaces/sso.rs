//! Where the people of a workspace sign in elsewhere, and which domains are whose.

use accounts::elsewhere::saml::{self, Settings, Source};
use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use model::{Code, Fault, id::WorkspaceId, permission::Role};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person, Rights},
    failure::Failure,
    list::{List, Page},
    read::{Asked, Given},
};

/// The role that a group of the provider's stands for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupRole {
    #[schema(max_length = 1000)]
    group: String,
    role: String,
}

/// A workspace's provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SsoFields {
    /// Metadata of SAML 2.0. They, or their address, or the three fields after it say who the provider is.
    metadata: Option<String>,
    /// Where the metadata are fetched, now.
    metadata_url: Option<String>,
    /// As the provider calls itself.
    entity_id: Option<String>,
    /// Where browsers go (binding HTTP-Redirect).
    sign_in_url: Option<String>,
    /// As PEM; any of them may have signed.
    #[serde(default)]
    certificates: Vec<String>,
    /// The attribute with the address of a person; without one the usual ones are looked for, and NameID.
    email_attribute: Option<String>,
    /// The attribute with the name.
    name_attribute: Option<String>,
    /// The attribute with the groups.
    groups_attribute: Option<String>,
    /// The first group that a person is in gives the role, each time that the person comes.
    #[serde(default)]
    roles: Vec<GroupRole>,
    /// For who is in none of the groups; it moves no member.
    default_role: Option<String>,
    /// Who comes and is no member becomes one.
    #[serde(default = "yes")]
    joins: bool,
    /// People may begin at the provider.
    #[serde(default)]
    unasked: bool,
    /// Domains of the addresses that the provider knows.
    #[serde(default)]
    domains: Vec<String>,
}

fn yes() -> bool {
    true
}

/// A certificate of a provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SsoCertificate {
    pem: String,
    subject: String,
    /// Providers go on with one that is over; it counts until you take it out.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// SHA-256.
    fingerprint: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SsoDomain {
    domain: String,
    /// Who looks after the server has said that it is this workspace's.
    confirmed: bool,
}

/// What the provider sent last and did not count.
#[derive(Serialize, ToSchema)]
struct SsoRefusal {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    why: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SsoProvider {
    entity_id: String,
    sign_in_url: String,
    certificates: Vec<SsoCertificate>,
    email_attribute: Option<String>,
    name_attribute: Option<String>,
    groups_attribute: Option<String>,
    roles: Vec<GroupRole>,
    default_role: Option<String>,
    joins: bool,
    unasked: bool,
    domains: Vec<SsoDomain>,
    refusal: Option<SsoRefusal>,
}

/// Single sign-on of a workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Sso {
    /// What the provider has to know of us: our entity id, at which our metadata are.
    entity_id: String,
    /// Where it sends its answers.
    acs_url: String,
    /// Where people begin.
    start_url: String,
    /// Absent when there is none.
    provider: Option<SsoProvider>,
}

/// A domain that a workspace lists.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListedDomain {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    workspace_name: String,
    domain: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    confirmed_at: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DomainFields {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    #[schema(max_length = 253)]
    domain: String,
    confirmed: bool,
}

/// It is so now.
#[derive(Serialize, ToSchema)]
struct DomainSaid {
    domain: String,
    confirmed: bool,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(get, put, remove))
}

pub(crate) fn platform_routes() -> Routes {
    Routes::new().routes(routes!(domains, confirm))
}

/// Single sign-on of a workspace
#[utoipa::path(get, path = "/workspaces/{id}/sso", tag = "workspaces", operation_id = "getSso",
    params(("id" = String, Path)), responses((status = 200, body = Sso)))]
async fn get(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Sso>, Failure> {
    let found = app.accounts().sso(actor.workspace).await?;
    let addresses = app.accounts().sso_addresses(actor.workspace);
    Ok(Json(Sso {
        entity_id: addresses.entity_id,
        acs_url: addresses.back,
        start_url: addresses.start,
        provider: found.map(SsoProvider::from),
    }))
}

/// Say where the people of a workspace sign in
///
/// By SAML 2.0. Who says it may do all that an admin may, and gives no role that may do more than he may
/// himself.
#[utoipa::path(put, path = "/workspaces/{id}/sso", tag = "workspaces", operation_id = "setSso",
    params(("id" = String, Path)), request_body = SsoFields, responses((status = 200, body = Sso)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<SsoFields>,
) -> Result<Json<Sso>, Failure> {
    let source = source(&given)?;
    // Whoever says who people are can be any of them who is not the owner.
    rights.may_give(Role::Admin.permissions())?;
    for role in given.roles.iter().map(|it| &it.role).chain(given.default_role.as_ref()) {
        rights.may_give(app.accounts().role(actor.workspace, role).await?.1)?;
    }
    let domains = given.domains.clone();
    app.accounts().set_sso(actor.workspace, settings(given), source, &domains).await?;
    get(State(app), Caller(actor)).await
}

/// End single sign-on
///
/// Who came by it stays a member, and sets a password by `forgot`.
#[utoipa::path(delete, path = "/workspaces/{id}/sso", tag = "workspaces", operation_id = "removeSso",
    params(("id" = String, Path)), responses((status = 204)))]
async fn remove(State(app): State<App>, Caller(actor): Caller) -> Result<StatusCode, Failure> {
    app.accounts().remove_sso(actor.workspace).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Domains that workspaces list
#[utoipa::path(get, path = "/sso/domains", tag = "workspaces", operation_id = "listSsoDomains",
    params(Page), responses((status = 200, body = List<ListedDomain>)))]
async fn domains(
    State(app): State<App>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<ListedDomain>>, Failure> {
    let all = app.accounts().all_sso_domains().await?;
    let one = |it: store::sso::Listed| ListedDomain {
        workspace_id: it.domain.workspace,
        workspace_name: it.workspace_name.into(),
        domain: it.domain.domain.into(),
        confirmed_at: it.domain.confirmed_at,
    };
    Ok(Json(page.cut(all).map(one)))
}

/// Say whose a domain is
///
/// The provider of that workspace then says who comes with an address of the domain, also where the address
/// has an account already; and such an address finds the provider.
#[utoipa::path(put, path = "/sso/domains", tag = "workspaces", operation_id = "confirmSsoDomain",
    request_body = DomainFields, responses((status = 200, body = DomainSaid)))]
async fn confirm(
    State(app): State<App>,
    person: Person,
    Given(given): Given<DomainFields>,
) -> Result<Json<DomainSaid>, Failure> {
    let DomainFields { workspace_id, domain, confirmed } = given;
    app.accounts().confirm_sso_domain(workspace_id, &domain, confirmed).await?;
    tracing::info!(user = %person.user, workspace = %workspace_id, %domain, confirmed, "a domain was given");
    Ok(Json(DomainSaid { domain, confirmed }))
}

/// The one of three ways that is taken.
fn source(given: &SsoFields) -> Result<Source, Failure> {
    let text = |it: &Option<String>| it.clone().filter(|it| !it.trim().is_empty());
    let said = text(&given.entity_id).is_some()
        || text(&given.sign_in_url).is_some()
        || !given.certificates.is_empty();
    match (text(&given.metadata), text(&given.metadata_url), said) {
        (Some(it), None, false) => Ok(Source::Metadata(it)),
        (None, Some(it), false) => Ok(Source::Address(it)),
        (None, None, true) => Ok(Source::Said {
            entity_id: given.entity_id.clone().unwrap_or_default(),
            sign_in_url: given.sign_in_url.clone().unwrap_or_default(),
            certificates: given.certificates.clone(),
        }),
        _ => {
            let message = "give the provider's `metadata`, or `metadataUrl`, or `entityId`, `signInUrl` and `certificates`";
            Err(Failure::from(Fault::new(Code::InvalidRequest, message)))
        }
    }
}

fn settings(given: SsoFields) -> Settings {
    let short = |it: Option<String>| it.map(SmolStr::from).filter(|it| !it.trim().is_empty());
    let role = |it: GroupRole| saml::GroupRole { group: it.group.into(), role: it.role.into() };
    Settings {
        entity_id: String::new(),
        sign_in_url: String::new(),
        certificates: vec![],
        email_attribute: short(given.email_attribute),
        name_attribute: short(given.name_attribute),
        groups_attribute: short(given.groups_attribute),
        roles: given.roles.into_iter().map(role).collect(),
        default_role: short(given.default_role),
        joins: given.joins,
        unasked: given.unasked,
    }
}

impl From<saml::Sso> for SsoProvider {
    fn from(it: saml::Sso) -> SsoProvider {
        let settings = it.settings;
        let text = |it: Option<SmolStr>| it.map(String::from);
        let certificate = |(plain, seen): (&String, saml::Seen)| SsoCertificate {
            pem: pem(plain),
            subject: seen.subject,
            expires_at: seen.expires_at,
            fingerprint: seen.fingerprint,
        };
        let role = |it: saml::GroupRole| GroupRole { group: it.group.into(), role: it.role.into() };
        SsoProvider {
            certificates: settings
                .certificates
                .iter()
                .zip(it.certificates)
                .map(certificate)
                .collect(),
            entity_id: settings.entity_id,
            sign_in_url: settings.sign_in_url,
            email_attribute: text(settings.email_attribute),
            name_attribute: text(settings.name_attribute),
            groups_attribute: text(settings.groups_attribute),
            roles: settings.roles.into_iter().map(role).collect(),
            default_role: text(settings.default_role),
            joins: settings.joins,
            unasked: settings.unasked,
            domains: it
                .domains
                .into_iter()
                .map(|it| SsoDomain {
                    domain: it.domain.into(),
                    confirmed: it.confirmed_at.is_some(),
                })
                .collect(),
            refusal: it.refusal.map(|it| SsoRefusal { at: it.at, why: it.why.to_owned() }),
        }
    }
}

fn pem(plain: &str) -> String {
    let mut res = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for (n, it) in plain.chars().enumerate() {
        if n > 0 && n % 64 == 0 {
            res.push('\n');
        }
        res.push(it);
    }
    res.push_str("\n-----END CERTIFICATE-----\n");
    res
}
