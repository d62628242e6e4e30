//! Paths of routes: words, names for what may be anything, and `*` for what is left.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;

/// Longest path, and most segments in it.
const CHARS_MAX: usize = 300;
const SEGMENTS_MAX: usize = 20;

/// As text: `/shop/:id/*`. The text is kept as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Word(SmolStr),
    Name(SmolStr),
    /// All that is left, also nothing. Only at the end.
    Rest,
}

/// What a pattern took of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// By name, the number of the segment.
    pub named: Vec<(SmolStr, usize)>,
    /// From which segment on `*` took them; absent where the pattern has none.
    pub rest: Option<usize>,
}

/// The text is no path of a route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPattern(String);

impl Pattern {
    /// What it takes of a path, if it fits.
    pub fn take(&self, path: &[&str]) -> Option<Taken> {
        let mut taken = Taken::default();
        for (n, segment) in self.0.iter().enumerate() {
            match (segment, path.get(n)) {
                (Segment::Rest, _) => {
                    taken.rest = Some(n);
                    return Some(taken);
                }
                (Segment::Word(word), Some(found)) if word == found => {}
                (Segment::Name(name), Some(found)) if !found.is_empty() => {
                    taken.named.push((name.clone(), n));
                }
                (Segment::Word(_) | Segment::Name(_), _) => return None,
            }
        }
        (path.len() == self.0.len()).then_some(taken)
    }

    pub fn names(&self) -> impl Iterator<Item = &SmolStr> {
        self.0.iter().filter_map(|it| match it {
            Segment::Name(name) => Some(name),
            Segment::Word(_) | Segment::Rest => None,
        })
    }

    /// Whether both take the same paths.
    pub(super) fn has_shape_of(&self, other: &Pattern) -> bool {
        let same = |(a, b): (&Segment, &Segment)| match (a, b) {
            (Segment::Word(a), Segment::Word(b)) => a == b,
            (Segment::Name(_), Segment::Name(_)) | (Segment::Rest, Segment::Rest) => true,
            (Segment::Word(_) | Segment::Name(_) | Segment::Rest, _) => false,
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }

    /// Sorts narrow ones before wide ones.
    pub(super) fn width(&self) -> Vec<u8> {
        let of = |it: &Segment| match it {
            Segment::Word(_) => 0,
            Segment::Name(_) => 1,
            Segment::Rest => 2,
        };
        self.0.iter().map(of).collect()
    }
}

fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '~' | '@' | '+' | '=' | ',' | '!')
}

impl FromStr for Pattern {
    type Err = NotAPattern;

    fn from_str(text: &str) -> Result<Pattern, NotAPattern> {
        let odd = |why: &str| NotAPattern(format!("a path is written as `/shop/:id/*`: {why}"));
        let text = text.trim().trim_matches('/');
        if text.is_empty() || text.chars().count() > CHARS_MAX {
            return Err(odd(&format!("it has 1 to {CHARS_MAX} characters")));
        }
        let all: Vec<&str> = text.split('/').collect();
        if all.len() > SEGMENTS_MAX {
            return Err(odd(&format!("it has at most {SEGMENTS_MAX} parts")));
        }
        let mut segments: Vec<Segment> = vec![];
        for (n, it) in all.iter().enumerate() {
            let segment = match it.strip_prefix(':') {
                _ if *it == "*" && n + 1 == all.len() => Segment::Rest,
                _ if it.contains('*') => return Err(odd("`*` stands alone at the end")),
                Some(name) => {
                    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
                    if name.is_empty() || !name.chars().all(is_word) {
                        return Err(odd("a name behind `:` has letters, digits and `_`"));
                    }
                    let named = Segment::Name(name.into());
                    if segments.contains(&named) {
                        return Err(odd(&format!("`:{name}` is there twice")));
                    }
                    named
                }
                None if matches!(*it, "" | "." | "..") || !it.chars().all(is_plain) => {
                    return Err(odd("a part has letters, digits and some of `-_.~@+=,!`"));
                }
                None => Segment::Word((*it).into()),
            };
            segments.push(segment);
        }
        Ok(Pattern(segments))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for it in &self.0 {
            match it {
                Segment::Word(word) => write!(f, "/{word}")?,
                Segment::Name(name) => write!(f, "/:{name}")?,
                Segment::Rest => f.write_str("/*")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names with their segments, and where what `*` took begins.
    type Expected<'a> = Option<(&'a [(&'a str, usize)], Option<usize>)>;

    #[test]
    fn a_pattern_takes_what_it_says() {
        let check = |pattern: &str, path: &str, expected: Expected<'_>| {
            let pattern: Pattern = pattern.parse().unwrap();
            let path: Vec<&str> = path.split('/').collect();
            let expected = expected.map(|(named, rest)| Taken {
                named: named.iter().map(|it| (it.0.into(), it.1)).collect(),
                rest,
            });
            assert_eq!(pattern.take(&path), expected, "{pattern} {path:?}");
        };
        check("/shop", "shop", Some((&[], None)));
        check("shop/", "shop", Some((&[], None)));
        check("/shop", "shop/1", None);
        check("/shop", "Shop", None);
        check("/shop/:id", "shop/1", Some((&[("id", 1)], None)));
        check("/shop/:id", "shop/", None);
        check("/shop/:id", "shop", None);
        check("/shop/*", "shop", Some((&[], Some(1))));
        check("/shop/*", "shop/a/b", Some((&[], Some(1))));
        check("/:a/:b/*", "x/y/z", Some((&[("a", 0), ("b", 1)], Some(2))));
        check("/*", "anything/at/all", Some((&[], Some(0))));
    }

    #[test]
    fn odd_paths_are_refused() {
        for odd in
            ["", "/", "a//b", "a/../b", "a/./b", "a/*/b", "a*", ":", "a/:i-d", ":a/:a", "a b"]
        {
            assert!(odd.parse::<Pattern>().is_err(), "{odd}");
        }
        let long = |n: usize| "a".repeat(n).parse::<Pattern>();
        assert!(long(CHARS_MAX).is_ok() && long(CHARS_MAX + 1).is_err());
        let many = |n: usize| vec!["a"; n].join("/").parse::<Pattern>();
        assert!(many(SEGMENTS_MAX).is_ok() && many(SEGMENTS_MAX + 1).is_err());
    }

    #[test]
    fn text_and_back_is_the_same_path() {
        for text in ["/shop", "/shop/:id/*", "/*", "/v1.2/a-b_c~d"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
    }
}
