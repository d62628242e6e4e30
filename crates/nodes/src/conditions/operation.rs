//! What a row asks, read from its words.

use std::cmp::Ordering;

use super::operand::Kind;

/// What is asked, and whether the opposite is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Operation {
    pub(super) verb: Verb,
    pub(super) negated: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Verb {
    Exists,
    Empty,
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    Regex,
    True,
    Order(Order),
    Length(Order),
    /// A word that nobody knows: never met.
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Order {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Order {
    pub(super) fn fits(self, it: Ordering) -> bool {
        match self {
            Order::Equal => it.is_eq(),
            Order::Greater => it.is_gt(),
            Order::GreaterOrEqual => it.is_ge(),
            Order::Less => it.is_lt(),
            Order::LessOrEqual => it.is_le(),
        }
    }

    /// NaN is in no order.
    pub(super) fn holds(self, left: f64, right: f64) -> bool {
        left.partial_cmp(&right).is_some_and(|it| self.fits(it))
    }
}

impl Operation {
    pub(super) fn new(kind: Kind, word: &str) -> Operation {
        let verb = known(word).filter(|it| kind == Kind::Any || fits(kind, *it));
        if let Some(verb) = verb {
            return Operation { verb, negated: false };
        }
        let opposite = match word {
            "false" => Some("true".to_owned()),
            "lengthNotEquals" => Some("lengthEquals".to_owned()),
            _ => word.strip_prefix("not").map(|it| {
                let (first, rest) = it.split_at(it.len().min(1));
                first.to_lowercase() + rest
            }),
        };
        let verb = opposite
            .and_then(|it| known(&it))
            .filter(|it| !matches!(it, Verb::Order(_)) && (kind == Kind::Any || fits(kind, *it)));
        match verb {
            Some(verb) => Operation { verb, negated: true },
            None => Operation { verb: Verb::Unknown, negated: false },
        }
    }

    pub(super) fn is_unknown(self) -> bool {
        self.verb == Verb::Unknown
    }

    pub(super) fn takes_pattern(self) -> bool {
        self.verb == Verb::Regex
    }

    /// The type that the right side must have; `None` when there is no right side.
    pub(super) fn right_kind(self, kind: Kind) -> Option<Kind> {
        match self.verb {
            Verb::Exists | Verb::Empty | Verb::True | Verb::Unknown => None,
            Verb::Length(_) => Some(Kind::Number),
            Verb::Contains if kind == Kind::Array => Some(Kind::Any),
            Verb::Regex => Some(Kind::Text),
            _ => Some(kind),
        }
    }
}

fn known(word: &str) -> Option<Verb> {
    Some(match word {
        "exists" => Verb::Exists,
        "empty" => Verb::Empty,
        "equals" => Verb::Equals,
        "contains" => Verb::Contains,
        "startsWith" => Verb::StartsWith,
        "endsWith" => Verb::EndsWith,
        "regex" => Verb::Regex,
        "true" => Verb::True,
        "gt" | "after" => Verb::Order(Order::Greater),
        "gte" | "afterOrEquals" => Verb::Order(Order::GreaterOrEqual),
        "lt" | "before" => Verb::Order(Order::Less),
        "lte" | "beforeOrEquals" => Verb::Order(Order::LessOrEqual),
        "lengthEquals" => Verb::Length(Order::Equal),
        "lengthGt" => Verb::Length(Order::Greater),
        "lengthGte" => Verb::Length(Order::GreaterOrEqual),
        "lengthLt" => Verb::Length(Order::Less),
        "lengthLte" => Verb::Length(Order::LessOrEqual),
        _ => return None,
    })
}

fn fits(kind: Kind, verb: Verb) -> bool {
    match verb {
        Verb::Exists | Verb::Empty => true,
        Verb::Equals => matches!(kind, Kind::Text | Kind::Number | Kind::Bool | Kind::Date),
        Verb::Contains => matches!(kind, Kind::Text | Kind::Array),
        Verb::StartsWith | Verb::EndsWith | Verb::Regex => kind == Kind::Text,
        Verb::True => kind == Kind::Bool,
        Verb::Order(_) => matches!(kind, Kind::Number | Kind::Date),
        Verb::Length(_) => kind == Kind::Array,
        Verb::Unknown => false,
    }
}
