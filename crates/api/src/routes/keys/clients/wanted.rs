//! What clients of another system want of a key, in their words.

use std::num::NonZeroU32;

use model::{
    Fault, Rate,
    permission::{Permission, Permissions},
    rate::Per,
};

/// Most that is said of an hour.
const PER_HOUR_MAX: u32 = 10_000;

/// Permissions by their names here, with `:` for `.` as well; `read` is all that read, `*` all that one may.
///
/// # Errors
/// A sentence for a name that is none.
pub(super) fn permissions(names: &[String], may: Permissions) -> Result<Permissions, Fault> {
    if names.is_empty() {
        return Err(Fault::invalid("name at least one permission"));
    }
    let mut res = Permissions::default();
    for name in names {
        let found: Permissions = match name.as_str() {
            "*" => may,
            "read" => {
                let reads = |it: &Permission| may.contains(*it) && it.as_str().ends_with(".read");
                Permission::ALL.iter().copied().filter(reads).collect()
            }
            _ => {
                let own = name.replace(':', ".");
                let found = Permission::ALL.iter().find(|it| it.as_str() == own);
                let absent = || {
                    let message = format!(
                        "there is no permission `{name}`; GET /api/api-keys/permissions lists them"
                    );
                    Fault::invalid(message)
                };
                [*found.ok_or_else(absent)?].into_iter().collect()
            }
        };
        res = res.or(found);
    }
    Ok(res)
}

/// So many in an hour.
///
/// # Errors
/// A sentence for none, or too many.
pub(super) fn rate(per_hour: u32) -> Result<Rate, Fault> {
    let requests = NonZeroU32::new(per_hour).filter(|it| it.get() <= PER_HOUR_MAX);
    let requests = requests
        .ok_or_else(|| Fault::invalid(format!("`rateLimit` is from 1 to {PER_HOUR_MAX}")))?;
    Ok(Rate { requests, per: Per::Hour })
}

#[cfg(test)]
mod tests {
    use model::permission::Role;

    use super::*;

    #[test]
    fn permissions_are_known_by_the_words_of_others() {
        let may = Role::Editor.permissions();
        let check = |names: &[&str], expected: Option<&str>| {
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            let found = permissions(&names, may).ok().map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected, "{names:?}");
        };
        check(&["workflows:read", "workflows.run"], Some("workflows.read workflows.run"));
        check(&["admin:write"], None);
        check(&[], None);
        assert_eq!(permissions(&["*".to_owned()], may).unwrap(), may);
        let read = permissions(&["read".to_owned()], may).unwrap();
        assert!(read.contains(Permission::WorkflowsRead) && !read.contains(Permission::KeysRead));
        assert!(!read.contains(Permission::WorkflowsWrite));
    }

    #[test]
    fn so_many_in_an_hour_are_kept_as_they_were_said() {
        assert_eq!(rate(1_000).unwrap().to_string(), "1000/h");
        assert_eq!(rate(10_000).unwrap().to_string(), "10000/h");
        assert!(rate(0).is_err() && rate(10_001).is_err());
    }
}
