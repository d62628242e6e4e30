//! Brings the items of several branches together.

use async_trait::async_trait;
use model::{
    Item, ItemRef, Items, Paired, Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Port, Run, node::Ports};

mod blend;
mod join;
mod lookup;

use blend::Blend;

/// How many inputs a merge may have.
const INPUTS_MAX: usize = 100;

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Brings branches together".into(),
        docs: include_str!("flow_merge.md").into(),
        icon: "merge".into(),
        inputs: vec![Port::main("input1"), Port::main("input2")],
        form: form(),
        ..NodeType::new("flow.merge", "Merge", Category::Flow, Merge)
    }
}

fn form() -> Form {
    let mut fields = vec![
        Field::choice(
            "mode",
            "Mode",
            &[
                ("append", "Append"),
                ("fields", "Combine by fields"),
                ("position", "Combine by position"),
                ("all", "Combine each with each"),
                ("choose", "Choose a branch"),
                ("lookup", "Look up by a key"),
            ],
        )
        .fixed()
        .help("How the items of the inputs become one list."),
        Field::integer("inputs", "Number of inputs", 2.0, INPUTS_MAX as f64)
            .default(2.0)
            .fixed()
            .when("mode", &["append", "position", "choose"])
            .help("How many branches come together; the other modes have two."),
    ];
    fields.extend(join::fields());
    fields.extend(lookup::fields());
    fields.extend([
        Field::choice(
            "unpaired",
            "Items without a partner",
            &[
                ("drop", "Drop"),
                ("keep", "Keep"),
                ("first", "Keep those of the first input"),
                ("alone", "Drop, unless another input has no items at all"),
            ],
        )
        .when("mode", &["position"])
        .help("What becomes of items at places where another input has none."),
        Field::choice(
            "give",
            "Give",
            &[("input", "The items of an input"), ("empty", "One empty item")],
        )
        .when("mode", &["choose"])
        .help("What leaves this node once its inputs have come."),
        Field::number("branch", "Input")
            .default(1.0)
            .when("mode", &["choose"])
            .help("The number of the input whose items leave, from 1."),
        Field::bool("needAll", "Needs all inputs")
            .default(true)
            .fixed()
            .when("mode", &["choose"])
            .help("Without it the node also runs when some of its inputs bring nothing."),
    ]);
    fields.extend(blend::fields());
    Form::new(fields)
}

struct Merge;

#[async_trait]
impl Run for Merge {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let items = match ctx.text("mode", 0)?.as_str() {
            "fields" => join::by_fields(ctx)?,
            "position" => by_position(ctx)?,
            "all" => each_with_each(ctx)?,
            "choose" => choose(ctx)?,
            "lookup" => lookup::by_key(ctx)?,
            _ => append(ctx)?,
        };
        Ok(Outcome::one(items))
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        let inputs = (1..=n_inputs(parameters)).map(|it| Port::main(&format!("input{it}")));
        Some(Ports { inputs: inputs.collect(), outputs: vec![Port::main("out")] })
    }

    fn inputs_needed(&self, parameters: &Value) -> usize {
        let chooses = parameters.get("mode").and_then(Value::as_str) == Some("choose");
        let all = parameters.get("needAll").and_then(Value::as_bool).unwrap_or(true);
        if chooses && all { n_inputs(parameters) } else { 1 }
    }
}

fn n_inputs(parameters: &Value) -> usize {
    match parameters.get("mode").and_then(Value::as_str) {
        Some("fields" | "all" | "lookup") => 2,
        _ => {
            let asked = parameters.get("inputs").and_then(Value::as_f64).unwrap_or(2.0);
            (asked.max(2.0) as usize).min(INPUTS_MAX)
        }
    }
}

/// An item of an input, told where it comes from.
fn told(item: &Item, input: usize, index: usize) -> Item {
    item.clone().paired_with(input, index)
}

fn append(ctx: &Ctx<'_>) -> Result<Items, NodeError> {
    let mut out = ctx.collect();
    // Branches that are wired beyond the number of inputs are left out.
    for input in 0..n_inputs(&ctx.node.parameters) {
        for (index, item) in ctx.input(input).iter().enumerate() {
            out.push(item?.paired_with(input, index))?;
        }
    }
    out.finish()
}

fn by_position(ctx: &Ctx<'_>) -> Result<Items, NodeError> {
    let blend = Blend::new(ctx)?;
    let lists: Result<Vec<Vec<Item>>, String> =
        (0..n_inputs(&ctx.node.parameters)).map(|input| ctx.input(input).to_vec()).collect();
    let lists = lists?;
    let lengths = || lists.iter().map(Vec::len);
    let count = match ctx.text("unpaired", 0)?.as_str() {
        "keep" => lengths().max(),
        "first" => lengths().next(),
        "alone" if lengths().any(|it| it == 0) => lengths().max(),
        _ => lengths().min(),
    };
    let preferred = blend.preferred().unwrap_or(lists.len() - 1);
    let mut out = ctx.collect();
    for place in 0..count.unwrap_or(0) {
        let mut parts: Vec<(usize, &Item)> = lists
            .iter()
            .enumerate()
            .filter_map(|(input, list)| Some((input, list.get(place)?)))
            .collect();
        // What is preferred is written last, over the others.
        let again = parts.iter().find(|it| it.0 == preferred).copied();
        parts.extend(again.filter(|_| preferred + 1 != lists.len()));
        let refs = parts.iter().map(|(input, _)| ItemRef::new(*input, place)).collect();
        out.push(blend.items(&parts, refs))?;
    }
    out.finish()
}

fn each_with_each(ctx: &Ctx<'_>) -> Result<Items, NodeError> {
    let blend = Blend::new(ctx)?;
    // The preferred input is written last, and so it varies fastest.
    let (outer, inner) = if blend.preferred() == Some(0) { (1, 0) } else { (0, 1) };
    let inner_items = ctx.input(inner).to_vec()?;
    let mut out = ctx.collect();
    for (a, item) in ctx.input(outer).iter().enumerate() {
        let item = item?;
        for (b, other) in inner_items.iter().enumerate() {
            let refs = vec![ItemRef::new(outer, a), ItemRef::new(inner, b)];
            out.push(blend.items(&[(outer, &item), (inner, other)], refs))?;
        }
    }
    out.finish()
}

fn choose(ctx: &Ctx<'_>) -> Result<Items, NodeError> {
    if ctx.text("give", 0)? == "empty" {
        let refs: Vec<ItemRef> = ctx
            .input
            .iter()
            .enumerate()
            .flat_map(|(input, list)| (0..list.len()).map(move |it| ItemRef::new(input, it)))
            .collect();
        return Ok(Items::one(Item { paired: Paired::Many(refs.into()), ..Item::default() }));
    }
    let branch = ctx.number("branch", 0)?;
    let last = n_inputs(&ctx.node.parameters);
    if branch < 1.0 || branch > last as f64 {
        return Err(NodeError::never(format!(
            "there is no input {branch} to choose; the inputs are 1 to {last}"
        )));
    }
    let input = branch as usize - 1;
    let mut out = ctx.collect();
    for (index, item) in ctx.input(input).iter().enumerate() {
        out.push(item?.paired_with(input, index))?;
    }
    out.finish()
}
