//! Helps to try out workflows: fails on purpose, does nothing, or makes up data.

use async_trait::async_trait;
use model::{
    Item, Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};

mod made_up;

use made_up::Source;

/// So many items are made of one input item at most.
const COUNT_MAX: f64 = 100_000.0;

const DOCS: &str = "\
For trying things out: **fail** with a message of your own, to see what an error output or an error \
workflow does; **make up data** (people, addresses, cards, ids); or **do nothing**.

Made-up data is the same for the same seed; without one it differs each time. All of it is \
invented: card numbers are test numbers, mail addresses and web addresses lie in `example.com`.";

pub(crate) fn plugin() -> NodeType {
    let random = &["random"];
    NodeType {
        summary: "Fails on purpose, or makes up data".into(),
        docs: DOCS.into(),
        icon: "bug".into(),
        form: Form::new([
            Field::choice(
                "kind",
                "Do",
                &[("error", "Fail"), ("random", "Make up data"), ("nothing", "Nothing")],
            )
            .help("What the node does with its items."),
            Field::text("message", "Message")
                .default("Node has thrown an error")
                .when("kind", &["error"])
                .help("What the error says."),
            Field::choice("data", "Data", made_up::KINDS)
                .when("kind", random)
                .help("What each item that is made holds."),
            Field::integer("count", "How many", 0.0, COUNT_MAX)
                .default(10)
                .when("kind", random)
                .help("How many items are made for each item that comes in."),
            Field::text("alphabet", "Letters")
                .default("0123456789abcdefghijklmnopqrstuvwxyz")
                .when("kind", random)
                .when("data", &["nanoId"])
                .help("The letters of which ids are made."),
            Field::integer("length", "Length", 1.0, 1_000.0)
                .default(16)
                .when("kind", random)
                .when("data", &["nanoId"])
                .help("How many letters an id has."),
            Field::text("seed", "Seed")
                .when("kind", random)
                .help("The same seed gives the same data; empty is different each time."),
            Field::bool("single", "As one list")
                .when("kind", random)
                .help("Give one item with all of them in the list `generatedItems`."),
        ]),
        ..NodeType::new("debug.helper", "Debug helper", Category::Core, Helper)
    }
}

struct Helper;

#[async_trait]
impl Run for Helper {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let mut res = ctx.collect();
        for (index, item) in ctx.input(0).iter().enumerate() {
            match ctx.text("kind", index)?.as_str() {
                "nothing" => res.push(item?.paired_with(0, index))?,
                "random" => {
                    let made = random(ctx, index)?;
                    let made = if ctx.bool("single", index)? {
                        vec![Value::object([("generatedItems", made.into())])]
                    } else {
                        made
                    };
                    for value in made {
                        res.push(Item::from_value(value).paired_with(0, index))?;
                    }
                }
                _ => {
                    let error = NodeError::never(ctx.text("message", index)?);
                    if !ctx.goes_on() {
                        return Err(error.at(index));
                    }
                    res.push(ctx.failed_item(&error, index))?;
                }
            }
        }
        Ok(Outcome::one(res.finish()?))
    }
}

fn random(ctx: &Ctx<'_>, index: usize) -> Result<Vec<Value>, NodeError> {
    let (kind, seed) = (ctx.text("data", index)?, ctx.text("seed", index)?);
    let count = ctx.number("count", index)?;
    if !(0.0..=COUNT_MAX).contains(&count) {
        return Err(NodeError::never(format!(
            "the number of items to make up must lie in 0 to {COUNT_MAX}, not `{count}`"
        )));
    }
    let mut source = match seed.as_str() {
        "" => Source::of_number(ctx.host.chance().to_bits() ^ index as u64),
        text => Source::of_text(text),
    };
    let now = ctx.host.now().to_zoned(ctx.host.zone());
    let shape = made_up::Shape {
        alphabet: ctx.text("alphabet", index)?.chars().collect(),
        length: ctx.number("length", index)?.clamp(1.0, 1_000.0) as usize,
        year: i32::from(now.year()),
    };
    (0..count as usize).map(|_| made_up::one(&kind, &shape, &mut source)).collect()
}
