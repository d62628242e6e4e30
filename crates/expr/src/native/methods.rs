//! Methods without functions as arguments: of texts, lists, numbers.

use model::{Value, value::number_text};

use super::{
    Res, Stop, operators,
    texts::{self, Text, clamped, relative},
};

macro_rules! methods {
    ($($variant:ident $name:literal)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Method { $($variant),* }

        impl Method {
            pub(super) fn named(name: &str) -> Option<Method> {
                Some(match name { $($name => Method::$variant,)* _ => return None })
            }
        }
    };
}

methods! {
    At "at"
    CharAt "charAt"
    Concat "concat"
    EndsWith "endsWith"
    First "first"
    Includes "includes"
    IndexOf "indexOf"
    IsEmpty "isEmpty"
    IsNotEmpty "isNotEmpty"
    Join "join"
    Last "last"
    PadEnd "padEnd"
    PadStart "padStart"
    Repeat "repeat"
    Replace "replace"
    ReplaceAll "replaceAll"
    Slice "slice"
    Split "split"
    StartsWith "startsWith"
    Substring "substring"
    ToFixed "toFixed"
    ToLowerCase "toLowerCase"
    ToString "toString"
    ToUpperCase "toUpperCase"
    Trim "trim"
    TrimEnd "trimEnd"
    TrimStart "trimStart"
}

type Given = [Option<Value>];

impl Method {
    /// Whether expressions have it and scripts have not.
    pub(super) fn is_extension(self) -> bool {
        matches!(self, Method::First | Method::Last | Method::IsEmpty | Method::IsNotEmpty)
    }

    pub(super) fn call(self, object: Option<&Value>, given: &Given) -> Res {
        match object {
            // Only JavaScript knows which of its errors show.
            None | Some(Value::Null) => Err(Stop::Unsure),
            Some(Value::String(text)) => self.of_text(text, given).map(Some),
            Some(Value::Array(list)) => self.of_list(list, given),
            Some(Value::Number(it)) => self.of_number(*it, given).map(Some),
            Some(Value::Bool(it)) => match self {
                Method::ToString => Ok(Some(if *it { "true" } else { "false" }.into())),
                _ => Err(Stop::Unsure),
            },
            Some(Value::Object(map)) => {
                // An object may bring a field of the method's name.
                match self {
                    Method::IsEmpty if !map.contains_key("isEmpty") => {
                        Ok(Some(map.is_empty().into()))
                    }
                    Method::IsNotEmpty if !map.contains_key("isNotEmpty") => {
                        Ok(Some((!map.is_empty()).into()))
                    }
                    _ => Err(Stop::Unsure),
                }
            }
        }
    }

    fn of_text(self, text: &smol_str::SmolStr, given: &Given) -> Result<Value, Stop> {
        use Method::*;
        Ok(match self {
            IsEmpty => text.is_empty().into(),
            IsNotEmpty => (!text.is_empty()).into(),
            ToString => text.clone().into(),
            ToUpperCase => texts::upper(text)?.into(),
            ToLowerCase => texts::lower(text)?.into(),
            Trim => texts::trim(text).into(),
            TrimStart => texts::trim_start(text).into(),
            TrimEnd => texts::trim_end(text).into(),
            Includes if given.len() == 1 => text.contains(word(given, 0)?).into(),
            StartsWith if given.len() == 1 => text.starts_with(word(given, 0)?).into(),
            EndsWith if given.len() == 1 => text.ends_with(word(given, 0)?).into(),
            IndexOf if given.len() == 1 => texts::index_of(text, word(given, 0)?)?.into(),
            Split if given.len() == 1 => texts::split(text, word(given, 0)?)?,
            Replace => texts::replace(text, word(given, 0)?, word(given, 1)?, false)?.into(),
            ReplaceAll => texts::replace(text, word(given, 0)?, word(given, 1)?, true)?.into(),
            PadStart | PadEnd => {
                let fill = if given.len() < 2 { " " } else { word(given, 1)? };
                texts::pad(text, amount(given, 0)?, fill, self == PadStart)?.into()
            }
            Repeat => {
                let times = amount(given, 0)?;
                let few = (0.0..1e6).contains(&times) && times.fract() == 0.0;
                if !few || times as usize * text.len() > operators::TEXT_BYTES_MAX {
                    return Err(Stop::Unsure);
                }
                text.repeat(times as usize).into()
            }
            Concat => {
                let mut res = Text::default();
                res.push(text)?;
                for it in given {
                    operators::append(&mut res, it.as_ref())?;
                }
                res.into()
            }
            Slice => {
                texts::ascii(text)?;
                let (start, end) = span(given, text.len())?;
                if start < end { text[start..end].into() } else { "".into() }
            }
            Substring => {
                texts::ascii(text)?;
                let start = clamped(amount_or(given, 0, 0.0)?, text.len());
                let end = clamped(amount_or(given, 1, f64::INFINITY)?, text.len());
                text[start.min(end)..start.max(end)].into()
            }
            CharAt => {
                texts::ascii(text)?;
                let at = amount_or(given, 0, 0.0)?;
                super::place(at, text.len()).map_or("", |it| &text[it..=it]).into()
            }
            _ => return Err(Stop::Unsure),
        })
    }

    fn of_list(self, list: &[Value], given: &Given) -> Res {
        use Method::*;
        Ok(Some(match self {
            IsEmpty => list.is_empty().into(),
            IsNotEmpty => (!list.is_empty()).into(),
            First if given.is_empty() => return Ok(list.first().cloned()),
            Last if given.is_empty() => return Ok(list.last().cloned()),
            At => {
                let at = amount(given, 0)?;
                let at = if at < 0.0 { at + list.len() as f64 } else { at };
                return Ok(super::place(at, list.len()).map(|it| list[it].clone()));
            }
            Includes if given.len() == 1 => find(list, &given[0])?.is_some().into(),
            IndexOf if given.len() == 1 => {
                find(list, &given[0])?.map_or(-1.0, |it| it as f64).into()
            }
            Join => {
                let glue = if given.is_empty() { "," } else { word(given, 0)? };
                let mut res = Text::default();
                for (place, it) in list.iter().enumerate() {
                    if place > 0 {
                        res.push(glue)?;
                    }
                    if !it.is_null() {
                        operators::append_value(&mut res, it)?;
                    }
                }
                res.into()
            }
            Slice => {
                let (start, end) = span(given, list.len())?;
                Value::array(list.get(start..end).unwrap_or_default().iter().cloned())
            }
            Concat => {
                let mut res = list.to_vec();
                for it in given {
                    match it {
                        Some(Value::Array(more)) => res.extend(more.iter().cloned()),
                        Some(it) => res.push(it.clone()),
                        None => return Err(Stop::Unsure),
                    }
                }
                res.into()
            }
            _ => return Err(Stop::Unsure),
        }))
    }

    fn of_number(self, number: f64, given: &Given) -> Result<Value, Stop> {
        match self {
            Method::ToString if given.is_empty() => Ok(number_text(number).into()),
            Method::ToFixed => {
                let digits = amount_or(given, 0, 0.0)?;
                let few = (0.0..=15.0).contains(&digits) && digits.fract() == 0.0;
                let scaled = number.abs() * 10_f64.powi(digits as i32);
                // Halves are rounded up by JavaScript, to even by Rust.
                if !few || !number.is_finite() || scaled > 1e15 || near_half(scaled) {
                    return Err(Stop::Unsure);
                }
                let text = format!("{number:.0$}", digits as usize);
                let zero = text.bytes().all(|it| matches!(it, b'-' | b'0' | b'.'));
                if number.is_sign_negative() && zero { Err(Stop::Unsure) } else { Ok(text.into()) }
            }
            _ => Err(Stop::Unsure),
        }
    }
}

fn near_half(it: f64) -> bool {
    (it.fract() - 0.5).abs() < 1e-6
}

fn find(list: &[Value], what: &Option<Value>) -> Result<Option<usize>, Stop> {
    if matches!(what, Some(Value::Number(it)) if it.is_nan()) {
        return Err(Stop::Unsure);
    }
    for (place, it) in list.iter().enumerate() {
        if operators::same(&Some(it.clone()), what)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// An argument that is text already.
fn word(given: &Given, place: usize) -> Result<&str, Stop> {
    given.get(place).and_then(Option::as_ref).and_then(Value::as_str).ok_or(Stop::Unsure)
}

/// An argument that is a number already.
fn amount(given: &Given, place: usize) -> Result<f64, Stop> {
    given.get(place).and_then(Option::as_ref).and_then(Value::as_f64).ok_or(Stop::Unsure)
}

fn amount_or(given: &Given, place: usize, default: f64) -> Result<f64, Stop> {
    if given.len() <= place { Ok(default) } else { amount(given, place) }
}

fn span(given: &Given, len: usize) -> Result<(usize, usize), Stop> {
    let start = relative(amount_or(given, 0, 0.0)?, len);
    Ok((start, relative(amount_or(given, 1, len as f64)?, len)))
}
