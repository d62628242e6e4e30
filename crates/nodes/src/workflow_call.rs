//! Calls another workflow, once or for each item, and may wait for what it gives.

use async_trait::async_trait;
use model::{
    Item, ItemRef, Items, Value,
    execution::Answer,
    form::{Field, FieldKind, Form},
    item::Paired,
    workflow::InDoubt,
};
use sdk::{
    Category, Ctx, Effect, NodeError, NodeType, Outcome, Run,
    ctx::{Call, Callee, WaitFor},
    http,
};
use smol_str::format_smolstr;

mod inputs;

const DOCS: &str = "\
Runs another workflow from its *When called* trigger and gives what its last node gives.

**Once** passes all items in one call; **for each item** makes a call per item, and gives the \
results of all of them in the order of the items.

Without waiting, the items go on unchanged as soon as the calls are durable. What is called runs as \
an execution of its own, linked to this one; when it fails, so does this node.

*Inputs* write fields into each item that is passed.";

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Calls another workflow".into(),
        docs: DOCS.into(),
        icon: "workflow".into(),
        effect: Effect::Effectful(InDoubt::Retry),
        form: form(),
        ..NodeType::new("workflow.call", "Call workflow", Category::Flow, CallWorkflow)
    }
}

fn form() -> Form {
    Form::new([
        Field::choice(
            "source",
            "Workflow from",
            &[
                ("stored", "This workspace"),
                ("document", "A document"),
                ("file", "A file"),
                ("url", "A web address"),
            ],
        )
        .fixed()
        .help("Where the workflow to call is found."),
        Field::new("workflow", "Workflow", FieldKind::Workflow)
            .when("source", &["stored"])
            .help("The workflow to call: its id, its name, or the id it had where it came from."),
        Field::json("document", "Document")
            .when("source", &["document"])
            .help("The whole workflow as JSON, in our format or as exported by n8n."),
        Field::text("path", "Path")
            .when("source", &["file"])
            .placeholder("flows/invoice.json")
            .help("A file in the folder that file nodes may touch."),
        Field::text("url", "Address")
            .when("source", &["url"])
            .placeholder("https://example.com/workflow.json")
            .help("An address that gives the workflow as JSON."),
        Field::choice(
            "mode",
            "Call",
            &[("once", "Once with all items"), ("each", "For each item")],
        )
        .fixed()
        .help("One call for all items, or one for each."),
        Field::bool("wait", "Wait until it has ended")
            .default(true)
            .help("Give the results of the call. When off, the items go on at once."),
        Field::list("inputs", "Inputs", input_form())
            .help("Fields to write into each item that is passed; expressions see that item."),
        Field::bool("convert", "Convert types")
            .help("Make inputs of another type fit where that can be done, such as `\"7\"` for a number. Anything can be made text."),
        Field::text("leaveOut", "Fields to leave out")
            .help("Fields of the items that are not passed, separated by commas."),
    ])
}

fn input_form() -> Form {
    let types = [
        ("any", "Anything"),
        ("string", "Text"),
        ("number", "Number"),
        ("boolean", "True or false"),
        ("array", "List"),
        ("object", "Object"),
    ];
    Form::new([
        Field::text("name", "Name").required().help("The field that is written."),
        Field::text("value", "Value").help("What is written into it."),
        Field::choice("type", "Type", &types).fixed().help("What the called workflow expects."),
    ])
}

struct CallWorkflow;

#[async_trait]
impl Run for CallWorkflow {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let each = ctx.text("mode", 0)? == "each";
        if !ctx.resumed.is_empty() {
            return Ok(Outcome::one(results(ctx, each)?));
        }
        let items = inputs::passed(ctx)?;
        let mut calls = vec![];
        if each {
            for (index, item) in items.into_iter().enumerate() {
                let workflow = callee(ctx, index).await?;
                calls.push(Call { workflow, items: Items::one(item) });
            }
        } else {
            calls.push(Call { workflow: callee(ctx, 0).await?, items: Items::new(items) });
        }
        if calls.is_empty() {
            return Ok(Outcome::one(Items::default()));
        }
        if ctx.bool("wait", 0)? {
            return Ok(Outcome::Wait(WaitFor::executions(calls)));
        }
        ctx.host.start("calls", calls).await?;
        Ok(Outcome::one(ctx.input(0)))
    }
}

async fn callee(ctx: &Ctx<'_>, index: usize) -> Result<Callee, NodeError> {
    let needed = |name: &str, what: &str| {
        let text = ctx.text(name, index)?;
        match text.trim() {
            "" => Err(NodeError::never(format!(
                "node `{}` has no {what} to call; choose one in its form",
                ctx.node.name
            ))
            .at(index)),
            text => Ok(text.to_owned()),
        }
    };
    Ok(match ctx.text("source", index)?.as_str() {
        "document" => {
            needed("document", "document")?;
            Callee::Inline(ctx.value("document", index)?)
        }
        "file" => Callee::File(needed("path", "file")?.into()),
        "url" => {
            let url = needed("url", "address")?;
            let key = format_smolstr!("document:{index}");
            Callee::Inline(ctx.effect(key, |_| fetched(ctx, url)).await?)
        }
        _ => Callee::Stored(needed("workflow", "workflow")?.into()),
    })
}

async fn fetched(ctx: &Ctx<'_>, url: String) -> Result<Value, NodeError> {
    let mut call = http::Call::new("GET", &url)?;
    call.header("accept", "application/json");
    let reply = ctx.host.http().send(call).await?;
    if !reply.is_success() {
        return Err(NodeError::later(format!(
            "`{url}` gave no workflow but status {}",
            reply.status
        )));
    }
    Value::from_json_bytes(&reply.body)
        .map_err(|fault| NodeError::never(format!("what `{url}` gave is not JSON: {fault}")))
}

/// What the calls gave, in the order of the items.
fn results(ctx: &Ctx<'_>, each: bool) -> Result<Items, NodeError> {
    let n_input = ctx.input(0).len();
    let mut res = ctx.collect();
    for (index, answer) in ctx.resumed.iter().enumerate() {
        let list = match answer {
            Answer::Items(lists) => lists.first().cloned().unwrap_or_default(),
            Answer::Came(value) => Items::one(Item::from_value(value.clone())),
            Answer::Failed(_) | Answer::Timeout => {
                let why = match answer {
                    Answer::Failed(why) => NodeError::never(why),
                    _ => NodeError::never("the called workflow took too long"),
                };
                if !ctx.goes_on() {
                    return Err(why.at(index));
                }
                res.push(ctx.failed_item(&why, index))?;
                continue;
            }
        };
        for (place, item) in list.iter().enumerate() {
            let mut item = item?;
            item.paired = match each {
                true => Paired::One(ItemRef::new(0, index)),
                false => lineage(item.paired, place, list.len(), n_input),
            };
            res.push(item)?;
        }
    }
    res.finish()
}

/// Lineage through a call with all items: as the called workflow tells it where that makes sense,
/// else by place, else from all.
fn lineage(own: Paired, place: usize, n_output: usize, n_input: usize) -> Paired {
    let refs = own.refs();
    let known = |it: &ItemRef| it.input == 0 && (it.item as usize) < n_input;
    if !refs.is_empty() && refs.iter().all(known) {
        return own;
    }
    if n_output == n_input {
        return Paired::One(ItemRef::new(0, place));
    }
    match n_input {
        1 => Paired::One(ItemRef::new(0, 0)),
        _ => Paired::Many((0..n_input).map(|it| ItemRef::new(0, it)).collect()),
    }
}
