//! Regular expressions of JavaScript, run by a linear-time engine where that engine can.

use model::Value;
use regex::{Regex, RegexBuilder};

/// A pattern that a condition looks for.
pub(super) enum Pattern {
    Compiled(Regex),
    /// It looks around or back, which only JavaScript does.
    Foreign {
        source: String,
        flags: String,
    },
}

/// Memory of one compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 4 << 20;

impl Pattern {
    /// Reads `pattern` or `/pattern/flags`; its faults show when JavaScript meets it.
    pub(super) fn new(text: &str) -> Pattern {
        let (source, flags) = split(text);
        let translated = if flags.contains('y') { None } else { translate(source) };
        let compiled = translated.and_then(|it| {
            RegexBuilder::new(&it)
                .case_insensitive(flags.contains('i'))
                .multi_line(flags.contains('m'))
                .dot_matches_new_line(flags.contains('s'))
                .size_limit(PATTERN_BYTES_MAX)
                .build()
                .ok()
        });
        match compiled {
            Some(regex) => Pattern::Compiled(regex),
            None => Pattern::Foreign { source: source.into(), flags: flags.into() },
        }
    }

    /// A script that tells whether the pattern is found in a text.
    pub(super) fn script(source: &str, flags: &str, text: &str) -> String {
        let quoted = |it: &str| Value::from(it).to_json();
        format!("return new RegExp({}, {}).test({})", quoted(source), quoted(flags), quoted(text))
    }
}

fn split(text: &str) -> (&str, &str) {
    let parts = text.strip_prefix('/').and_then(|inner| {
        let (source, flags) = inner.rsplit_once('/')?;
        flags.chars().all(|it| "gimusy".contains(it)).then_some((source, flags))
    });
    parts.unwrap_or((text, ""))
}

/// The pattern in the words of the `regex` crate; `None` when only JavaScript can run it.
fn translate(source: &str) -> Option<String> {
    let mut res = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    let mut in_class = false;
    while let Some(it) = chars.next() {
        match it {
            '\\' => match chars.next()? {
                'd' if in_class => res.push_str("0-9"),
                'd' => res.push_str("[0-9]"),
                'D' => res.push_str("[^0-9]"),
                'w' if in_class => res.push_str("0-9A-Za-z_"),
                'w' => res.push_str("[0-9A-Za-z_]"),
                'W' => res.push_str("[^0-9A-Za-z_]"),
                's' => res.push_str("\\s"),
                'S' => res.push_str("\\S"),
                'b' if !in_class => res.push_str("(?-u:\\b)"),
                'n' => res.push_str("\\n"),
                'r' => res.push_str("\\r"),
                't' => res.push_str("\\t"),
                // Back references, code points, `\B`, `\p`: rare, and read in other ways.
                other if other.is_ascii_alphanumeric() => return None,
                other => res.push_str(&regex::escape(&other.to_string())),
            },
            '[' if in_class => res.push_str("\\["),
            '[' => {
                in_class = true;
                res.push('[');
                if chars.peek() == Some(&'^') {
                    res.push('^');
                    chars.next();
                }
                // `[]` and `[^]` mean nothing and anything, and only to JavaScript.
                if chars.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                res.push(']');
            }
            '&' | '~' if in_class => {
                res.push('\\');
                res.push(it);
            }
            '-' if in_class && chars.peek() == Some(&'-') => return None,
            '(' if !in_class && chars.peek() == Some(&'?') => {
                let group: String = chars.clone().take(3).collect();
                if !group.starts_with("?:")
                    && (!group.starts_with("?<") || group.ends_with(['=', '!']))
                {
                    return None;
                }
                res.push('(');
            }
            other => res.push(other),
        }
    }
    (!in_class).then_some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, found: bool) {
        match Pattern::new(pattern) {
            Pattern::Compiled(regex) => assert_eq!(regex.is_match(text), found, "{pattern}"),
            Pattern::Foreign { .. } => panic!("{pattern} needs JavaScript"),
        }
    }

    #[test]
    fn patterns_mean_what_they_mean_in_javascript() {
        check("^\\d+$", "12", true);
        check("^\\d+$", "١٢", false);
        check("/^ab/i", "ABC", true);
        check("[\\w.-]+@[\\w-]+\\.\\w+", "me@example.com", true);
        check("https?:\\/\\/(?:www\\.)?x", "http://www.x", true);
        check("a.b", "a\nb", false);
        check("/a.b/s", "a\nb", true);
        check("[[&]", "&", true);
        check("(?<year>\\d{4})", "in 2025", true);
        check("a/b", "a/b", true);
    }

    #[test]
    fn what_looks_around_or_back_is_left_to_javascript() {
        for pattern in ["(?=a)", "(?<!a)b", "(a)\\1", "/a/y", "[^]", "\\p{L}", "(", "\\u0041"] {
            assert!(matches!(Pattern::new(pattern), Pattern::Foreign { .. }), "{pattern}");
        }
    }
}
