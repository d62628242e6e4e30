//! One JavaScript world: a runtime and a context of its own, with n8n's names in it.

use std::{collections::HashMap, sync::Arc};

use model::Value;
use rquickjs::{CatchResultExt, Context, Ctx, Function, Object, Runtime, context::EvalOptions};

use crate::{
    Error, Scope,
    error::Kind,
    js::slot::{Mode, Now, Slot, Watch},
    sandbox::Limits,
    source::Script,
};

pub(crate) mod border;
pub(crate) mod bytes;
pub(crate) mod failure;
pub(crate) mod host;
pub(crate) mod intl;
pub(crate) mod luxon;
pub(crate) mod prelude;
pub(crate) mod slot;
pub(crate) mod text;
pub(crate) mod wording;

/// A context with its compiled functions. Used by one evaluation at a time.
pub(crate) struct Engine {
    /// Compiled functions by segment.
    compiled: HashMap<u64, Compiled>,
    context: Context,
    slot: Slot,
    watch: Arc<Watch>,
    /// Set once something happened after which the context must not serve again.
    spoilt: bool,
}

enum Compiled {
    /// Its place in the list that the context keeps.
    At(u32),
    Wrong(Error),
}

/// What a call of a script is about.
pub(crate) struct Call<'a> {
    pub(crate) id: u64,
    pub(crate) script: &'a Script,
    pub(crate) scope: &'a Arc<Scope>,
    pub(crate) item: usize,
    pub(crate) mode: Mode,
}

/// How many compiled functions a context keeps before it starts afresh.
const COMPILED_MAX: usize = 2_000;

impl Engine {
    /// # Errors
    /// When the machine has no memory for a context; a fault in the prelude is our bug.
    pub(crate) fn new(limits: &Limits) -> Result<Engine, Error> {
        let slot = Slot::default();
        let watch = Arc::new(Watch::new(slot.clone()));
        let runtime = Runtime::new().map_err(|it| broken(&it))?;
        runtime.set_memory_limit(limits.memory_bytes_max);
        runtime.set_max_stack_size(limits.stack_bytes_max);
        runtime.set_loader(prelude::compiled(), prelude::compiled());
        let handler = watch.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || handler.is_over())));
        let context = Context::full(&runtime).map_err(|it| broken(&it))?;
        // The context itself keeps what its functions share: handles may not change threads.
        let made = context.with(|ctx| {
            let host = host::make(&ctx, &slot, &watch)?;
            host.set("extras", limits.extras)?;
            let library = prelude::load(&ctx, &host)?;
            let call: Function<'_> = library.get("call")?;
            let kept = ctx.store_userdata(library).is_ok() && ctx.store_userdata(call).is_ok();
            assert!(kept, "nobody looks at the data of a context that is being made");
            Ok::<_, rquickjs::Error>(())
        });
        made.map_err(|it| broken(&it))?;
        Ok(Engine { compiled: HashMap::new(), context, slot, watch, spoilt: false })
    }

    pub(crate) fn is_spoilt(&self) -> bool {
        self.spoilt
    }

    /// Runs a script in `scope`; `None` is undefined.
    pub(crate) fn call(
        &mut self,
        call: &Call<'_>,
        limits: &Limits,
    ) -> Result<Option<Value>, Error> {
        let time = if call.mode.is_code() { limits.code_time_max } else { limits.time_max };
        self.watch.start(time);
        let calls = call.script.calls.clone();
        let now = Now { scope: call.scope.clone(), item: call.item, mode: call.mode, calls };
        self.slot.enter(now);
        let res = self.ready(call).and_then(|place| {
            self.context.with(|ctx| {
                let done = self.run(&ctx, place, call.mode.is_code());
                done.map_err(|it| failure::read(&ctx, &it, &self.watch, limits, call.script))
            })
        });
        self.slot.leave();
        match res {
            Ok(it) => Ok(it),
            Err(failure) => {
                let tired =
                    matches!(failure.kind, Kind::TimeLimit | Kind::Stopped | Kind::MemoryLimit);
                self.spoilt |= tired;
                let shows = call.mode.is_code() || tired || failure.shows();
                if shows { Err(failure) } else { Ok(None) }
            }
        }
    }

    /// The place of a script's function, compiled at its first call.
    fn ready(&mut self, call: &Call<'_>) -> Result<u32, Error> {
        if let Some(found) = self.compiled.get(&call.id) {
            return found.give();
        }
        let full = self.compiled.len() >= COMPILED_MAX;
        if full {
            self.compiled.clear();
        }
        let entry = self.context.with(|ctx| {
            let done = compile(&ctx, call, full);
            done.catch(&ctx).map_err(|it| Error::new(Kind::Syntax, failure::sentence(&it)))
        });
        let entry = match entry {
            Ok(it) => Compiled::At(it),
            Err(_) if !call.mode.is_code() => {
                Compiled::Wrong(Error::new(Kind::Syntax, "invalid syntax"))
            }
            Err(it) => Compiled::Wrong(it),
        };
        let res = entry.give();
        self.compiled.insert(call.id, entry);
        res
    }

    fn run(&self, ctx: &Ctx<'_>, place: u32, is_code: bool) -> rquickjs::Result<Option<Value>> {
        let value: rquickjs::Value<'_> = {
            let call =
                ctx.userdata::<Function<'_>>().expect("it is stored when the context is made");
            let call = call.clone();
            call.call((place,))?
        };
        match value.as_promise() {
            Some(promise) if is_code => {
                while promise.result::<rquickjs::Value<'_>>().is_none() {
                    if self.watch.is_over() {
                        return Err(rquickjs::Exception::throw_message(ctx, "the time is over"));
                    }
                    if !ctx.execute_pending_job()
                        && !library(ctx).get::<_, Function<'_>>("timer")?.call::<_, bool>(())?
                    {
                        let why = "the code waits for a promise that nothing settles";
                        return Err(rquickjs::Exception::throw_message(ctx, why));
                    }
                }
                let value = promise.result().expect("the loop ends when it is settled")?;
                border::leave(ctx, &value)
            }
            _ => border::leave(ctx, &value),
        }
    }
}

impl Compiled {
    fn give(&self) -> Result<u32, Error> {
        match self {
            Compiled::At(it) => Ok(*it),
            Compiled::Wrong(it) => Err(it.clone()),
        }
    }
}

fn compile(ctx: &Ctx<'_>, call: &Call<'_>, afresh: bool) -> rquickjs::Result<u32> {
    let function = function(ctx, call.script)?;
    let prepare: Function<'_> = library(ctx).get("prepare")?;
    prepare.call((function, wanted(call.script), call.mode.is_code(), afresh))
}

/// The function of a script, whose parameters are the names that it wants.
pub(crate) fn function<'js>(ctx: &Ctx<'js>, script: &Script) -> rquickjs::Result<Function<'js>> {
    let mut options = EvalOptions::default();
    options.strict = false;
    ctx.eval_with_options(script.function.as_str(), options)
}

pub(crate) fn wanted(script: &Script) -> Vec<&str> {
    script.names.iter().map(smol_str::SmolStr::as_str).collect()
}

/// What the scripts of the prelude share.
fn library<'js>(ctx: &Ctx<'js>) -> Object<'js> {
    let kept = ctx.userdata::<Object<'js>>().expect("it is stored when the context is made");
    kept.clone()
}

fn broken(error: &rquickjs::Error) -> Error {
    Error::new(Kind::MemoryLimit, format!("no JavaScript context could be made: {error}"))
}
