//! Statements, and what they change. A list or an object that is put into is the variable's own:
//! whoever compiles sees to it that nothing else could tell.

use std::sync::Arc;

use model::{Map, Value, value::number_text};
use smol_str::SmolStr;

use super::{
    Bind, Env, Lambda, Node, Res, Stop, index, inherited, member, operators::Operator, truthy,
};

pub(super) enum Step {
    Declare(Bind, Node),
    Set(usize, How, Node),
    Push(Place, Box<[Node]>),
    /// Where, under which key, what becomes of the old value, with which one.
    Put(Place, Node, How, Node),
    Each(Node, Bind, Box<[Step]>),
    /// First, test, next, body.
    Loop(Box<[Step]>, Option<Node>, Box<[Step]>, Box<[Step]>),
    If(Node, Box<[Step]>, Box<[Step]>),
    Block(Box<[Step]>),
    Run(Node),
    Return(Node),
    Break,
    Continue,
}

/// The list or object of a variable, or an entry of it.
pub(super) struct Place {
    pub(super) slot: usize,
    pub(super) entry: Option<Node>,
}

/// What an assignment makes of the old value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum How {
    Plain,
    With(Operator),
    Or,
    Coalesce,
}

/// What follows a statement.
pub(super) enum Flow {
    Next,
    Break,
    Continue,
    Return(Option<Value>),
}

/// Runs statements; the variables that they declare end with them.
pub(super) fn run(steps: &[Step], env: &mut Env<'_>) -> Result<Flow, Stop> {
    let depth = env.locals.len();
    for it in steps {
        match it.run(env)? {
            Flow::Next => {}
            flow => {
                env.locals.truncate(depth);
                return Ok(flow);
            }
        }
    }
    env.locals.truncate(depth);
    Ok(Flow::Next)
}

impl Step {
    fn run(&self, env: &mut Env<'_>) -> Result<Flow, Stop> {
        env.charge(1)?;
        match self {
            Step::Declare(bind, node) => bind.take_of(node, env)?,
            Step::Set(slot, how, node) => {
                if let Some(value) = how.value(env.locals[*slot].clone(), node, env)? {
                    // A text that grows is copied each time.
                    match &value {
                        Some(Value::String(it)) => env.charge(it.len() / 64)?,
                        Some(it) => env.keeps(it)?,
                        None => {}
                    }
                    env.locals[*slot] = value;
                }
            }
            Step::Push(place, given) => {
                let entry = place.entry(env)?;
                if let [only] = &**given {
                    let value = only.kept(env)?;
                    list_of(place, entry, env)?.push(value);
                } else {
                    let values = given.iter().map(|it| it.kept(env));
                    let values = values.collect::<Result<Vec<Value>, Stop>>()?;
                    list_of(place, entry, env)?.extend(values);
                }
            }
            Step::Put(place, key, how, node) => {
                let entry = place.entry(env)?;
                let key = key.eval(env)?;
                let old = match how {
                    How::Plain => None,
                    _ => index(Some(place.get(entry.clone(), env)?), key.clone())?,
                };
                if let Some(value) = how.value(old, node, env)? {
                    let value = value.ok_or(Stop::Unsure)?;
                    env.keeps(&value)?;
                    put(place.get(entry, env)?, key, value)?;
                }
            }
            Step::Each(list, bind, body) => return each(list, bind, body, env),
            Step::Loop(first, test, next, body) => {
                let depth = env.locals.len();
                for it in first {
                    it.run(env)?;
                }
                let flow = repeat(test.as_ref(), next, body, env)?;
                env.locals.truncate(depth);
                return Ok(flow);
            }
            Step::If(test, yes, no) => {
                let chosen = if test.holds(env)? { yes } else { no };
                return run(chosen, env);
            }
            Step::Block(steps) => return run(steps, env),
            Step::Run(node) => drop(node.eval(env)?),
            Step::Return(node) => return Ok(Flow::Return(node.eval(env)?)),
            Step::Break => return Ok(Flow::Break),
            Step::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }
}

fn each(list: &Node, bind: &Bind, body: &[Step], env: &mut Env<'_>) -> Result<Flow, Stop> {
    let Some(Value::Array(list)) = list.eval(env)? else { return Err(Stop::Unsure) };
    let depth = env.locals.len();
    for it in list.iter() {
        env.charge(1)?;
        bind.take_copy(it, env)?;
        let flow = run(body, env)?;
        env.locals.truncate(depth);
        match flow {
            Flow::Next | Flow::Continue => {}
            Flow::Break => break,
            it @ Flow::Return(_) => return Ok(it),
        }
    }
    Ok(Flow::Next)
}

fn repeat(
    test: Option<&Node>,
    next: &[Step],
    body: &[Step],
    env: &mut Env<'_>,
) -> Result<Flow, Stop> {
    loop {
        env.charge(1)?;
        if let Some(test) = test
            && !test.holds(env)?
        {
            return Ok(Flow::Next);
        }
        match run(body, env)? {
            Flow::Next | Flow::Continue => {}
            Flow::Break => return Ok(Flow::Next),
            it @ Flow::Return(_) => return Ok(it),
        }
        for it in next {
            it.run(env)?;
        }
    }
}

impl How {
    /// The new value; nothing when the old one stays.
    fn value(
        self,
        old: Option<Value>,
        node: &Node,
        env: &mut Env<'_>,
    ) -> Result<Option<Option<Value>>, Stop> {
        let stays = match self {
            How::Plain | How::With(_) => false,
            How::Or => truthy(&old),
            How::Coalesce => !matches!(old, None | Some(Value::Null)),
        };
        if stays {
            return Ok(None);
        }
        Ok(Some(match self {
            How::With(operator) => operator.apply(old.into(), node.operand(env)?)?.into(),
            How::Plain | How::Or | How::Coalesce => node.eval(env)?,
        }))
    }
}

impl Place {
    fn entry(&self, env: &mut Env<'_>) -> Result<Option<Option<Value>>, Stop> {
        self.entry.as_ref().map(|it| it.eval(env)).transpose()
    }

    /// The list or object, with the key of the entry where there is one.
    fn get<'a>(
        &self,
        entry: Option<Option<Value>>,
        env: &'a mut Env<'_>,
    ) -> Result<&'a mut Value, Stop> {
        let whole = env.locals[self.slot].as_mut().ok_or(Stop::Unsure)?;
        let Some(key) = entry else { return Ok(whole) };
        match (whole, &key) {
            (Value::Array(list), Some(Value::Number(at))) => {
                let at = super::place(*at, list.len()).ok_or(Stop::Unsure)?;
                Arc::make_mut(list).get_mut(at).ok_or(Stop::Unsure)
            }
            (Value::Object(map), _) => {
                let key = key_text(&key)?;
                Arc::make_mut(map).get_mut(&key).ok_or(Stop::Unsure)
            }
            _ => Err(Stop::Unsure),
        }
    }
}

fn list_of<'a>(
    place: &Place,
    entry: Option<Option<Value>>,
    env: &'a mut Env<'_>,
) -> Result<&'a mut Vec<Value>, Stop> {
    match place.get(entry, env)? {
        Value::Array(list) => Ok(Arc::make_mut(list)),
        _ => Err(Stop::Unsure),
    }
}

fn put(to: &mut Value, key: Option<Value>, value: Value) -> Result<(), Stop> {
    match (to, &key) {
        (Value::Array(list), Some(Value::Number(at))) => {
            let list = Arc::make_mut(list);
            // At the end it grows by one; further, it would have holes.
            match super::place(*at, list.len() + 1).ok_or(Stop::Unsure)? {
                at if at == list.len() => list.push(value),
                at => list[at] = value,
            }
        }
        (Value::Object(map), _) => {
            Arc::make_mut(map).insert(key_text(&key)?, value);
        }
        _ => return Err(Stop::Unsure),
    }
    Ok(())
}

/// The name of an object's field.
fn key_text(key: &Option<Value>) -> Result<SmolStr, Stop> {
    let text = match key {
        Some(Value::String(it)) => it.clone(),
        Some(Value::Number(it)) if *it >= 0.0 && it.fract() == 0.0 => number_text(*it),
        _ => return Err(Stop::Unsure),
    };
    if inherited::is_odd_field(&text) { Err(Stop::Unsure) } else { Ok(text) }
}

/// What an arrow function is called with.
pub(super) struct Given<'a> {
    /// What a fold has so far.
    pub(super) so_far: Option<Option<Value>>,
    /// `None` is undefined.
    pub(super) entry: Option<&'a Value>,
    pub(super) place: usize,
}

impl Lambda {
    /// Calls it with as many of the values as it has parameters.
    pub(super) fn call(&self, env: &mut Env<'_>, given: Given<'_>) -> Res {
        let depth = env.locals.len();
        self.take(env, given)?;
        let res = self.body.eval(env)?;
        env.locals.truncate(depth);
        Ok(res)
    }

    /// Calls it for a value that has a place in a list.
    pub(super) fn put_entry(
        &self,
        env: &mut Env<'_>,
        given: Given<'_>,
        to: &mut Value,
    ) -> Result<(), Stop> {
        let depth = env.locals.len();
        self.take(env, given)?;
        self.body.put_entry(env, to)?;
        env.locals.truncate(depth);
        Ok(())
    }

    fn take(&self, env: &mut Env<'_>, given: Given<'_>) -> Result<(), Stop> {
        let mut binds = self.binds.iter();
        if let Some(so_far) = given.so_far
            && let Some(bind) = binds.next()
        {
            bind.take(so_far, env)?;
        }
        if let Some(bind) = binds.next() {
            match given.entry {
                Some(it) => bind.take_copy(it, env)?,
                None => bind.take(None, env)?,
            }
        }
        match binds.next() {
            Some(Bind::Slot) => env.locals.push(Some(given.place.into())),
            Some(bind) => bind.take(Some(given.place.into()), env)?,
            None => {}
        }
        Ok(())
    }
}

impl Bind {
    /// Makes variables of what a node gives.
    fn take_of(&self, node: &Node, env: &mut Env<'_>) -> Result<(), Stop> {
        let Bind::Fields(keys) = self else {
            let value = node.eval(env)?;
            return self.take(value, env);
        };
        let depth = env.locals.len();
        for key in keys {
            let Some(field) = node.seen(env).and_then(|it| it.get(key)) else {
                env.locals.truncate(depth);
                let value = node.eval(env)?;
                return self.take(value, env);
            };
            let field = field.clone();
            env.locals.push(Some(field));
        }
        Ok(())
    }

    /// Makes variables of a value that stays where it is.
    fn take_copy(&self, value: &Value, env: &mut Env<'_>) -> Result<(), Stop> {
        match self {
            Bind::Slot => env.locals.push(Some(value.clone())),
            Bind::Fields(_) | Bind::Entries(_) => self.take(Some(value.clone()), env)?,
        }
        Ok(())
    }

    /// Makes variables of a value.
    fn take(&self, value: Option<Value>, env: &mut Env<'_>) -> Result<(), Stop> {
        match self {
            Bind::Slot => env.locals.push(value),
            Bind::Fields(keys) => {
                for key in keys {
                    let field = member(value.as_ref(), key)?;
                    env.locals.push(field);
                }
            }
            Bind::Entries(n) => {
                let Some(Value::Array(list)) = value else { return Err(Stop::Unsure) };
                env.locals.extend((0..*n).map(|at| list.get(at).cloned()));
            }
        }
        Ok(())
    }
}

/// `{ ...value }` into an object.
pub(super) fn spread_fields(value: Option<Value>, to: &mut Map) -> Result<(), Stop> {
    match value {
        None | Some(Value::Null | Value::Bool(_) | Value::Number(_)) => {}
        Some(Value::Object(map)) => {
            for (key, it) in map.iter() {
                to.insert(key.clone(), it.clone());
            }
        }
        Some(Value::String(_) | Value::Array(_)) => return Err(Stop::Unsure),
    }
    Ok(())
}
