//! Objects as JavaScript writes them: single quotes, bare keys, trailing commas, comments.

use model::{Map, Value, value::DEPTH_MAX};

/// An object as JavaScript would read it: bare keys, either quote, trailing commas, comments.
pub(super) fn object_like(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.trim_start(), depth: 0 };
    let value = reader.value()?;
    reader.space();
    (reader.rest.is_empty() && value.as_object().is_some()).then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("//") {
                self.rest = comment.split_once('\n').map_or("", |it| it.1);
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").map_or("", |it| it.1);
            } else {
                return;
            }
        }
    }

    fn eat(&mut self, token: char) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let value = match self.rest.chars().next()? {
            '{' => self.object()?,
            '[' => self.array()?,
            '"' | '\'' | '`' => self.text()?.into(),
            _ => self.word_value()?,
        };
        self.depth -= 1;
        Some(value)
    }

    fn object(&mut self) -> Option<Value> {
        self.eat('{');
        let mut map = Map::new();
        while !self.eat('}') {
            self.space();
            let key = match self.rest.chars().next()? {
                '"' | '\'' => self.text()?,
                _ => self.word()?.to_owned(),
            };
            if !self.eat(':') {
                return None;
            }
            map.insert(key, self.value()?);
            if !self.eat(',') {
                return self.eat('}').then(|| map.into());
            }
        }
        Some(map.into())
    }

    fn array(&mut self) -> Option<Value> {
        self.eat('[');
        let mut entries = vec![];
        while !self.eat(']') {
            entries.push(self.value()?);
            if !self.eat(',') {
                return self.eat(']').then(|| entries.into());
            }
        }
        Some(entries.into())
    }

    fn word(&mut self) -> Option<&str> {
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$' | '.' | '+' | '-');
        let end = self.rest.find(|it| !is_part(it)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn word_value(&mut self) -> Option<Value> {
        Some(match self.word()? {
            "true" => true.into(),
            "false" => false.into(),
            "null" | "undefined" => Value::Null,
            number => super::to_number(&number.into())?.into(),
        })
    }

    fn text(&mut self) -> Option<String> {
        let mut chars = self.rest.chars();
        let quote = chars.next()?;
        let mut res = String::new();
        loop {
            match chars.next()? {
                it if it == quote => break,
                '\\' => match chars.next()? {
                    'n' => res.push('\n'),
                    't' => res.push('\t'),
                    'r' => res.push('\r'),
                    'b' => res.push('\u{8}'),
                    'f' => res.push('\u{c}'),
                    'u' => {
                        let digits: String = chars.by_ref().take(4).collect();
                        res.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    }
                    '\n' => {}
                    other => res.push(other),
                },
                it => res.push(it),
            }
        }
        self.rest = chars.as_str();
        Some(res)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_as_javascript_writes_them() {
        let text = "{a: 1, 'b c': [true, 'x',], \"d\": {e: null}, /* no */ f: -2.5e1}";
        let json = object_like(text).map(|it| it.to_json());
        assert_eq!(json.as_deref(), Some(r#"{"a":1,"b c":[true,"x"],"d":{"e":null},"f":-25}"#));
        for text in ["[1]", "{a}", "{a: 1} x", "{a: b}", ""] {
            assert_eq!(object_like(text), None, "{text}");
        }
    }
}
