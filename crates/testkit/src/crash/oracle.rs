//! Whether all promises were kept: the accepted triggers, each journal, and the same results as
//! without an interruption.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use model::{execution::Mode, workflow::Order};

use super::{
    Figures, journal,
    results::{Outcome, trigger_of},
};
use crate::{catalog::Mark, world::Done};

/// What is known in the end.
pub(super) struct Evidence {
    /// Accepted triggers: number and execution.
    pub(super) accepted: Vec<(u32, String)>,
    /// Triggers whose executions somebody wanted cancelled: how far they came is a matter of chance.
    pub(super) cancelled: BTreeSet<u32>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) reference: Vec<Outcome>,
    pub(super) effects: BTreeMap<String, Done>,
    pub(super) marks: Vec<Mark>,
}

/// How many faults are told.
const TOLD_MAX: usize = 20;

/// # Errors
/// Every broken promise that was found.
pub(super) fn check(evidence: &Evidence) -> Result<Figures, Vec<String>> {
    let mut faults = vec![];
    let mut figures = Figures { executions: evidence.outcomes.len(), ..Figures::default() };
    none_is_lost(evidence, &mut faults);
    let announced = journals(evidence, &mut figures, &mut faults);
    effects(evidence, &announced, &mut faults);
    durable_before_effects(evidence, &mut faults);
    same_results(evidence, &mut faults);
    figures.effects = evidence.effects.len();
    if faults.is_empty() {
        return Ok(figures);
    }
    let n = faults.len();
    faults.truncate(TOLD_MAX);
    if n > TOLD_MAX {
        faults.push(format!("and {} more", n - TOLD_MAX));
    }
    Err(faults)
}

fn none_is_lost(evidence: &Evidence, faults: &mut Vec<String>) {
    let there: HashMap<String, &Outcome> =
        evidence.outcomes.iter().map(|it| (it.execution.id.to_string(), it)).collect();
    for (n, id) in &evidence.accepted {
        match there.get(id) {
            None => faults.push(format!("trigger {n} was accepted as {id}, which is not there")),
            Some(it) if it.origin != format!("t{n}") => {
                faults.push(format!("trigger {n} was accepted as {id}, which is of {}", it.origin));
            }
            Some(_) => {}
        }
    }
    let mut seen = BTreeSet::new();
    for it in evidence.outcomes.iter().filter(|it| it.execution.mode == Mode::Webhook) {
        if !seen.insert(&it.origin) {
            faults.push(format!("trigger {} started two executions", it.origin));
        }
    }
}

/// Reads each journal; gives how often each effect was announced.
fn journals(
    evidence: &Evidence,
    figures: &mut Figures,
    faults: &mut Vec<String>,
) -> HashMap<String, u32> {
    let mut marks: HashMap<&str, Vec<&Mark>> = HashMap::new();
    for it in &evidence.marks {
        marks.entry(&it.execution).or_default().push(it);
    }
    let mut announced = HashMap::new();
    let mut errors: BTreeMap<String, usize> = BTreeMap::new();
    for it in &evidence.outcomes {
        let id = it.execution.id.to_string();
        if !it.execution.status.is_ended() {
            faults.push(format!("{id} of `{}` has not ended", it.workflow));
        }
        let told = journal::read(it, marks.get(id.as_str()).map_or(&[], Vec::as_slice));
        faults.extend(told.faults);
        announced.extend(told.announced);
        figures.in_doubt += told.in_doubt;
        figures.taken_up += told.taken_up;
        figures.steps += it.steps.len();
        if it.plan.document.settings.error_workflow.is_some() && told.errors > 0 {
            errors.insert(id, told.errors);
        }
    }
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for it in evidence.outcomes.iter().filter(|it| it.execution.mode == Mode::Error) {
        *told.entry(it.origin.clone()).or_default() += 1;
    }
    if told != errors {
        faults.push(format!("these failed: {errors:?}, and of these was told: {told:?}"));
    }
    announced
}

fn effects(evidence: &Evidence, announced: &HashMap<String, u32>, faults: &mut Vec<String>) {
    let mut keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, done) in &evidence.effects {
        let times = announced.get(key).copied().unwrap_or_default();
        if done.attempts > times {
            let (label, attempts) = (&done.label, done.attempts);
            faults.push(format!(
                "`{label}` ({key}) was done {attempts} times, and announced {times} times"
            ));
        }
        if trigger_of(&done.label).is_some() {
            keys.entry(&done.label).or_default().push(key);
        }
    }
    for (label, keys) in keys.iter().filter(|it| it.1.len() > 1) {
        faults.push(format!("`{label}` was done under several keys: {}", keys.join(", ")));
    }
}

/// By node and run: when it began first, and when last.
type Runs<'a> = BTreeMap<(&'a str, u32), (Timestamp, Timestamp)>;

/// What ran before an effect took place never runs again: it was durable before.
fn durable_before_effects(evidence: &Evidence, faults: &mut Vec<String>) {
    let mut runs: HashMap<&str, Runs<'_>> = HashMap::new();
    for it in &evidence.marks {
        let of_execution = runs.entry(&it.execution).or_default();
        let (first, last) = of_execution.entry((&it.node, it.run)).or_insert((it.at, it.at));
        (*first, *last) = (it.at.min(*first), it.at.max(*last));
    }
    let there: HashMap<String, &Outcome> =
        evidence.outcomes.iter().map(|it| (it.execution.id.to_string(), it)).collect();
    for (key, done) in &evidence.effects {
        let mut parts = key.split(':');
        let (Some(id), Some(node), Some(run)) = (parts.next(), parts.next(), parts.next()) else {
            faults.push(format!("`{}` has the key `{key}`", done.label));
            continue;
        };
        let Some(outcome) = there.get(id) else {
            faults.push(format!("`{}` was done by {id}, which is not there", done.label));
            continue;
        };
        // With branches at once, another step may be in the middle of its work.
        if outcome.order == Order::Parallel {
            continue;
        }
        let own = |it: &(&str, u32)| {
            outcome.plan.index(it.0).map(|it| it.to_string()).as_deref() == Some(node)
                && it.1.to_string() == run
        };
        let again = runs.get(id).into_iter().flatten().filter(|(name, (first, last))| {
            *first < done.first_at && done.first_at < *last && !own(name)
        });
        for ((name, run), (_, last)) in again {
            let label = &done.label;
            faults.push(format!("{id}: `{name}` {run} ran again at {last}, after `{label}`"));
        }
    }
}

/// Workflow and origin: what two runs have in common.
type Name<'a> = (&'a str, &'a str);

fn same_results(evidence: &Evidence, faults: &mut Vec<String>) {
    let there = evidence.outcomes.iter().filter_map(Outcome::trigger);
    let there: BTreeSet<u32> = there.filter(|it| !evidence.cancelled.contains(it)).collect();
    let by_chance: BTreeSet<u32> = evidence
        .reference
        .iter()
        .filter(|it| it.is_by_chance())
        .filter_map(Outcome::trigger)
        .collect();
    let named = |outcomes: &[Outcome]| {
        let mut res: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (n, it) in outcomes.iter().enumerate() {
            // What was called before a branch failed is as it may be.
            let own = it.execution.mode == Mode::Webhook;
            let counts = it
                .trigger()
                .is_some_and(|t| there.contains(&t) && (own || !by_chance.contains(&t)));
            if counts {
                res.entry((it.workflow.clone(), it.origin.clone())).or_default().push(n);
            }
        }
        res
    };
    let ours = named(&evidence.outcomes);
    let theirs = named(&evidence.reference);
    for (name, wanted) in &theirs {
        let wanted: Vec<&Outcome> = wanted.iter().map(|it| &evidence.reference[*it]).collect();
        let found = ours.get(name).map(Vec::as_slice).unwrap_or_default();
        let found: Vec<&Outcome> = found.iter().map(|it| &evidence.outcomes[*it]).collect();
        compare((&name.0, &name.1), &wanted, &found, faults);
    }
    for name in ours.keys().filter(|it| !theirs.contains_key(*it)) {
        faults.push(format!("`{}` of {} ran, and does not without interruption", name.0, name.1));
    }
}

fn compare(name: Name<'_>, wanted: &[&Outcome], found: &[&Outcome], faults: &mut Vec<String>) {
    let place = format!("`{}` of {}", name.0, name.1);
    if wanted.len() != found.len() {
        faults.push(format!("{place} ran {} times instead of {}", found.len(), wanted.len()));
        return;
    }
    let (mut a, mut b): (Vec<String>, Vec<String>) =
        (wanted.iter().map(|it| shown(it)).collect(), found.iter().map(|it| shown(it)).collect());
    a.sort();
    b.sort();
    for (a, b) in a.iter().zip(&b).filter(|(a, b)| a != b) {
        faults.push(format!("{place} differs:\n{}", difference(a, b)));
    }
}

/// An outcome as text that is the same for the same result.
fn shown(it: &Outcome) -> String {
    let mut lines = vec![format!("{} {:?}", it.execution.status.as_str(), it.error)];
    let parallel = it.order == Order::Parallel;
    if it.is_by_chance() {
        return format!("{} by chance", it.execution.status.as_str());
    }
    let mut steps: Vec<String> = it
        .steps
        .iter()
        .map(|((node, run), text)| match parallel {
            // Which branch comes first to a node that both lead to is a matter of chance.
            true => format!("{node}: {text}"),
            false => format!("{node} {run}: {text}"),
        })
        .collect();
    steps.sort();
    lines.extend(steps);
    lines.join("\n")
}

fn difference(a: &str, b: &str) -> String {
    let (left, right): (BTreeSet<&str>, BTreeSet<&str>) =
        (a.lines().collect(), b.lines().collect());
    let cut = |it: &&str| it.chars().take(400).collect::<String>();
    let mut res = vec![];
    res.extend(left.difference(&right).take(4).map(|it| format!("  wanted {}", cut(it))));
    res.extend(right.difference(&left).take(4).map(|it| format!("  found  {}", cut(it))));
    res.join("\n")
}
