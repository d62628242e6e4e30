//! The door to JavaScript: a pool of contexts, each workspace's apart, and their limits.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::Value;
use smol_str::SmolStr;

use crate::{
    Code, Error, Scope, Template,
    error::Kind,
    js::{Call, Engine, slot::Mode},
    native::Stop,
    template::{Part, Segment},
};

/// What evaluations may use, and how much of it at most.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Time of one expression.
    pub time_max: Duration,
    /// Time of one run of a script.
    pub code_time_max: Duration,
    /// Memory of one context, in bytes.
    pub memory_bytes_max: usize,
    /// Stack of one evaluation, in bytes; threads that evaluate need 1 MiB more than this.
    pub stack_bytes_max: usize,
    /// Whether scripts have what n8n keeps from them by default: `URL`, `crypto`, and `require` of
    /// modules that do no harm. Without it, an imported script fails where it fails there.
    pub extras: bool,
    /// Contexts that wait for their next evaluation, over all workspaces.
    pub idle_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            time_max: Duration::from_secs(5),
            code_time_max: Duration::from_secs(60),
            memory_bytes_max: 256 << 20,
            stack_bytes_max: 512 << 10,
            extras: false,
            idle_max: 64,
        }
    }
}

/// Evaluates expressions and scripts. Cloning shares it.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    limits: Limits,
    /// Contexts at rest with their workspace; the longest at rest stands first.
    idle: Mutex<VecDeque<(SmolStr, Engine)>>,
}

impl Sandbox {
    pub fn new(limits: Limits) -> Sandbox {
        Sandbox { shared: Arc::new(Shared { limits, idle: Mutex::default() }) }
    }

    /// The value of an expression for one item of the step's input; `None` is undefined.
    ///
    /// # Errors
    /// What the author must see: bad syntax, a limit, an error that n8n shows. Other mistakes, such
    /// as a field of undefined, give undefined.
    pub fn evaluate(
        &self,
        template: &Template,
        scope: &Arc<Scope>,
        item: usize,
    ) -> Result<Option<Value>, Error> {
        match template.parts() {
            [Part::Text(text)] => Ok(Some(Value::String(text.clone()))),
            [Part::Segment(only)] => self.segment(only, |it| it, scope, item),
            parts => {
                let mut res = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => res.push_str(text),
                        // Dates and patterns are no longer told from text once they have left
                        // JavaScript.
                        Part::Segment(it) => {
                            match self.segment(it, Segment::as_text, scope, item)? {
                                None | Some(Value::Null) => {}
                                Some(Value::Number(it)) if it.is_nan() => {}
                                Some(value) => res.push_str(&value.to_text()),
                            }
                        }
                    }
                }
                Ok(Some(res.into()))
            }
        }
    }

    /// The same, for a text that is JSON around its segments: lists, objects and dates are written
    /// into it as JSON, null and `undefined` as words. A lone segment gives its value as ever.
    pub fn evaluate_json(
        &self,
        template: &Template,
        scope: &Arc<Scope>,
        item: usize,
    ) -> Result<Option<Value>, Error> {
        if template.parts().len() < 2 {
            return self.evaluate(template, scope, item);
        }
        let mut res = String::new();
        for part in template.parts() {
            match part {
                Part::Text(text) => res.push_str(text),
                Part::Segment(it) => match self.json_segment(it, scope, item)? {
                    None => res.push_str("undefined"),
                    Some(it @ (Value::Array(_) | Value::Object(_))) => res.push_str(&it.to_json()),
                    Some(it) => res.push_str(&it.to_text()),
                },
            }
        }
        Ok(Some(res.into()))
    }

    fn json_segment(
        &self,
        segment: &Segment,
        scope: &Arc<Scope>,
        item: usize,
    ) -> Result<Option<Value>, Error> {
        if let Some(program) = &segment.native
            && let Ok(value) = program.run(scope, item)
        {
            return Ok(value);
        }
        // Dates are no longer told from text once they have left JavaScript.
        self.in_javascript(segment.as_json(), scope, item)
    }

    /// What the native path makes of a segment, or JavaScript of what stands for it there.
    fn segment(
        &self,
        segment: &Segment,
        there: impl FnOnce(&Segment) -> &Segment,
        scope: &Arc<Scope>,
        item: usize,
    ) -> Result<Option<Value>, Error> {
        if let Some(fault) = &segment.script.fault {
            return Err(fault.clone());
        }
        if let Some(program) = &segment.native {
            match program.run(scope, item) {
                Ok(it) => return Ok(it),
                Err(Stop::Thrown) => return Ok(None),
                Err(Stop::Unsure | Stop::Short) => {}
            }
        }
        self.in_javascript(there(segment), scope, item)
    }

    pub(crate) fn in_javascript(
        &self,
        segment: &Segment,
        scope: &Arc<Scope>,
        item: usize,
    ) -> Result<Option<Value>, Error> {
        let call =
            Call { id: segment.id, script: &segment.script, scope, item, mode: Mode::Expression };
        self.call(&call)
    }

    /// Runs a script: once for all items (`item` is `None`), or for one.
    ///
    /// # Errors
    /// Whatever the script throws, bad syntax, a limit.
    pub fn run(
        &self,
        code: &Code,
        scope: &Arc<Scope>,
        item: Option<usize>,
    ) -> Result<Option<Value>, Error> {
        if let Some(fault) = &code.script().fault {
            return Err(fault.clone());
        }
        if let Some(value) = code.natively(scope, item.unwrap_or(0)) {
            return Ok(value);
        }
        self.script_in_javascript(code, scope, item)
    }

    pub(crate) fn script_in_javascript(
        &self,
        code: &Code,
        scope: &Arc<Scope>,
        item: Option<usize>,
    ) -> Result<Option<Value>, Error> {
        let (id, script) = (code.id(), code.script());
        let mode = if item.is_some() { Mode::OneItem } else { Mode::AllItems };
        self.call(&Call { id, script, scope, item: item.unwrap_or(0), mode })
    }

    fn call(&self, call: &Call<'_>) -> Result<Option<Value>, Error> {
        let limits = &self.shared.limits;
        let workspace = &call.scope.workspace;
        let mut engine = match self.take(workspace) {
            Some(it) => it,
            None => Engine::new(limits)?,
        };
        let res = engine.call(call, limits);
        if !engine.is_spoilt() {
            self.give_back(workspace.clone(), engine);
        }
        res
    }

    fn take(&self, workspace: &str) -> Option<Engine> {
        let mut idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The one used last has its memory warm and its functions compiled.
        let at = idle.iter().rposition(|it| it.0 == workspace)?;
        idle.remove(at).map(|it| it.1)
    }

    fn give_back(&self, workspace: SmolStr, engine: Engine) {
        let mut idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push_back((workspace, engine));
        let old = if idle.len() > self.shared.limits.idle_max { idle.pop_front() } else { None };
        drop(idle);
        drop(old);
    }
}

impl Default for Sandbox {
    fn default() -> Sandbox {
        Sandbox::new(Limits::default())
    }
}

impl From<&rquickjs::Error> for Error {
    fn from(it: &rquickjs::Error) -> Error {
        Error::new(Kind::Thrown, it.to_string())
    }
}

#[cfg(test)]
mod tests;
