//! Chores in Rust: `cargo run -p xtask -- tidy`. The same rules run as a test, so `cargo test` is enough.

mod tidy;

const USAGE: &str = "usage: cargo run -p xtask -- CHORE
  tidy   checks the rules that the compiler does not know
  fmt    formats every Rust file, also those that `catalog!` declares and cargo fmt does not see";

fn main() {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let root = tidy::root();
    let errors = match chore.as_str() {
        "tidy" => tidy::check(&root),
        "fmt" => tidy::format_all(&root),
        _ => vec![USAGE.to_owned()],
    };
    for error in &errors {
        eprintln!("{error}");
    }
    std::process::exit(i32::from(!errors.is_empty()));
}
