//! Rows of conditions joined by and/or: what `flow.if`, `flow.switch` and `data.filter` ask.
//!
//! A value of this kind is `{"combine": "and", "rows": [{"left", "type", "operation", "right"}],
//! "ignoreCase": false, "convert": false}`.

use model::{Value, form::Field, json};
use sdk::{Ctx, NodeError, Param};

mod compare;
mod operand;
mod operation;
mod pattern;

use compare::Answer;
use operand::Kind;
use operation::Operation;
use pattern::Pattern;

/// Conditions, read once per run.
pub(crate) struct Conditions {
    any: bool,
    /// Text is compared without regard to capitals.
    ignore_case: bool,
    /// Values are brought to the type asked for; otherwise another type is an error.
    convert: bool,
    rows: Vec<Row>,
}

struct Row {
    left: Param,
    right: Param,
    kind: Kind,
    operation: Operation,
    /// The right side, when it is a pattern and the same for all items.
    pattern: Option<Pattern>,
}

impl Conditions {
    pub(crate) fn new(ctx: &Ctx<'_>, param: &Param) -> Result<Conditions, NodeError> {
        let flag = |name: &str| {
            let value = ctx.eval(&param.get(name), 0)?;
            Ok::<bool, NodeError>(value.is_some_and(|it| it.truthy()))
        };
        let combine = ctx.eval(&param.get("combine"), 0)?.unwrap_or_default();
        Ok(Conditions {
            any: combine.as_str() == Some("or"),
            ignore_case: flag("ignoreCase")?,
            convert: flag("convert")?,
            rows: param.get("rows").entries().iter().map(|row| Row::new(ctx, row)).collect(),
        })
    }

    /// Whether an item meets them. No conditions: `and` is met, `or` is not.
    pub(crate) async fn met(&self, ctx: &Ctx<'_>, item: usize) -> Result<bool, NodeError> {
        if let [only] = self.rows.as_slice() {
            let sides = (ctx.eval(&only.left, item)?, ctx.eval(&only.right, item)?);
            return self.row_is_met(ctx, only, sides, Place { number: 0, item }).await;
        }
        // All sides are evaluated even where the first decides: a mistake in the second shows.
        let mut sides = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            sides.push((ctx.eval(&row.left, item)?, ctx.eval(&row.right, item)?));
        }
        for (number, (row, sides)) in self.rows.iter().zip(sides).enumerate() {
            if self.row_is_met(ctx, row, sides, Place { number, item }).await? == self.any {
                return Ok(self.any);
            }
        }
        Ok(!self.any)
    }

    async fn row_is_met(
        &self,
        ctx: &Ctx<'_>,
        row: &Row,
        sides: (Option<Value>, Option<Value>),
        place: Place,
    ) -> Result<bool, NodeError> {
        match row.answer(ctx, self, sides.0, sides.1, place)? {
            Answer::Is(met) => Ok(met),
            Answer::Ask { script, negated } => {
                let found = ctx.host.script(&script, None).await?;
                Ok(found.is_some_and(|it| it.truthy()) != negated)
            }
        }
    }
}

/// Which condition of which item; for sentences.
#[derive(Clone, Copy)]
struct Place {
    number: usize,
    item: usize,
}

impl Row {
    fn new(ctx: &Ctx<'_>, row: &Param) -> Row {
        let word = |name: &str| match row.get(name).constant() {
            Some(Value::String(it)) => it.clone(),
            _ => "".into(),
        };
        let kind = Kind::new(&word("type"));
        let operation = Operation::new(kind, &word("operation"));
        if operation.is_unknown() && kind != Kind::Any {
            ctx.host.log(format!(
                "the operation `{}` of `{}` is not known: the condition is never met",
                word("operation"),
                word("type")
            ));
        }
        let right = row.get("right");
        let pattern = match right.constant() {
            Some(pattern) if operation.takes_pattern() => Some(Pattern::new(&pattern.to_text())),
            _ => None,
        };
        Row { left: row.get("left"), right, kind, operation, pattern }
    }

    fn answer(
        &self,
        ctx: &Ctx<'_>,
        conditions: &Conditions,
        left: Option<Value>,
        right: Option<Value>,
        place: Place,
    ) -> Result<Answer, NodeError> {
        let reader = operand::Reader { convert: conditions.convert, date: &|it| ctx.host.date(it) };
        let (left, right) = reader.sides(self, left, right, place)?;
        compare::answer(self, conditions.ignore_case, left, right)
    }
}

/// The field of a form that holds conditions.
pub(crate) fn field(name: &str, title: &str) -> Field {
    Field::new(name, title, model::form::FieldKind::Conditions)
        .default(json!({"combine": "and", "rows": []}))
        .help(
            "Rows of `left`, `type`, `operation` and `right`, joined by `combine` (`and`, `or`). \
             With `ignoreCase` capitals do not count; with `convert` values are brought to the \
             type of the row, else another type is an error.",
        )
}

/// What the pages of all node types with conditions say about them.
pub(crate) const DOCS: &str = include_str!("conditions.md");
