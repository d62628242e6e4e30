//! The command line is what the manual says.

use std::fmt::Write;

use super::*;

#[test]
fn every_command_is_well_formed() {
    command().debug_assert();
}

#[test]
fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
    let file = lines("# a comment\n\nlog = \"debug\"\ndata=elsewhere\n").unwrap();
    let words = |words: &[&str]| {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let matches = with_defaults(command(), &file).unwrap().try_get_matches_from(words).unwrap();
        Options::from_arg_matches(&matches).unwrap()
    };
    let options = words(&["tailorbird", "completion", "bash"]);
    assert_eq!((options.data.to_str(), options.logs.log.as_str()), (Some("elsewhere"), "debug"));
    let options = words(&["tailorbird", "--data", "here", "completion", "bash"]);
    assert_eq!(options.data.to_str(), Some("here"));
}

#[test]
fn an_unknown_name_in_the_file_is_an_error() {
    let file = lines("listne = 1").unwrap();
    assert!(with_defaults(command(), &file).is_err());
    assert!(lines("listen").is_err());
}

/// `UPDATE_EXPECT=1 cargo test -p app` writes the page anew.
#[test]
fn the_manual_lists_every_option() {
    let mut page = String::from(
        "# Options\n\nGenerated from the code. A flag wins over the environment, that over the file \
         (`--config`, or `tailorbird.conf` in the data folder, one `name = value` per line), \
         that over the default.\n",
    );
    let command = command();
    table(&mut page, "Every command", &command);
    for sub in command.get_subcommands() {
        table(&mut page, &format!("tailorbird {}", sub.get_name()), sub);
        for verb in sub.get_subcommands() {
            table(&mut page, &format!("tailorbird {} {}", sub.get_name(), verb.get_name()), verb);
        }
    }
    expect_test::expect_file!["../../../../docs/options.md"].assert_eq(&page);
}

fn table(page: &mut String, title: &str, command: &Command) {
    let rows: Vec<_> = command
        .get_arguments()
        .filter(|it| !it.is_hide_set() && !matches!(it.get_id().as_str(), "help" | "version"))
        .collect();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    write!(page, "\n## {title}\n\n{about}.\n").unwrap();
    if rows.is_empty() {
        return;
    }
    page.push_str("\n| option | environment | default | meaning |\n|---|---|---|---|\n");
    for arg in rows {
        let name = match arg.get_long() {
            Some(long) => format!("`--{long}`"),
            None => format!("`{}`", arg.get_id().as_str().to_uppercase()),
        };
        let code = |text: String| if text.is_empty() { text } else { format!("`{text}`") };
        let env = arg.get_env().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let takes_value = arg.get_action().takes_values();
        let default: Vec<_> =
            arg.get_default_values().iter().map(|it| it.to_string_lossy()).collect();
        let default = if takes_value { default.join(" ") } else { String::new() };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.replace('|', "\\|").replace('\n', " ");
        writeln!(page, "| {name} | {} | {} | {help} |", code(env), code(default)).unwrap();
    }
}
