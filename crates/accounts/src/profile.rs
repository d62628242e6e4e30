//! What people set about themselves and how things are to look.

use jiff::{Timestamp, tz::TimeZone};
use model::{Code, Fault, Value, id::UserId};
use serde::{Deserialize, Serialize};
use store::users::User;

use crate::{Accounts, failure::fault, registration::checked_name};

/// Longest address of a picture.
const AVATAR_CHARS_MAX: usize = 2_000;
/// Largest arrangement of a dashboard, as JSON.
const LAYOUT_BYTES_MAX: usize = 64 << 10;

/// About oneself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// Address of a picture.
    pub avatar: Option<String>,
    /// `#rrggbb`, for those without a picture.
    pub avatar_color: Option<String>,
    /// Such as `de` or `pt-BR`.
    pub language: Option<String>,
    /// Such as `Europe/Berlin`.
    pub time_zone: Option<String>,
}

/// How things are to look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    pub theme: Theme,
    /// Such as `de` or `pt-BR`.
    pub language: Option<String>,
    pub notifications: Notifications,
    /// Whatever the interface keeps about the arrangement of a dashboard.
    pub dashboard_layout: Value,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

/// What one is told, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Notifications {
    pub email: bool,
    pub in_app: bool,
}

impl Default for Notifications {
    fn default() -> Notifications {
        Notifications { email: true, in_app: true }
    }
}

impl Accounts {
    /// # Errors
    /// [`Code::Unauthorized`] when there is no such person any more.
    pub async fn profile(&self, id: UserId) -> Result<(User, Profile), Fault> {
        let user = self.user(id).await?;
        let (profile, _) = self.set_of(id).await?;
        Ok((user, profile))
    }

    /// # Errors
    /// [`Code::InvalidRequest`].
    pub async fn set_profile(
        &self,
        id: UserId,
        name: &str,
        profile: &Profile,
    ) -> Result<(), Fault> {
        let name = checked_name(name)?;
        let avatar = profile.avatar.as_deref().unwrap_or_default();
        let is_picture = avatar.is_empty() || avatar.starts_with("https://");
        if !is_picture || avatar.chars().count() > AVATAR_CHARS_MAX {
            return Err(odd("avatar", "the address of a picture begins with https://"));
        }
        let is_color = |it: &str| {
            it.len() == 7 && it.starts_with('#') && it[1..].bytes().all(|it| it.is_ascii_hexdigit())
        };
        if profile.avatar_color.as_deref().is_some_and(|it| !is_color(it)) {
            return Err(odd("avatarColor", "a colour is written as #0b7a75"));
        }
        if profile.time_zone.as_deref().is_some_and(|it| TimeZone::get(it).is_err()) {
            return Err(odd("timeZone", "there is no such time zone; one is called Europe/Berlin"));
        }
        is_language(profile.language.as_deref())?;
        let value = written(profile)?;
        self.store().set_profile(id, &name, &value, Timestamp::now()).await.map_err(fault)
    }

    /// # Errors
    /// [`Code::Unauthorized`] when there is no such person any more.
    pub async fn preferences(&self, id: UserId) -> Result<Preferences, Fault> {
        Ok(self.set_of(id).await?.1)
    }

    /// # Errors
    /// [`Code::InvalidRequest`].
    pub async fn set_preferences(&self, id: UserId, it: &Preferences) -> Result<(), Fault> {
        is_language(it.language.as_deref())?;
        if it.dashboard_layout.to_json().len() > LAYOUT_BYTES_MAX {
            let message = format!("an arrangement has at most {LAYOUT_BYTES_MAX} bytes");
            return Err(odd("dashboardLayout", &message));
        }
        self.store().set_preferences(id, &written(it)?).await.map_err(fault)
    }

    async fn set_of(&self, id: UserId) -> Result<(Profile, Preferences), Fault> {
        let found = self.store().settings_of(id).await.map_err(fault)?;
        let gone = || Fault::new(Code::Unauthorized, "the account is gone");
        let (profile, preferences) = found.ok_or_else(gone)?;
        Ok((read(&profile)?, read(&preferences)?))
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, Fault> {
    serde_json::from_str(&value.to_json()).map_err(|e| Fault::internal(e.to_string()))
}

fn written<T: Serialize>(it: &T) -> Result<Value, Fault> {
    let text = serde_json::to_string(it).map_err(|e| Fault::internal(e.to_string()))?;
    Value::from_json(&text).map_err(|e| Fault::internal(e.to_string()))
}

fn is_language(it: Option<&str>) -> Result<(), Fault> {
    let part =
        |it: &str| (1..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric());
    match it {
        Some(it) if it.len() > 35 || !it.split('-').all(part) => {
            Err(odd("language", "a language is written as de or pt-BR"))
        }
        _ => Ok(()),
    }
}

fn odd(path: &str, message: &str) -> Fault {
    let one = Value::object([("path", Value::from(path)), ("message", message.into())]);
    Fault::invalid(message).with(Value::array([one]))
}
