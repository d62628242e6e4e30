//! Plain expressions without a JavaScript engine: paths, operators, templates, common methods.
//!
//! It does only what it does exactly as JavaScript would. Whatever it is not sure of, it leaves: at
//! compile time by giving no program, at run time by [`Stop::Unsure`]; the engine then evaluates
//! the segment from its start. Nothing here has an effect, so that is always right.

use model::{Map, Value, value::number_text};
use smol_str::SmolStr;

use self::{
    operators::Operator,
    roots::{End, Fact, Reach},
    texts::Text,
};
use crate::Scope;

mod compile;
mod functions;
mod inherited;
mod lists;
mod methods;
mod operands;
mod operators;
mod roots;
mod routine;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use compile::{compile, compile_script};

/// A compiled segment.
pub(crate) struct Program {
    body: Node,
}

/// Why an evaluation stopped.
#[derive(Debug, PartialEq)]
pub(crate) enum Stop {
    /// JavaScript has to do it.
    Unsure,
    /// JavaScript would throw an error that an expression shows as undefined.
    Thrown,
    /// An optional chain met nothing.
    Short,
}

/// `None` is undefined.
type Res = Result<Option<Value>, Stop>;

enum Node {
    Undefined,
    Constant(Value),
    /// `$json`
    Json,
    /// `$input.first().json` and its kin.
    Input(End),
    /// The JSON of an item of another node.
    Other(SmolStr, Reach),
    /// `$('x').isExecuted`
    IsExecuted(SmolStr),
    Fact(Fact),
    /// A parameter or a variable, by its slot.
    Local(usize),
    Member(Box<Node>, SmolStr),
    Index(Box<Node>, Box<Node>),
    /// Stops the chain when its value is nothing: what stands before `?.`.
    Guard(Box<Node>),
    /// The whole of an optional chain.
    Chain(Box<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    ToNumber(Box<Node>),
    TypeOf(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Coalesce(Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    Template(Box<[SmolStr]>, Box<[Node]>),
    Array(Box<[Node]>),
    Object(Box<[(SmolStr, Node)]>),
    /// An object whose fields are known: each once, in their order, none from elsewhere.
    Fields(Box<[(SmolStr, Node)]>),
    Method(methods::Method, Box<Node>, Box<[Node]>),
    /// `text.replaceAll(old, new)` with texts that are known.
    ReplaceAll(Box<Node>, SmolStr, SmolStr),
    Function(functions::Function, Box<[Node]>),
    /// A method with an arrow function.
    Each(lists::Each, Box<Node>, Box<Lambda>),
    /// `list.reduce(function, initial)`
    Reduce(Box<Node>, Box<Node>, Box<Lambda>),
    /// `Array.from({ length }, function)`
    Range(Box<Node>, Box<Lambda>),
    /// `...value` in a list or an object.
    Spread(Box<Node>),
    /// The JSONs of all items of the input, or of another node.
    All,
    AllOf(SmolStr),
    /// Throws when there is nothing.
    Must(Box<Node>),
    /// Leaves lists and objects to JavaScript: they may change yet.
    Scalar(Box<Node>),
    /// Statements with their value.
    Block(Box<[routine::Step]>),
}

/// An arrow function.
struct Lambda {
    binds: Box<[Bind]>,
    body: Node,
}

/// How a value becomes variables, which follow those there are.
enum Bind {
    Slot,
    /// `{ a, b }`
    Fields(Box<[SmolStr]>),
    /// `[a, b]`, of so many.
    Entries(usize),
}

/// What one evaluation sees.
struct Env<'a> {
    scope: &'a Scope,
    item: usize,
    locals: Vec<Option<Value>>,
    /// Steps that are left before JavaScript, which has a clock, takes over.
    steps_left: usize,
}

impl Env<'_> {
    fn charge(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or(Stop::Unsure)?;
        Ok(())
    }

    /// What outlives its step must not nest deeper with each turn of a loop.
    fn keeps(&mut self, value: &Value) -> Result<(), Stop> {
        let mut seen = 0;
        if !is_shallow(value, NESTING_MAX, &mut seen) {
            return Err(Stop::Unsure);
        }
        self.charge(seen / 8)
    }
}

/// Lists and objects in one another, in what a variable or a fold keeps.
const NESTING_MAX: usize = 100;

fn is_shallow(value: &Value, left: usize, seen: &mut usize) -> bool {
    *seen += 1;
    match value {
        Value::Array(list) => left > 0 && list.iter().all(|it| is_shallow(it, left - 1, seen)),
        Value::Object(map) => left > 0 && map.values().all(|it| is_shallow(it, left - 1, seen)),
        _ => true,
    }
}

/// Calls of arrow functions and steps of statements in one evaluation.
const STEPS_MAX: usize = 300_000;

impl Program {
    /// # Errors
    /// [`Stop::Unsure`] when JavaScript must do it, [`Stop::Thrown`] when the value is undefined
    /// because of a mistake.
    pub(crate) fn run(&self, scope: &Scope, item: usize) -> Res {
        // The commonest expressions are paths: they need no copies on their way.
        if let Some(found) = roots::path(&self.body, scope, item) {
            return found;
        }
        let mut env = Env { scope, item, locals: vec![], steps_left: STEPS_MAX };
        self.body.eval(&mut env)
    }
}

impl Node {
    fn eval(&self, env: &mut Env<'_>) -> Res {
        Ok(match self {
            Node::Undefined => None,
            Node::Constant(it) => Some(it.clone()),
            Node::Json => roots::json(env)?,
            Node::Input(end) => end.json(env)?,
            Node::Other(name, reach) => reach.json(env, name)?,
            Node::IsExecuted(name) => {
                let node = env.scope.world.node(name).ok_or(Stop::Unsure)?;
                Some((env.scope.world.runs(node) > 0).into())
            }
            Node::Fact(it) => Some(it.value(env)),
            Node::Local(depth) => env.locals.get(*depth).cloned().flatten(),
            Node::Member(object, name) => match self.seen(env) {
                Some(it) => Some(it.clone()),
                None => member(object.eval(env)?.as_ref(), name)?,
            },
            Node::Index(object, key) => {
                let object = object.eval(env)?;
                index(object.as_ref(), key.eval(env)?)?
            }
            Node::Guard(inner) => match inner.eval(env)? {
                None | Some(Value::Null) => return Err(Stop::Short),
                it => it,
            },
            Node::Chain(inner) => match inner.eval(env) {
                Err(Stop::Short) => None,
                it => it?,
            },
            Node::Not(it) => Some((!it.holds(env)?).into()),
            Node::Negative(it) => Some((-operators::number(&it.eval(env)?)?).into()),
            Node::ToNumber(it) => Some(operators::number(&it.eval(env)?)?.into()),
            Node::TypeOf(it) => Some(type_of(&it.eval(env)?).into()),
            Node::Binary(operator, left, right) => {
                operands::binary(*operator, left, right, env)?.into()
            }
            Node::And(left, right) => match left.eval(env)? {
                it if truthy(&it) => right.eval(env)?,
                it => it,
            },
            Node::Or(left, right) => match left.eval(env)? {
                it if truthy(&it) => it,
                _ => right.eval(env)?,
            },
            Node::Coalesce(left, right) => match left.eval(env)? {
                None | Some(Value::Null) => right.eval(env)?,
                it => it,
            },
            Node::If(condition, yes, no) => {
                let chosen = if condition.holds(env)? { yes } else { no };
                chosen.eval(env)?
            }
            Node::Template(texts, values) => {
                let mut res = Text::default();
                res.push(&texts[0])?;
                for (value, text) in values.iter().zip(&texts[1..]) {
                    match value.seen(env) {
                        Some(it) => operators::append_value(&mut res, it)?,
                        None => operators::append(&mut res, &value.eval(env)?)?,
                    }
                    res.push(text)?;
                }
                Some(res.into())
            }
            Node::Array(nodes) => {
                let mut res = Vec::with_capacity(nodes.len());
                for node in nodes {
                    if let Node::Spread(inner) = node {
                        let Some(Value::Array(more)) = inner.eval(env)? else {
                            return Err(Stop::Unsure);
                        };
                        env.charge(more.len())?;
                        res.extend(more.iter().cloned());
                        continue;
                    }
                    // A hole of undefined has no place in a value.
                    res.push(node.eval(env)?.ok_or(Stop::Unsure)?);
                }
                Some(res.into())
            }
            Node::Object(fields) => {
                let mut res = Map::with_capacity(fields.len());
                for (key, node) in fields {
                    if let Node::Spread(inner) = node {
                        let more = inner.eval(env)?;
                        routine::spread_fields(more, &mut res)?;
                        continue;
                    }
                    res.insert(key.clone(), node.eval(env)?.ok_or(Stop::Unsure)?);
                }
                Some(res.into())
            }
            Node::Fields(fields) => {
                let mut res = Map::with_capacity(fields.len());
                for (key, node) in fields {
                    res.append(key.clone(), node.eval(env)?.ok_or(Stop::Unsure)?);
                }
                Some(res.into())
            }
            Node::Method(method, object, given) if given.is_empty() => match object.seen(env) {
                Some(it) => method.call(Some(it), &[])?,
                None => method.call(object.eval(env)?.as_ref(), &[])?,
            },
            Node::Method(method, object, given) => {
                let object = object.eval(env)?;
                let given = operands::all(given, env)?;
                method.call(object.as_ref(), &given)?
            }
            Node::ReplaceAll(text, old, new) => match text.eval(env)? {
                Some(Value::String(text)) => Some(texts::replace(&text, old, new, true)?.into()),
                _ => return Err(Stop::Unsure),
            },
            Node::Function(function, given) => {
                let given = operands::all(given, env)?;
                function.call(&given)?
            }
            Node::Each(each, list, lambda) => {
                let list = list.eval(env)?;
                each.call(list, lambda, env)?
            }
            Node::Reduce(list, initial, lambda) => {
                let list = list.eval(env)?;
                let initial = initial.eval(env)?;
                lists::reduce(list, initial, lambda, env)?
            }
            Node::Range(count, lambda) => {
                let count = count.eval(env)?;
                lists::range(count, lambda, env)?
            }
            Node::Spread(_) => return Err(Stop::Unsure),
            Node::All => Some(roots::all(env)?),
            Node::AllOf(name) => Some(roots::all_of(env, name)?),
            Node::Must(it) => match it.eval(env)? {
                None | Some(Value::Null) => return Err(Stop::Thrown),
                it => it,
            },
            Node::Scalar(it) => match it.eval(env)? {
                Some(Value::Array(_) | Value::Object(_)) => return Err(Stop::Unsure),
                it => it,
            },
            Node::Block(steps) => match routine::run(steps, env)? {
                routine::Flow::Return(value) => value,
                _ => None,
            },
        })
    }
}

/// `object.name`.
fn member(object: Option<&Value>, name: &str) -> Res {
    match object {
        None | Some(Value::Null) => Err(Stop::Thrown),
        Some(Value::Object(map)) => match map.get(name) {
            Some(it) => Ok(Some(it.clone())),
            None => absent(name).map(|()| None),
        },
        Some(Value::Array(list)) if name == "length" => Ok(Some(list.len().into())),
        Some(Value::String(text)) if name == "length" => Ok(Some(texts::length(text).into())),
        Some(_) => absent(name).map(|()| None),
    }
}

/// Nothing of its own by that name: undefined, unless JavaScript's prototypes have it.
fn absent(name: &str) -> Result<(), Stop> {
    if inherited::is_inherited(name) { Err(Stop::Unsure) } else { Ok(()) }
}

/// `object[key]`.
fn index(object: Option<&Value>, key: Option<Value>) -> Res {
    match (object, &key) {
        (None | Some(Value::Null), _) => Err(Stop::Thrown),
        (Some(Value::Array(list)), Some(Value::Number(at))) => {
            Ok(place(*at, list.len()).map(|it| list[it].clone()))
        }
        (Some(Value::String(text)), Some(Value::Number(at))) if text.is_ascii() => {
            Ok(place(*at, text.len()).map(|it| text[it..=it].into()))
        }
        (Some(it @ Value::Object(_)), Some(Value::Number(at)))
            if *at >= 0.0 && at.fract() == 0.0 =>
        {
            member(Some(it), &number_text(*at))
        }
        (Some(it @ Value::Object(_)), Some(Value::String(name)))
            if name.starts_with(|it: char| it.is_ascii_digit()) =>
        {
            member(Some(it), name)
        }
        (Some(it), Some(Value::String(name)))
            if !name.starts_with(|it: char| it.is_ascii_digit()) =>
        {
            if crate::source::is_blocked(name) { Err(Stop::Unsure) } else { member(Some(it), name) }
        }
        _ => Err(Stop::Unsure),
    }
}

/// A whole number within bounds.
fn place(at: f64, len: usize) -> Option<usize> {
    (at >= 0.0 && at.fract() == 0.0 && at < len as f64).then_some(at as usize)
}

fn truthy(it: &Option<Value>) -> bool {
    it.as_ref().is_some_and(Value::truthy)
}

fn type_of(it: &Option<Value>) -> &'static str {
    match it {
        None => "undefined",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Null | Value::Array(_) | Value::Object(_)) => "object",
    }
}
