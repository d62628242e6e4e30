//! Makes one item of several, and settles which value stays where they differ.

use std::{collections::BTreeMap, sync::Arc};

use model::{Binary, Item, ItemRef, Map, Paired, Value, form::Field};
use sdk::{Ctx, NodeError};
use smol_str::{SmolStr, format_smolstr};

/// How items are laid over one another.
pub(super) struct Blend {
    clash: Clash,
    deep: bool,
    skip_empty: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Clash {
    /// The mode decides.
    Auto,
    /// The values of this input stay.
    Prefer(usize),
    /// All fields get the number of their input.
    Suffix,
}

pub(super) fn fields() -> Vec<Field> {
    const COMBINE: &[&str] = &["fields", "position", "all"];
    vec![
        Field::choice(
            "clash",
            "When fields clash",
            &[
                ("auto", "The last input wins"),
                ("prefer", "One input wins"),
                ("suffix", "Add the number of the input to all names"),
            ],
        )
        .when("mode", COMBINE)
        .help(
            "Which value stays when several items have a field. By itself the last input wins; \
             where input 2 is enriched by input 1, input 1 does.",
        ),
        Field::number("preferred", "Input that wins")
            .default(1.0)
            .when("clash", &["prefer"])
            .help("The number of the input whose values stay, from 1."),
        Field::choice(
            "depth",
            "Objects in fields",
            &[("deep", "Merge deeply"), ("shallow", "Replace")],
        )
        .when("mode", COMBINE)
        .help("Whether objects and lists in fields are merged too, or replaced as a whole."),
        Field::bool("skipEmpty", "Empty values do not win")
            .when("mode", COMBINE)
            .help("Null and empty text do not replace a value of another input."),
    ]
}

impl Blend {
    pub(super) fn new(ctx: &Ctx<'_>) -> Result<Blend, NodeError> {
        let clash = match ctx.text("clash", 0)?.as_str() {
            "prefer" => Clash::Prefer(ctx.number("preferred", 0)?.max(1.0) as usize - 1),
            "suffix" => Clash::Suffix,
            _ => Clash::Auto,
        };
        Ok(Blend {
            clash,
            deep: ctx.text("depth", 0)? != "shallow",
            skip_empty: ctx.bool("skipEmpty", 0)?,
        })
    }

    /// The input that wins, when one was chosen.
    pub(super) fn preferred(&self) -> Option<usize> {
        match self.clash {
            Clash::Prefer(input) => Some(input),
            Clash::Auto | Clash::Suffix => None,
        }
    }

    /// One item of several, each with its input; later ones are written over earlier ones.
    pub(super) fn items(&self, parts: &[(usize, &Item)], refs: Vec<ItemRef>) -> Item {
        let mut json = Map::new();
        let mut binary: Option<Arc<BTreeMap<SmolStr, Binary>>> = None;
        for (n, (input, item)) in parts.iter().enumerate() {
            let fields = self.named(item, *input).json;
            match n {
                0 => json = Arc::unwrap_or_clone(fields),
                _ => self.lay(&mut json, &fields),
            }
            if let Some(files) = &item.binary {
                let all = binary.get_or_insert_default();
                Arc::make_mut(all)
                    .extend(files.iter().map(|(name, it)| (name.clone(), it.clone())));
            }
        }
        Item { json: json.into(), binary, paired: Paired::Many(refs.into()), error: None }
    }

    /// The item with its fields named as this blend names those of its input.
    pub(super) fn named(&self, item: &Item, input: usize) -> Item {
        if self.clash != Clash::Suffix {
            return item.clone();
        }
        let rename = |(key, value): &(SmolStr, Value)| {
            (format_smolstr!("{key}_{}", input + 1), value.clone())
        };
        Item { json: Arc::new(item.json.iter().map(rename).collect()), ..item.clone() }
    }

    fn lay(&self, below: &mut Map, above: &Map) {
        for (key, value) in above {
            match below.get_mut(key) {
                Some(old) => self.lay_value(old, value),
                None => drop(below.insert(key.clone(), value.clone())),
            }
        }
    }

    fn lay_value(&self, old: &mut Value, new: &Value) {
        let empty = new.is_null() || new.as_str() == Some("");
        match (old, new) {
            _ if empty && self.skip_empty => {}
            (Value::Object(old), Value::Object(new)) if self.deep => {
                if !Arc::ptr_eq(old, new) {
                    self.lay(Arc::make_mut(old), new);
                }
            }
            (Value::Array(old), Value::Array(new)) if self.deep => {
                if !Arc::ptr_eq(old, new) {
                    let old = Arc::make_mut(old);
                    for (n, value) in new.iter().enumerate() {
                        match old.get_mut(n) {
                            Some(old) => self.lay_value(old, value),
                            None => old.push(value.clone()),
                        }
                    }
                }
            }
            (old, new) => *old = new.clone(),
        }
    }
}
