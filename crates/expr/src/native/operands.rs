//! Values that are not moved: one that lies somewhere is looked at there, and numbers stay numbers
//! from operator to operator. Moving a value costs more than most of what is done with it.

use model::Value;
use smallvec::SmallVec;

use super::{Env, Node, Stop, methods::Method, operators::Operator, truthy};

/// One side of an operator, and what operators give.
pub(super) enum Operand {
    Number(f64),
    Other(Option<Value>),
}

impl Node {
    /// The value where it lies, when it lies somewhere: a constant, a variable, a field of one.
    pub(super) fn seen<'a>(&'a self, env: &'a Env<'_>) -> Option<&'a Value> {
        match self {
            Node::Constant(it) => Some(it),
            Node::Local(slot) => env.locals.get(*slot)?.as_ref(),
            Node::Member(object, name) => object.seen(env)?.get(name),
            Node::Must(it) | Node::Guard(it) => it.seen(env).filter(|it| !it.is_null()),
            Node::Chain(it) => it.seen(env),
            Node::Scalar(it) => {
                it.seen(env).filter(|it| !matches!(it, Value::Array(_) | Value::Object(_)))
            }
            _ => None,
        }
    }

    /// The number that it is, when that is known without making a value: numbers that lie
    /// somewhere, and what arithmetic makes of them.
    pub(super) fn known_number(&self, env: &Env<'_>) -> Option<f64> {
        match self {
            Node::Binary(operator, left, right) => {
                // A sum of texts leans to the left, and shows itself soonest on the right.
                let right = right.known_number(env)?;
                operator.arithmetic(left.known_number(env)?, right)
            }
            it => it.seen(env)?.as_f64(),
        }
    }

    pub(super) fn operand(&self, env: &mut Env<'_>) -> Result<Operand, Stop> {
        if let Some(it) = self.known_number(env) {
            return Ok(Operand::Number(it));
        }
        if let Node::Binary(operator, left, right) = self {
            return binary(*operator, left, right, env);
        }
        match self.seen(env) {
            Some(it) => Ok(Operand::Other(Some(it.clone()))),
            None => Ok(self.eval(env)?.into()),
        }
    }

    /// A value that outlives its step.
    pub(super) fn kept(&self, env: &mut Env<'_>) -> Result<Value, Stop> {
        let value = self.eval(env)?.ok_or(Stop::Unsure)?;
        env.keeps(&value)?;
        Ok(value)
    }

    /// Whether it is what JavaScript takes for true.
    pub(super) fn holds(&self, env: &mut Env<'_>) -> Result<bool, Stop> {
        if let Some(it) = self.seen(env) {
            return Ok(it.truthy());
        }
        match self {
            Node::Binary(operator, left, right) => {
                Ok(truthy(&binary(*operator, left, right, env)?.into()))
            }
            _ => Ok(truthy(&self.eval(env)?)),
        }
    }
}

#[inline]
pub(super) fn put_copy(value: &Value, to: &mut Value) -> bool {
    match value {
        Value::Number(it) => *to = Value::Number(*it),
        it => to.clone_from(it),
    }
    true
}

pub(super) fn put(value: Option<Value>, to: &mut Value) -> bool {
    match value {
        Some(it) => {
            *to = it;
            true
        }
        None => false,
    }
}

/// A new last place of a list.
pub(super) fn pushed(list: &mut Vec<Value>) -> &mut Value {
    list.push(Value::Null);
    let last = list.len() - 1;
    &mut list[last]
}

/// What a method or a function is given: mostly little.
type Arguments = SmallVec<[Option<Value>; 2]>;

pub(super) fn all(nodes: &[Node], env: &mut Env<'_>) -> Result<Arguments, Stop> {
    let mut res = Arguments::new();
    for it in nodes {
        res.push(it.eval(env)?);
    }
    Ok(res)
}

/// A method with what it is given.
pub(super) fn method(
    method: Method,
    object: &Node,
    given: &[Node],
    env: &mut Env<'_>,
) -> super::Res {
    if given.is_empty() {
        return match object.seen(env) {
            Some(it) => method.call(Some(it), &[]),
            None => method.call(object.eval(env)?.as_ref(), &[]),
        };
    }
    let object = object.eval(env)?;
    let given = all(given, env)?;
    method.call(object.as_ref(), &given)
}

pub(super) fn binary(
    operator: Operator,
    left: &Node,
    right: &Node,
    env: &mut Env<'_>,
) -> Result<Operand, Stop> {
    let left = left.operand(env)?;
    operator.apply(left, right.operand(env)?)
}

impl From<Option<Value>> for Operand {
    fn from(it: Option<Value>) -> Operand {
        match it {
            Some(Value::Number(it)) => Operand::Number(it),
            it => Operand::Other(it),
        }
    }
}

impl From<Operand> for Option<Value> {
    fn from(it: Operand) -> Option<Value> {
        match it {
            Operand::Number(it) => Some(Value::Number(it)),
            Operand::Other(it) => it,
        }
    }
}

impl From<bool> for Operand {
    fn from(it: bool) -> Operand {
        Operand::Other(Some(Value::Bool(it)))
    }
}
