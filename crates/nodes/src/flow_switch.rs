//! Sends each item one of many ways.

use async_trait::async_trait;
use model::{
    Item, Value,
    form::{Field, Form},
};
use sdk::{Category, Collector, Ctx, NodeError, NodeType, Outcome, Port, Run, node::Ports};
use smol_str::{SmolStr, format_smolstr};

use crate::conditions::{self, Conditions};

/// How many outputs a switch may have.
const OUTPUTS_MAX: usize = 500;
/// How many an expression chooses among, when nothing is said.
const OUTPUTS_OF_EXPRESSION: usize = 4;

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Sends items one of many ways".into(),
        docs: format!("{}{}", include_str!("flow_switch.md"), conditions::DOCS),
        icon: "route".into(),
        form: form(),
        ..NodeType::new("flow.switch", "Switch", Category::Flow, Switch)
    }
}

fn form() -> Form {
    let rule = Form::new([
        conditions::field("conditions", "Conditions"),
        Field::text("name", "Name of the output")
            .fixed()
            .help("What the output is called; its number when this is empty."),
        Field::integer("output", "Output", 0.0, OUTPUTS_MAX as f64)
            .fixed()
            .help("The number of the output, from 0; when it is empty, each rule has its own."),
    ]);
    Form::new([
        Field::choice("mode", "Mode", &[("rules", "Rules"), ("expression", "Expression")])
            .fixed()
            .help("Whether rules choose the output, or an expression gives its number."),
        Field::list("rules", "Rules", rule)
            .default(vec![])
            .when("mode", &["rules"])
            .help("An item leaves by the output of the first rule whose conditions it meets."),
        Field::number("output", "Output")
            .when("mode", &["expression"])
            .help("The number of the output by which an item leaves, from 0."),
        Field::integer("outputs", "Number of outputs", 0.0, OUTPUTS_MAX as f64)
            .default(0.0)
            .fixed()
            .help(
                "How many outputs there are; 0 means one for each rule, or four for an expression.",
            ),
        Field::choice(
            "fallback",
            "When no rule fits",
            &[
                ("none", "Drop the item"),
                ("extra", "An extra output"),
                ("output", "One of the outputs"),
            ],
        )
        .when("mode", &["rules"])
        .help("What becomes of an item that meets the conditions of no rule."),
        Field::text("fallbackName", "Name of the extra output")
            .fixed()
            .when("fallback", &["extra"])
            .help("What the extra output is called; `fallback` when this is empty."),
        Field::number("fallbackOutput", "Fallback output")
            .default(0.0)
            .when("fallback", &["output"])
            .help("The number of the output for items that no rule fits, from 0."),
        Field::bool("allMatching", "Leave by all that fit").when("mode", &["rules"]).help(
            "An item leaves by the outputs of all rules that it meets, not of the first alone.",
        ),
    ])
}

struct Switch;

#[async_trait]
impl Run for Switch {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let names = outputs(&ctx.node.parameters);
        let mut ways = Ways { outputs: names.iter().map(|_| ctx.collect()).collect() };
        let by_rules = ctx.text("mode", 0)? != "expression";
        let rules = if by_rules { rules(ctx)? } else { vec![] };
        for (index, item) in ctx.input(0).iter().enumerate() {
            let item = item?.paired_with(0, index);
            let sent = match by_rules {
                true => by_rule(ctx, &rules, &mut ways, &item, index).await,
                false => ctx.number("output", index).and_then(|it| ways.send(it, &item)),
            };
            match sent {
                Err(error) if ctx.goes_on() && !error.is_interrupted() => {
                    ways.send(0.0, &ctx.failed_item(&error, index))?;
                }
                result => result.map_err(|it| it.at(index))?,
            }
        }
        let outputs: Result<Vec<_>, NodeError> =
            ways.outputs.into_iter().map(Collector::finish).collect();
        Ok(Outcome::Done(outputs?))
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        Some(Ports {
            inputs: vec![Port::main("in")],
            outputs: outputs(parameters).iter().map(|it| Port::main(it)).collect(),
        })
    }
}

/// One rule, read once per run.
struct Rule {
    conditions: Conditions,
    output: f64,
}

fn rules(ctx: &Ctx<'_>) -> Result<Vec<Rule>, NodeError> {
    let rows = ctx.param("rules").entries();
    rows.iter()
        .enumerate()
        .map(|(number, row)| {
            let output = row.get("output").constant().and_then(Value::as_f64);
            Ok(Rule {
                conditions: Conditions::new(ctx, &row.get("conditions"))?,
                output: output.unwrap_or(number as f64),
            })
        })
        .collect()
}

async fn by_rule(
    ctx: &Ctx<'_>,
    rules: &[Rule],
    ways: &mut Ways<'_>,
    item: &Item,
    index: usize,
) -> Result<(), NodeError> {
    let all = ctx.bool("allMatching", index)?;
    let mut found = false;
    for rule in rules {
        if rule.conditions.met(ctx, index).await? {
            ways.send(rule.output, item)?;
            if !all {
                return Ok(());
            }
            found = true;
        }
    }
    if found {
        return Ok(());
    }
    match ctx.text("fallback", index)?.as_str() {
        "extra" => ways.send((ways.outputs.len() - 1) as f64, item),
        "output" => ways.send(ctx.number("fallbackOutput", index)?, item),
        _ => Ok(()),
    }
}

struct Ways<'a> {
    outputs: Vec<Collector<'a>>,
}

impl Ways<'_> {
    fn send(&mut self, output: f64, item: &Item) -> Result<(), NodeError> {
        let last = self.outputs.len().saturating_sub(1);
        match self.outputs.get_mut(output as usize) {
            Some(way) if output >= 0.0 && output.fract() == 0.0 => way.push(item.clone()),
            _ => Err(NodeError::never(format!(
                "The output {output} is not allowed. It has to be between 0 and {last}!"
            ))),
        }
    }
}

/// The names of the outputs; at least one.
fn outputs(parameters: &Value) -> Vec<SmolStr> {
    let number =
        |it: &Value, name: &str| it.get(name).and_then(Value::as_f64).map(|it| it as usize);
    let word = |name: &str| parameters.get(name).and_then(Value::as_str);
    let asked = number(parameters, "outputs").unwrap_or(0).min(OUTPUTS_MAX);
    if word("mode") == Some("expression") {
        let count = if asked == 0 { OUTPUTS_OF_EXPRESSION } else { asked };
        return (0..count).map(|it| format_smolstr!("{it}")).collect();
    }
    let rules = parameters.get("rules").and_then(Value::as_array).unwrap_or_default();
    let places: Vec<usize> =
        rules.iter().enumerate().map(|(n, it)| number(it, "output").unwrap_or(n)).collect();
    let used = places.iter().map(|it| it + 1).max().unwrap_or(0);
    let mut names: Vec<SmolStr> =
        (0..asked.max(used.min(OUTPUTS_MAX))).map(|it| format_smolstr!("{it}")).collect();
    for (rule, place) in rules.iter().zip(places) {
        let name = rule.get("name").and_then(Value::as_str).unwrap_or_default();
        if let Some(place) = names.get_mut(place).filter(|_| !name.is_empty()) {
            *place = name.into();
        }
    }
    if word("fallback") == Some("extra") {
        names.push(word("fallbackName").filter(|it| !it.is_empty()).unwrap_or("fallback").into());
    }
    if names.is_empty() {
        names.push("0".into());
    }
    names
}
