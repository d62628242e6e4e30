//! Gives its items batch by batch, once each time that it is reached, and then all that came back.

use async_trait::async_trait;
use model::{
    ItemRef, Items, Paired, Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Port, Run, node::Ports};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Runs a branch for one batch of items after another".into(),
        docs: include_str!("flow_loop.md").into(),
        icon: "repeat".into(),
        form: form(),
        outputs: vec![Port::main("done"), Port::main("loop")],
        ..NodeType::new("flow.loop", "Loop over items", Category::Flow, Loop)
    }
}

fn form() -> Form {
    Form::new([
        Field::integer("batchSize", "Batch size", 1.0, 1e9)
            .default(1.0)
            .help("How many items each round gets."),
        Field::bool("reset", "Start over").help(
            "The items that come in now are looped over anew. An inner loop needs this when the \
             outer one comes round: `={{ $('Inner loop').context.done }}`.",
        ),
        Field::choice(
            "outputs",
            "Outputs",
            &[
                ("doneLoop", "Done, then loop"),
                ("loopDone", "Loop, then done"),
                ("loop", "Loop only"),
            ],
        )
        .fixed()
        .help("Which outputs there are, from top to bottom."),
    ])
}

struct Loop;

/// What the node keeps between its runs.
#[derive(Clone, Copy)]
struct Memory {
    /// The run whose input is looped over.
    start: u32,
    /// How many of its items were given already.
    next: usize,
    round: f64,
    rounds: f64,
}

#[async_trait]
impl Run for Loop {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let size = ctx.number("batchSize", 0)?.max(1.0);
        let known = Memory::read(&ctx.state);
        let (mut memory, items) = match known {
            Some(memory) if !ctx.bool("reset", 0)? => {
                let items = earlier(ctx, memory.start)?;
                (Memory { round: memory.round + 1.0, ..memory }, items)
            }
            _ => {
                let items = ctx.input(0);
                let rounds = (items.len() as f64 / size).ceil();
                (Memory { start: ctx.run, next: 0, round: 0.0, rounds }, items)
            }
        };
        let from = memory.next;
        memory.next = items.len().min(from.saturating_add(size as usize));
        let batch = batch(ctx, &items, from, memory)?;
        let done = batch.is_empty();
        ctx.state = memory.write(memory.next == items.len(), done);
        let returned = if done { returned(ctx, memory)? } else { Items::default() };
        Ok(Outcome::Done(match ctx.text("outputs", 0)?.as_str() {
            "loop" => vec![batch],
            "loopDone" => vec![batch, returned],
            _ => vec![returned, batch],
        }))
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        let names: &[&str] = match parameters.get("outputs").and_then(Value::as_str) {
            Some("loop") => &["loop"],
            Some("loopDone") => &["loop", "done"],
            _ => &["done", "loop"],
        };
        let outputs = names.iter().map(|it| Port::main(it)).collect();
        Some(Ports { inputs: vec![Port::main("in")], outputs })
    }
}

impl Memory {
    fn read(state: &Value) -> Option<Memory> {
        let number = |path: &str| state.at(path).and_then(Value::as_f64);
        Some(Memory {
            start: number("start")? as u32,
            next: number("next")? as usize,
            round: number("context.currentRunIndex")?,
            rounds: number("context.maxRunIndex")?,
        })
    }

    fn write(self, none_left: bool, done: bool) -> Value {
        let context = Value::object([
            ("currentRunIndex", Value::from(self.round)),
            ("maxRunIndex", self.rounds.into()),
            ("noItemsLeft", none_left.into()),
            ("done", done.into()),
        ]);
        Value::object([
            ("context", context),
            ("start", self.start.into()),
            ("next", self.next.into()),
        ])
    }
}

/// The first input of an earlier run, or of this one.
fn earlier(ctx: &Ctx<'_>, run: u32) -> Result<Items, NodeError> {
    if run == ctx.run {
        return Ok(ctx.input(0));
    }
    let inputs = ctx.host.earlier_input(run);
    let inputs = inputs.ok_or_else(|| {
        NodeError::never(format!("the input of run {run} of this loop is not recorded any more"))
    })?;
    Ok(inputs.into_iter().next().unwrap_or_default())
}

fn batch(ctx: &Ctx<'_>, items: &Items, from: usize, memory: Memory) -> Result<Items, NodeError> {
    let mut batch = ctx.collect();
    for (place, item) in items.slice(from, memory.next)?.iter().enumerate() {
        let mut item = item?;
        item.paired = paired(ctx, memory.start, from + place);
        batch.push(item)?;
    }
    batch.finish()
}

/// All that came back since the loop began.
fn returned(ctx: &Ctx<'_>, memory: Memory) -> Result<Items, NodeError> {
    let mut all = ctx.collect();
    for run in memory.start + 1..=ctx.run {
        for (place, item) in earlier(ctx, run)?.iter().enumerate() {
            let mut item = item?;
            item.paired = paired(ctx, run, place);
            all.push(item)?;
        }
    }
    all.finish()
}

fn paired(ctx: &Ctx<'_>, run: u32, place: usize) -> Paired {
    let of = ItemRef::new(0, place);
    if run == ctx.run { Paired::One(of) } else { Paired::Earlier { run, of } }
}
