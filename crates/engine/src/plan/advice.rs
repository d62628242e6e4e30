//! What a person should know before a workflow goes live, though it may: what is missing, what never
//! runs, what never ends, and what a change of the clocks does to it.

use std::collections::HashSet;

use expr::Code;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use model::{Value, form::FieldKind, schedule::Rule, workflow::Node};
use sdk::trigger::Listen;
use smol_str::{SmolStr, format_smolstr};

use super::{Plan, PlanNode};

/// One remark.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    pub kind: Kind,
    /// The node that it is about; absent when it is about the workflow.
    pub node: Option<SmolStr>,
    /// What is missing: a credential type, the name of a credential, or the type of a node elsewhere.
    /// Of a change of the clocks: when it is, such as `2027-03-28T01:00:00[Europe/Lisbon]`. Of a script: the line,
    /// where it is known.
    pub subject: SmolStr,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A credential is needed, and none is chosen.
    CredentialNotChosen,
    /// The credential that is chosen is not in this workspace.
    CredentialMissing,
    /// The node was imported and has no type here yet: a run that comes to it fails.
    NodeTypeUnsupported,
    /// No trigger leads to the node.
    Unreachable,
    /// Nothing leads out of a loop.
    EndlessLoop,
    /// No trigger is on.
    NoTrigger,
    /// A script is no JavaScript: a run that comes to it fails.
    ScriptUnreadable,
    /// A time of a schedule does not exist on a day: it is due after the gap.
    ClockSkips,
    /// A time of a schedule comes twice on a day: it is due once.
    ClockRepeats,
}

/// A credential of the workspace, by all that a node may call it.
#[derive(Clone, Debug)]
pub struct Known {
    pub kind: SmolStr,
    pub names: Vec<SmolStr>,
}

/// How far ahead changes of the clocks are looked at.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 366);
/// How many of them: some zones change more often than twice a year.
const CHANGES_MAX: usize = 8;

/// All remarks about a plan.
pub fn advice(plan: &Plan, credentials: &[Known], now: Timestamp) -> Vec<Advice> {
    let mut res = vec![];
    for it in plan.nodes.iter().filter(|it| !it.node.disabled) {
        credentials_of(it, credentials, &mut res);
        if it.node_type.name == "placeholder" {
            let kind = it.node.parameters.get("type").map(Value::to_text).unwrap_or_default();
            let message = format!("`{kind}` is not supported yet: a run that comes to it fails");
            res.push(about(&it.node, Kind::NodeTypeUnsupported, &kind, message));
        }
        scripts(it, &mut res);
        if it.node_type.trigger {
            clocks(it, &plan.zone, now, &mut res);
        }
    }
    unreachable(plan, &mut res);
    loops(plan, &mut res);
    res
}

fn about(node: &Node, kind: Kind, subject: &str, message: String) -> Advice {
    Advice { kind, node: Some(node.name.clone()), subject: subject.into(), message }
}

fn credentials_of(it: &PlanNode, known: &[Known], res: &mut Vec<Advice>) {
    let node = &it.node;
    let uses = it.node_type.credentials.iter().filter(|one| one.is_needed(&it.filled));
    let mut needed: Vec<SmolStr> = uses.map(|it| it.name.clone()).collect();
    // The form names a type of which the node knows nothing else.
    let form = &it.node_type.form;
    for field in form.fields.iter().filter(|it| it.kind == FieldKind::CredentialType) {
        if form.shows(field, &it.filled)
            && let Some(kind) = it.filled.get(&field.name).and_then(Value::as_str)
            && !kind.is_empty()
            && !needed.iter().any(|it| it == kind)
        {
            needed.push(kind.into());
        }
    }
    for kind in needed {
        let Some(chosen) = node.credentials.get(&kind) else {
            let message = format!("node `{}` has no credential of type `{kind}`", node.name);
            res.push(about(node, Kind::CredentialNotChosen, &kind, message));
            continue;
        };
        let calls = |it: &SmolStr| *it == chosen.name || Some(it) == chosen.id.as_ref();
        if !known.iter().any(|it| it.kind == kind && it.names.iter().any(calls)) {
            let name = &chosen.name;
            let message = format!("there is no credential `{name}` of type `{kind}`");
            res.push(about(node, Kind::CredentialMissing, name, message));
        }
    }
}

fn scripts(it: &PlanNode, res: &mut Vec<Advice>) {
    for field in &it.node_type.form.fields {
        let is_script =
            matches!(&field.kind, FieldKind::Code { language } if language == "javascript");
        let source = it.filled.get(&field.name).and_then(Value::as_str).filter(|_| is_script);
        // What stands there is no expression, whatever it begins with.
        let Some(fault) = source.and_then(|it| Code::new(it, false).fault().cloned()) else {
            continue;
        };
        let (name, why) = (&it.node.name, &fault.message);
        let line = fault.line.map(|it| it.to_string()).unwrap_or_default();
        let place = if line.is_empty() { String::new() } else { format!(", line {line}") };
        let message = format!("the script of node `{name}` cannot be read{place}: {why}");
        res.push(about(&it.node, Kind::ScriptUnreadable, &line, message));
    }
}

fn unreachable(plan: &Plan, res: &mut Vec<Advice>) {
    let is_start = |it: &PlanNode| it.node_type.trigger && !it.node.disabled;
    if !plan.nodes.iter().any(is_start) {
        if plan.nodes.iter().any(|it| !it.node.disabled) {
            let message = "no trigger is on: once published, nothing starts the workflow by itself";
            let (kind, message) = (Kind::NoTrigger, message.to_owned());
            res.push(Advice { kind, node: None, subject: "".into(), message });
        }
        return;
    }
    let numbers = 0..plan.nodes.len() as u32;
    let mut reached: HashSet<u32> = numbers.clone().filter(|it| is_start(plan.node(*it))).collect();
    let starts: Vec<u32> = reached.iter().copied().collect();
    reached.extend(starts.iter().flat_map(|it| plan.descendants(*it)));
    // What serves a node by a wire of another kind, such as a model, runs with it.
    let serves = plan.document.connections.iter().filter(|it| !it.is_main());
    let serves: Vec<(u32, u32)> =
        serves.filter_map(|it| Some((plan.index(&it.from)?, plan.index(&it.to)?))).collect();
    loop {
        let more: Vec<u32> = serves
            .iter()
            .filter(|(from, to)| reached.contains(to) && !reached.contains(from))
            .map(|it| it.0)
            .collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    for number in numbers.filter(|it| !reached.contains(it)) {
        let node = &plan.node(number).node;
        if !node.disabled {
            let message = format!("no trigger leads to node `{}`: it never runs", node.name);
            res.push(about(node, Kind::Unreachable, "", message));
        }
    }
}

/// Loops that no output leaves. Each is told once, at its first node.
fn loops(plan: &Plan, res: &mut Vec<Advice>) {
    let mut seen: HashSet<u32> = HashSet::new();
    for number in on_loops(plan) {
        if seen.contains(&number) {
            continue;
        }
        let reached = plan.descendants(number);
        if !reached.contains(&number) {
            continue;
        }
        let members: HashSet<u32> =
            reached.intersection(&plan.ancestors(number)).copied().collect();
        seen.extend(&members);
        let has_exit = members.iter().any(|it| {
            let node = plan.node(*it);
            let n_outputs = node.main_outputs() + usize::from(node.error_port().is_some());
            (0..n_outputs).any(|port| {
                let leads = node.outputs.get(port).map(Vec::as_slice).unwrap_or_default();
                leads.iter().all(|(to, _)| !members.contains(to))
            })
        });
        if !has_exit {
            let node = &plan.node(number).node;
            let message = format!(
                "nothing leads out of the loop of node `{}`: it ends only when a node gives no items",
                node.name
            );
            res.push(about(node, Kind::EndlessLoop, "", message));
        }
    }
}

/// The nodes that may lie on a loop: what is left when all that has nothing before it, or nothing behind
/// it, is taken away. Most workflows have none, however long they are.
fn on_loops(plan: &Plan) -> Vec<u32> {
    let mut left: HashSet<u32> = (0..plan.nodes.len() as u32).collect();
    type Wires = Vec<Vec<(u32, u16)>>;
    let sides: [fn(&PlanNode) -> &Wires; 2] = [|it| &it.inputs, |it| &it.outputs];
    for n in 0..2 {
        let [toward, away] = [sides[n], sides[1 - n]];
        let is_end = |it: u32, left: &HashSet<u32>| {
            !toward(plan.node(it)).iter().flatten().any(|(other, _)| left.contains(other))
        };
        let mut ends: Vec<u32> = left.iter().copied().filter(|it| is_end(*it, &left)).collect();
        while let Some(it) = ends.pop() {
            if left.remove(&it) {
                let next = away(plan.node(it)).iter().flatten().map(|(other, _)| *other);
                ends.extend(next.filter(|it| left.contains(it) && is_end(*it, &left)));
            }
        }
    }
    let mut res: Vec<u32> = left.into_iter().collect();
    res.sort_unstable();
    res
}

fn clocks(it: &PlanNode, zone: &TimeZone, now: Timestamp, res: &mut Vec<Advice>) {
    let listens = it.node_type.run.listens(it.listen_id(), &it.filled).unwrap_or_default();
    let until = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let changes = || zone.following(now).take_while(|it| it.timestamp() < until).take(CHANGES_MAX);
    for listen in listens {
        let Listen::Schedule { rule, .. } = listen else { continue };
        for change in changes() {
            let at = change.timestamp();
            let just_before = at.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(at);
            let before = zone.to_offset(just_before).to_datetime(at);
            let after = zone.to_offset(at).to_datetime(at);
            let (kind, from, to) = match after > before {
                true => (Kind::ClockSkips, before, after),
                false => (Kind::ClockRepeats, after, before),
            };
            let Some(due) = due_at(&rule, from, to) else { continue };
            let zone = zone.iana_name().unwrap_or("UTC");
            let what = match kind {
                Kind::ClockSkips => format!("does not exist: it runs at {} instead", to.time()),
                _ => "comes twice: it runs once".to_owned(),
            };
            let message = format!(
                "where the clocks of {zone} change on {}, {} {what}",
                from.date(),
                due.time()
            );
            res.push(about(&it.node, kind, &format_smolstr!("{due}[{zone}]"), message));
            break;
        }
    }
}

/// When a rule is due between two times of the clock, as if clocks never changed. Rules that are due all
/// the time are left out: nobody misses one of them.
fn due_at(rule: &Rule, from: civil::DateTime, to: civil::DateTime) -> Option<civil::DateTime> {
    if matches!(rule, Rule::Every { .. }) {
        return None;
    }
    let utc = TimeZone::UTC;
    let next = |after: civil::DateTime| {
        let after = after.saturating_sub(SignedDuration::from_secs(1));
        let after = utc.to_timestamp(after).ok()?;
        Some(utc.to_datetime(sdk::schedule::next(rule, &utc, after).ok()??))
    };
    let due = next(from).filter(|it| *it < to)?;
    let length = to.duration_since(from);
    let is_steady = next(from.saturating_sub(length)).is_some_and(|it| it < from);
    (!is_steady).then_some(due)
}

#[cfg(test)]
mod tests;
