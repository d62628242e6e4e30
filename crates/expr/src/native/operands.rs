//! Values that are not moved: one that lies somewhere is looked at there, and numbers stay numbers
//! from operator to operator. Moving a value costs more than most of what is done with it.

use model::Value;
use smallvec::SmallVec;

use super::{Env, Node, Stop, operators::Operator, truthy};

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
            _ => None,
        }
    }

    pub(super) fn operand(&self, env: &mut Env<'_>) -> Result<Operand, Stop> {
        if let Node::Binary(operator, left, right) = self {
            return binary(*operator, left, right, env);
        }
        match self.seen(env) {
            Some(Value::Number(it)) => Ok(Operand::Number(*it)),
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

/// What a method or a function is given: mostly little.
type Arguments = SmallVec<[Option<Value>; 2]>;

pub(super) fn all(nodes: &[Node], env: &mut Env<'_>) -> Result<Arguments, Stop> {
    let mut res = Arguments::new();
    for it in nodes {
        res.push(it.eval(env)?);
    }
    Ok(res)
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
