//! Plain expressions without a JavaScript engine: paths, operators, templates, common methods.
//!
//! It does only what it does exactly as JavaScript would. Whatever it is not sure of, it leaves: at
//! compile time by giving no program, at run time by [`Stop::Unsure`]; the engine then evaluates
//! the segment from its start. Nothing here has an effect, so that is always right.

use std::sync::Arc;

use model::{Map, Value};
use smol_str::SmolStr;

use self::{
    fields::{absent, index, member, place},
    operands::{Operand, pushed, put, put_copy},
    operators::Operator,
    roots::{End, Fact, Reach},
    texts::Text,
};
use crate::Scope;

mod compile;
mod fields;
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
    /// An object whose fields are known: each once, in their order, none from elsewhere. It begins
    /// as one of nulls.
    Fields(Map, Box<[Node]>),
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
        let mut res = Value::Null;
        Ok(self.put(env, &mut res)?.then_some(res))
    }

    /// A value that has a place in a list or an object, which a hole of undefined has not.
    fn put_entry(&self, env: &mut Env<'_>, to: &mut Value) -> Result<(), Stop> {
        if self.put(env, to)? { Ok(()) } else { Err(Stop::Unsure) }
    }

    /// Writes the value where it is to lie, in the place of a null: moving it there costs more than
    /// most of what makes it. Gives whether there is one; undefined writes nothing.
    fn put(&self, env: &mut Env<'_>, to: &mut Value) -> Result<bool, Stop> {
        let value: Value = match self {
            Node::Undefined => return Ok(false),
            Node::Constant(it) => return Ok(put_copy(it, to)),
            Node::Json => return Ok(put(roots::json(env)?, to)),
            Node::Input(end) => return Ok(put(end.json(env)?, to)),
            Node::Other(name, reach) => return Ok(put(reach.json(env, name)?, to)),
            Node::IsExecuted(name) => {
                let node = env.scope.world.node(name).ok_or(Stop::Unsure)?;
                (env.scope.world.runs(node) > 0).into()
            }
            Node::Fact(it) => it.value(env),
            Node::Local(slot) => match env.locals.get(*slot) {
                Some(Some(it)) => return Ok(put_copy(it, to)),
                Some(None) | None => return Ok(false),
            },
            Node::Member(object, name) => match self.seen(env) {
                Some(it) => return Ok(put_copy(it, to)),
                None => return Ok(put(member(object.eval(env)?.as_ref(), name)?, to)),
            },
            Node::Index(object, key) => {
                let object = object.eval(env)?;
                return Ok(put(index(object.as_ref(), key.eval(env)?)?, to));
            }
            Node::Guard(inner) => {
                return match inner.put(env, to)? && !to.is_null() {
                    true => Ok(true),
                    false => Err(Stop::Short),
                };
            }
            Node::Chain(inner) => {
                return match inner.put(env, to) {
                    Err(Stop::Short) => {
                        *to = Value::Null;
                        Ok(false)
                    }
                    it => it,
                };
            }
            Node::Not(it) => (!it.holds(env)?).into(),
            Node::Negative(it) => (-operators::number(&it.eval(env)?)?).into(),
            Node::ToNumber(it) => operators::number(&it.eval(env)?)?.into(),
            Node::TypeOf(it) => type_of(&it.eval(env)?).into(),
            Node::Binary(operator, left, right) => {
                if let Some(it) = self.known_number(env) {
                    *to = Value::Number(it);
                    return Ok(true);
                }
                if *operator == Operator::Add
                    && let (Some(left), Some(right)) = (left.seen(env), right.seen(env))
                {
                    return operators::put_sum(Some(left), Some(right), to).map(|()| true);
                }
                match operands::binary(*operator, left, right, env)? {
                    Operand::Number(it) => {
                        *to = Value::Number(it);
                        return Ok(true);
                    }
                    Operand::Other(it) => return Ok(put(it, to)),
                }
            }
            Node::And(left, right) => match left.eval(env)? {
                it if truthy(&it) => return right.put(env, to),
                it => return Ok(put(it, to)),
            },
            Node::Or(left, right) => match left.eval(env)? {
                it if truthy(&it) => return Ok(put(it, to)),
                _ => return right.put(env, to),
            },
            Node::Coalesce(left, right) => match left.eval(env)? {
                None | Some(Value::Null) => return right.put(env, to),
                it => return Ok(put(it, to)),
            },
            Node::If(condition, yes, no) => {
                let chosen = if condition.holds(env)? { yes } else { no };
                return chosen.put(env, to);
            }
            Node::Template(texts, values) => template(texts, values, env)?,
            Node::Array(nodes) => array(nodes, env)?,
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
                res.into()
            }
            Node::Fields(empty, nodes) => {
                let mut res = empty.clone();
                for (to, node) in res.values_mut().zip(nodes) {
                    node.put_entry(env, to)?;
                }
                *to = Value::Object(Arc::new(res));
                return Ok(true);
            }
            Node::Method(method, object, given) => {
                return Ok(put(operands::method(*method, object, given, env)?, to));
            }
            Node::ReplaceAll(text, old, new) => texts::replace_in(text, old, new, env)?,
            Node::Function(function, given) => {
                let given = operands::all(given, env)?;
                return Ok(put(function.call(&given)?, to));
            }
            Node::Each(each, list, lambda) => {
                let list = list.eval(env)?;
                return Ok(put(each.call(list, lambda, env)?, to));
            }
            Node::Reduce(list, initial, lambda) => {
                let list = list.eval(env)?;
                let initial = initial.eval(env)?;
                return Ok(put(lists::reduce(list, initial, lambda, env)?, to));
            }
            Node::Range(count, lambda) => {
                let count = count.eval(env)?;
                lists::range(count, lambda, env)?
            }
            Node::Spread(_) => return Err(Stop::Unsure),
            Node::All => roots::all(env)?,
            Node::AllOf(name) => roots::all_of(env, name)?,
            Node::Must(it) => {
                return match it.put(env, to)? && !to.is_null() {
                    true => Ok(true),
                    false => Err(Stop::Thrown),
                };
            }
            Node::Scalar(it) => {
                let there = it.put(env, to)?;
                let compound = matches!(to, Value::Array(_) | Value::Object(_));
                return if compound { Err(Stop::Unsure) } else { Ok(there) };
            }
            Node::Block(steps) => match routine::run(steps, env)? {
                routine::Flow::Return(value) => return Ok(put(value, to)),
                _ => return Ok(false),
            },
        };
        *to = value;
        Ok(true)
    }
}

fn template(texts: &[SmolStr], values: &[Node], env: &mut Env<'_>) -> Result<Value, Stop> {
    let mut res = Text::default();
    res.push(&texts[0])?;
    for (value, text) in values.iter().zip(&texts[1..]) {
        match value.seen(env) {
            Some(it) => operators::append_value(&mut res, it)?,
            None => operators::append(&mut res, value.eval(env)?.as_ref())?,
        }
        res.push(text)?;
    }
    Ok(res.into())
}

fn array(nodes: &[Node], env: &mut Env<'_>) -> Result<Value, Stop> {
    let mut res = Vec::with_capacity(nodes.len());
    for node in nodes {
        if let Node::Spread(inner) = node {
            let Some(Value::Array(more)) = inner.eval(env)? else { return Err(Stop::Unsure) };
            env.charge(more.len())?;
            res.extend(more.iter().cloned());
            continue;
        }
        node.put_entry(env, pushed(&mut res))?;
    }
    Ok(res.into())
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
