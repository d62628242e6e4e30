//! JSON that is nearly right, as people and language models write it, read as it was meant.
//!
//! What is missing (quotes, commas, closing brackets) is thought of, what is too much (comments,
//! trailing commas, code fences) is left out, words without quotes are text.

use model::{Map, Value, value::DEPTH_MAX};

/// An object from text: JSON, or what can be read as such.
pub(crate) fn repaired_object(text: &str) -> Option<Value> {
    let value = match Value::from_json(text) {
        Ok(value) => value,
        // An object whose quotes were escaped as if it stood in a string.
        Err(_) if text.trim_start().starts_with("{\\\"") => repaired(&text.replace("\\\"", "\""))?,
        Err(_) => repaired(unfenced(text))?,
    };
    value.as_object().is_some().then_some(value)
}

fn repaired(text: &str) -> Option<Value> {
    let mut repair = Repair { chars: text.chars().collect(), at: 0, depth: 0 };
    let value = repair.value()?;
    // Closing brackets too many are nobody's.
    while repair.eat(&['}', ']', ',', ';']) {}
    repair.space();
    repair.peek().is_none().then_some(value)
}

/// The text within a Markdown code fence.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix("```") else { return text };
    let inner = inner.trim_start_matches(|it: char| it.is_ascii_alphanumeric());
    inner.trim_end().strip_suffix("```").unwrap_or(inner)
}

struct Repair {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Repair {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn starts(&self, text: &str) -> bool {
        self.chars[self.at.min(self.chars.len())..]
            .iter()
            .copied()
            .take(text.len())
            .eq(text.chars())
    }

    /// Past white space and comments.
    fn space(&mut self) {
        loop {
            while self.peek().is_some_and(|it| it.is_whitespace() || it == '\u{feff}') {
                self.at += 1;
            }
            let (comment, end) = match () {
                () if self.starts("//") => (true, "\n"),
                () if self.starts("/*") => (true, "*/"),
                () => (false, ""),
            };
            if !comment {
                return;
            }
            while self.peek().is_some() && !self.starts(end) {
                self.at += 1;
            }
            self.at = (self.at + end.len()).min(self.chars.len());
        }
    }

    /// Past one of these, when it comes next.
    fn eat(&mut self, any: &[char]) -> bool {
        self.space();
        let found = self.peek().is_some_and(|it| any.contains(&it));
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        if self.depth > DEPTH_MAX {
            return None;
        }
        self.depth += 1;
        let value = match self.peek()? {
            '{' => self.object(),
            '[' => self.array(),
            it if is_quote(it) => self.text().map(Value::from),
            it if it.is_ascii_digit() || it == '-' => self.number().or_else(|| self.word()),
            _ => self.word(),
        };
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Option<Value> {
        self.at += 1;
        let mut map = Map::new();
        loop {
            self.between();
            match self.peek() {
                None => return Some(map.into()),
                Some('}') => {
                    self.at += 1;
                    return Some(map.into());
                }
                // The closing bracket is missing.
                Some(']') => return Some(map.into()),
                Some(it) if is_quote(it) => {
                    let key = self.text()?;
                    self.field(&mut map, key)?;
                }
                Some(_) => {
                    let key = self.key()?;
                    self.field(&mut map, key)?;
                }
            }
        }
    }

    fn field(&mut self, map: &mut Map, key: String) -> Option<()> {
        let colon = self.eat(&[':']);
        self.space();
        let value = match self.peek() {
            None => Value::Null,
            Some('}' | ',' | ']') => return None,
            Some(_) if colon => self.value()?,
            // A colon may be missing before what can only be a value.
            Some(it) if is_quote(it) || "{[-0123456789".contains(it) => self.value()?,
            Some(_) => return None,
        };
        map.insert(key, value);
        Some(())
    }

    fn array(&mut self) -> Option<Value> {
        self.at += 1;
        let mut entries = vec![];
        loop {
            self.between();
            match self.peek() {
                None | Some('}') => return Some(entries.into()),
                Some(']') => {
                    self.at += 1;
                    return Some(entries.into());
                }
                Some(_) => entries.push(self.value()?),
            }
        }
    }

    /// Past commas and the dots of "and so on".
    fn between(&mut self) {
        loop {
            self.space();
            match self.peek() {
                Some(',') => self.at += 1,
                Some('.') if self.starts("...") => self.at += 3,
                _ => return,
            }
        }
    }

    fn key(&mut self) -> Option<String> {
        let from = self.at;
        while self.peek().is_some_and(|it| !is_delimiter(it) && !is_quote(it)) {
            self.at += 1;
        }
        let key: String = self.chars[from..self.at].iter().collect();
        let key = key.trim();
        (!key.is_empty()).then(|| key.to_owned())
    }

    fn number(&mut self) -> Option<Value> {
        let from = self.at;
        while self.peek().is_some_and(|it| it.is_ascii_digit() || "+-.eE".contains(it)) {
            self.at += 1;
        }
        let text: String = self.chars[from..self.at].iter().collect();
        let ends = self.peek().is_none_or(|it| is_delimiter(it) || it.is_whitespace());
        let zeros = text.trim_start_matches('-');
        let padded = zeros.len() > 1 && zeros.starts_with('0') && !zeros.starts_with("0.");
        match text.parse::<f64>() {
            Ok(number) if ends && !padded => Some(number.into()),
            _ => {
                self.at = from;
                None
            }
        }
    }

    /// A word of JSON's or of Python's, a call such as `ISODate("…")`, or text without quotes.
    fn word(&mut self) -> Option<Value> {
        let from = self.at;
        while self.peek().is_some_and(|it| it.is_alphanumeric() || it == '_' || it == '$') {
            self.at += 1;
        }
        if self.at > from && self.eat(&['(']) {
            let inner = self.value()?;
            self.eat(&[')']);
            self.eat(&[';']);
            return Some(inner);
        }
        self.at = from;
        let is_end = |it: char| ",[]{}\n+".contains(it) || is_quote(it);
        while let Some(it) = self.peek() {
            let in_address = it == '/' && self.at > from && "/:".contains(self.chars[self.at - 1])
                || it == '/'
                    && self.chars[from..self.at].windows(3).any(|it| it == [':', '/', '/']);
            if is_end(it) || (it == '/' && !in_address) {
                break;
            }
            self.at += 1;
        }
        let word: String = self.chars[from..self.at].iter().collect();
        let value = match word.trim_end() {
            "" => return None,
            "true" | "True" => true.into(),
            "false" | "False" => false.into(),
            "null" | "None" | "undefined" => Value::Null,
            text => text.into(),
        };
        // The opening quote was missing, and here is the closing one.
        if self.peek() == Some('"') {
            self.at += 1;
        }
        Some(value)
    }

    /// Text in quotes, also in parts: `"a" + "b"`.
    fn text(&mut self) -> Option<String> {
        let mut text = self.quoted(false, usize::MAX)?;
        loop {
            let from = self.at;
            if self.eat(&['+']) {
                self.space();
                if self.peek().is_some_and(is_quote) {
                    text.push_str(&self.quoted(false, usize::MAX)?);
                    continue;
                }
            }
            self.at = from;
            return Some(text);
        }
    }

    /// `briefly`: the closing quote is missing, and the text ends at the next delimiter; or it ends
    /// at `end`.
    fn quoted(&mut self, briefly: bool, end: usize) -> Option<String> {
        let (from, open) = (self.at, self.peek()?);
        self.at += 1;
        let mut text = String::new();
        loop {
            if self.at == end {
                return Some(text);
            }
            let Some(it) = self.peek() else {
                if !briefly && self.before(self.at).is_some_and(|(_, it)| is_delimiter(it)) {
                    self.at = from;
                    return self.quoted(true, usize::MAX);
                }
                text.truncate(text.trim_end().len());
                return Some(text);
            };
            if closes(open, it) {
                let quote = self.at;
                self.at += 1;
                if briefly || self.ends_here() {
                    return Some(text);
                }
                match self.before(quote) {
                    // The quote opens what comes next; this text's own was forgotten.
                    Some((comma, ',')) if comma > from => {
                        self.at = from;
                        return self.quoted(false, comma);
                    }
                    Some((at, it)) if at > from && is_delimiter(it) => {
                        self.at = from;
                        return self.quoted(true, usize::MAX);
                    }
                    // A quote within the text that should have been escaped.
                    _ => text.push(it),
                }
            } else if briefly && (is_delimiter(it) && it != ':') {
                return Some(text);
            } else if it == '\\' {
                self.at += 1;
                self.escaped(&mut text);
            } else {
                text.push(it);
                self.at += 1;
            }
        }
    }

    fn escaped(&mut self, text: &mut String) {
        let Some(it) = self.peek() else { return };
        self.at += 1;
        match it {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'u' => {
                let digits: String = self.chars.iter().skip(self.at).take(4).collect();
                if let Ok(code) = u32::from_str_radix(&digits, 16)
                    && digits.len() == 4
                {
                    text.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    self.at += 4;
                }
            }
            other => text.push(other),
        }
    }

    /// Whether what comes next can follow a closing quote.
    fn ends_here(&mut self) -> bool {
        let from = self.at;
        self.space();
        let next = self.peek();
        self.at = from;
        next.is_none_or(|it| is_delimiter(it) || is_quote(it) || it.is_ascii_digit())
    }

    /// The last character before a place that is no white space, and where it stands.
    fn before(&self, place: usize) -> Option<(usize, char)> {
        (0..place).rev().map(|at| (at, self.chars[at])).find(|(_, it)| !it.is_whitespace())
    }
}

fn is_quote(it: char) -> bool {
    is_double(it) || matches!(it, '\'' | '‘' | '’' | '`' | '´')
}

fn is_double(it: char) -> bool {
    matches!(it, '"' | '“' | '”')
}

fn closes(open: char, it: char) -> bool {
    match open {
        '"' | '\'' => it == open,
        _ if is_double(open) => is_double(it),
        _ => is_quote(it) && !is_double(it),
    }
}

fn is_delimiter(it: char) -> bool {
    ",:[]{}()\n+/".contains(it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, json: &str) {
        assert_eq!(repaired_object(text).map(|it| it.to_json()).as_deref(), Some(json), "{text}");
    }

    #[test]
    fn json_is_mended_where_it_is_nearly_right() {
        check("{'a': 'x', b: 2,}", r#"{"a":"x","b":2}"#);
        check(
            r#"{"a": NaN, "b": 2025-01-02, "c": 007}"#,
            r#"{"a":"NaN","b":"2025-01-02","c":"007"}"#,
        );
        check(r#"{"a": True, "b": None, "c": undefined}"#, r#"{"a":true,"b":null,"c":null}"#);
        check(r#"{"a": "say "hi" to me", "b": 1}"#, r#"{"a":"say \"hi\" to me","b":1}"#);
        check("{\"a\": \"two\nlines\"}", r#"{"a":"two\nlines"}"#);
        check("{\"a\": 1 \"b\": [1 2, ...]", r#"{"a":1,"b":[1,2]}"#);
        check("```json\n{\"a\": 1}\n```", r#"{"a":1}"#);
        check("{\"a\": 1, // one\n /* two */ \"b\": \"x\" + \"y\"}", r#"{"a":1,"b":"xy"}"#);
        check(
            r#"{"a": ISODate("2025"), "b": https://x.org/a?b=1}"#,
            r#"{"a":"2025","b":"https://x.org/a?b=1"}"#,
        );
        check(r#"{\"a\": \"b\"}"#, r#"{"a":"b"}"#);
        check(r#"{"a":"b,"c":"d"}"#, r#"{"a":"b","c":"d"}"#);
        check("{“a”: ‘b’}", r#"{"a":"b"}"#);
        check(r#"{"a": "cut of"#, r#"{"a":"cut of"}"#);
    }

    #[test]
    fn what_is_no_object_is_none() {
        for text in ["", "[1]", "nothing", "12", "say: \"hi\"", "{\"a\":}", "{,:}"] {
            assert_eq!(repaired_object(text), None, "{text}");
        }
    }
}
