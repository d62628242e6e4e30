//! Whose rows a query touches: every SQL text of the store names its workspace or person, or says that it does not.

/// The files that may open the door to a workspace's rows.
const MAY_SCOPE: &[&str] = &[];

/// Functions whose queries span workspaces end in this.
const ANY: &str = "_any_workspace";

pub(super) fn check(path: &str, text: &str, errors: &mut Vec<String>) {
    if super::text::is_test(path) || path.starts_with("xtask/") {
        return;
    }
    scopes_at_the_door(path, text, errors);
    if path.starts_with("crates/store/src/") {
        names_its_workspace(path, text, errors);
    }
}

fn scopes_at_the_door(path: &str, text: &str, errors: &mut Vec<String>) {
    if MAY_SCOPE.contains(&path) || path.starts_with("crates/store/src/") {
        return;
    }
    for (n, line) in text.lines().enumerate() {
        if line.contains(".scoped(") {
            errors.push(format!(
                "{path}:{}: take the scoped store as an argument; only the door makes one",
                n + 1
            ));
        }
    }
}

fn names_its_workspace(path: &str, text: &str, errors: &mut Vec<String>) {
    let mut function = "";
    for (n, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            return;
        }
        if let Some(name) = function_name(line) {
            function = name;
        }
        let trimmed = line.trim_start().trim_start_matches("r#").trim_start_matches('r');
        let verb = ["\"SELECT ", "\"UPDATE ", "\"DELETE ", "\"INSERT "]
            .iter()
            .any(|it| trimmed.contains(it));
        // What belongs to a person and not to a workspace names the person.
        let statement = || statement(text, n);
        let is_owned = || ["workspace_id", "user_id"].iter().any(|it| statement().contains(it));
        if verb && !function.ends_with(ANY) && !is_owned() {
            errors.push(format!(
                "{path}:{}: name workspace_id (or user_id) in the query, or end the function's name in {ANY}",
                n + 1
            ));
        }
    }
}

fn function_name(line: &str) -> Option<&str> {
    let rest = line.split("fn ").nth(1)?;
    rest.split(['(', '<']).next()
}

/// From the line where a statement starts to the one that ends it.
fn statement(text: &str, start: usize) -> String {
    let mut res = String::new();
    for line in text.lines().skip(start).take(40) {
        res.push_str(line);
        if line.trim_end().ends_with([';', '}']) || line.contains("\")") {
            break;
        }
    }
    res
}
