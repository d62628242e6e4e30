//! What Rust offers to the scripts of the prelude, and to them alone.

use std::sync::Arc;

use model::{Items, Map, Value};
use rquickjs::{Array, Ctx, Exception, Function, Object, function::IntoJsFunc};

use super::{
    border, bytes, intl, luxon,
    slot::{Now, Slot, Watch},
    text, wording,
};
use crate::{Scope, Template, extensions::EXTENSIONS, source::BLOCKED, template::Part};

type Js<'js> = rquickjs::Value<'js>;

/// The object `host`. Whoever has more to offer adds a line here, beside its script in
/// `prelude.rs`; such a function takes the slot along for the zone and the clock.
pub(crate) fn make<'js>(
    ctx: &Ctx<'js>,
    slot: &Slot,
    watch: &Arc<Watch>,
) -> rquickjs::Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    host.set("blocked", BLOCKED.to_vec())?;
    host.set("extensions", EXTENSIONS.to_vec())?;
    text::install(&host)?;
    bytes::install(&host, slot)?;
    let calendar = Arc::new(luxon::Calendar::default());
    luxon::install(&host, slot, &calendar)?;
    intl::install(&host, &calendar)?;
    clock(&host, slot, watch)?;
    items(&host, slot)?;
    nodes(&host, slot)?;
    facts(&host, slot)?;
    kept(&host, slot)?;
    Ok(host)
}

/// Adds a function to `host`.
pub(crate) fn add<'js, P, F>(host: &Object<'js>, name: &str, function: F) -> rquickjs::Result<()>
where
    F: IntoJsFunc<'js, P> + 'js,
{
    host.set(name, Function::new(host.ctx().clone(), function)?.with_name(name)?)
}

fn clock<'js>(host: &Object<'js>, slot: &Slot, watch: &Arc<Watch>) -> rquickjs::Result<()> {
    let here = slot.clone();
    add(host, "now", move || here.now().as_millisecond() as f64)?;
    let here = slot.clone();
    add(host, "timezone", move || here.zone().iana_name().unwrap_or("UTC").to_owned())?;
    let timer = watch.clone();
    add(host, "elapsed", move || timer.elapsed_ms())?;
    let timer = watch.clone();
    add(host, "wait", move |ctx: Ctx<'js>, due: f64| {
        timer.wait_until(due);
        if timer.is_over() {
            return Err(Exception::throw_message(&ctx, "the time is over"));
        }
        Ok(())
    })
}

fn items<'js>(host: &Object<'js>, slot: &Slot) -> rquickjs::Result<()> {
    let here = slot.clone();
    add(host, "isCode", move || here.get().is_some_and(|it| it.mode.is_code()))?;
    let here = slot.clone();
    add(host, "item", move || here.get().map_or(0.0, |it| it.item as f64))?;
    let here = slot.clone();
    add(host, "inputCount", move |port: usize| {
        here.get().and_then(|it| it.scope.input.get(port).map(Items::len)).unwrap_or(0) as f64
    })?;
    let here = slot.clone();
    add(host, "input", move |ctx: Ctx<'js>, port: usize| {
        let input = now(&ctx, &here)?.scope.input.get(port).cloned().unwrap_or_default();
        border::items(&ctx, &input)
    })?;
    let here = slot.clone();
    add(host, "inputItem", move |ctx: Ctx<'js>, port: usize, index: f64| {
        one(&ctx, now(&ctx, &here)?.scope.input.get(port), index)
    })
}

/// One item of a list, undefined past its ends.
fn one<'js>(ctx: &Ctx<'js>, items: Option<&Items>, index: f64) -> rquickjs::Result<Js<'js>> {
    let inside = index >= 0.0 && index.fract() == 0.0;
    let found = match items {
        Some(items) if inside => items.get(index as usize),
        _ => Ok(None),
    };
    match found.map_err(|why| Exception::throw_message(ctx, &why))? {
        Some(it) => Ok(border::item(ctx, &it, index as usize)?.into_value()),
        None => Ok(Js::new_undefined(ctx.clone())),
    }
}

fn nodes<'js>(host: &Object<'js>, slot: &Slot) -> rquickjs::Result<()> {
    let here = slot.clone();
    add(host, "node", move |ctx: Ctx<'js>, name: String| {
        Ok::<_, rquickjs::Error>(match now(&ctx, &here)?.scope.world.node(&name) {
            Some(it) => Js::new_number(ctx.clone(), it as f64),
            None => Js::new_null(ctx.clone()),
        })
    })?;
    let here = slot.clone();
    add(host, "runs", move |ctx: Ctx<'js>, node: usize| {
        Ok::<_, rquickjs::Error>(now(&ctx, &here)?.scope.world.runs(node) as f64)
    })?;
    let here = slot.clone();
    add(host, "wired", move |ctx: Ctx<'js>, node: usize| {
        Ok::<_, rquickjs::Error>(now(&ctx, &here)?.scope.world.wired_output(node) as f64)
    })?;
    let here = slot.clone();
    add(host, "outputCount", move |ctx: Ctx<'js>, node: usize, port: usize, run: f64| {
        let found = output(&now(&ctx, &here)?.scope, node, port, run);
        Ok::<_, rquickjs::Error>(found.map_or(-1.0, |it| it.len() as f64))
    })?;
    let here = slot.clone();
    add(host, "output", move |ctx: Ctx<'js>, node: usize, port: usize, run: f64| {
        let found = output(&now(&ctx, &here)?.scope, node, port, run);
        border::items(&ctx, &found.unwrap_or_default())
    })?;
    let here = slot.clone();
    add(host, "outputItem", move |ctx: Ctx<'js>, node: usize, port: usize, run: f64, at: f64| {
        one(&ctx, output(&now(&ctx, &here)?.scope, node, port, run).as_ref(), at)
    })?;
    let here = slot.clone();
    add(host, "paired", move |ctx: Ctx<'js>, node: usize, index: usize| {
        match now(&ctx, &here)?.scope.world.paired(node, index) {
            Ok(it) => Ok::<_, rquickjs::Error>(border::item(&ctx, &it, index)?.into_value()),
            Err(why) => Ok(rquickjs::String::from_str(ctx.clone(), &why)?.into_value()),
        }
    })?;
    let here = slot.clone();
    add(host, "parameters", move |ctx: Ctx<'js>, name: Option<String>| {
        let scope = now(&ctx, &here)?.scope;
        let value = match &name {
            None => scope.node.parameters.clone(),
            Some(name) => {
                scope.world.node(name).map(|it| scope.world.parameters(it)).unwrap_or_default()
            }
        };
        border::enter(&ctx, &or_empty(value))
    })?;
    let here = slot.clone();
    add(host, "context", move |ctx: Ctx<'js>, name: Option<String>| {
        let scope = now(&ctx, &here)?.scope;
        let name = name.unwrap_or_else(|| scope.node.name.to_string());
        let value = scope.world.node(&name).map(|it| scope.world.context(it)).unwrap_or_default();
        border::enter(&ctx, &or_empty(value))
    })
}

fn output(scope: &Scope, node: usize, port: usize, run: f64) -> Option<Items> {
    let is_run = run >= 0.0 && run.fract() == 0.0;
    if is_run { scope.world.output(node, run as usize, port) } else { None }
}

fn facts<'js>(host: &Object<'js>, slot: &Slot) -> rquickjs::Result<()> {
    let here = slot.clone();
    add(host, "facts", move |ctx: Ctx<'js>| {
        let now = now(&ctx, &here)?;
        border::enter(&ctx, &step_facts(&now.scope, now.item))
    })?;
    let here = slot.clone();
    add(host, "previous", move |ctx: Ctx<'js>| {
        let previous = now(&ctx, &here)?.scope.previous.clone().unwrap_or_default();
        let fields = [
            ("name", Value::from(previous.node)),
            ("outputIndex", previous.output.into()),
            ("runIndex", previous.run.into()),
        ];
        border::enter(&ctx, &Value::object(fields))
    })?;
    let here = slot.clone();
    add(host, "vars", move |ctx: Ctx<'js>| border::object(&ctx, &now(&ctx, &here)?.scope.vars))?;
    let here = slot.clone();
    add(host, "env", move |ctx: Ctx<'js>| {
        let env = now(&ctx, &here)?.scope.env.clone();
        border::enter(&ctx, &env.map_or(Value::Null, Value::Object))
    })?;
    let here = slot.clone();
    add(host, "wording", move |message: String, stack: String| {
        let calls = here.get().and_then(|it| it.calls);
        wording::known(&message, &stack, calls.as_deref())
    })?;
    add(host, "compile", |ctx: Ctx<'js>, text: String| parts(&ctx, &text))?;
    let here = slot.clone();
    add(host, "extra", move |ctx: Ctx<'js>, name: String| {
        let scope = now(&ctx, &here)?.scope;
        match scope.extra.iter().find(|it| it.0 == name) {
            Some((_, value)) => border::enter(&ctx, value),
            None => Ok::<_, rquickjs::Error>(Js::new_undefined(ctx.clone())),
        }
    })
}

/// The parts of a template that a script brings: texts, and functions with the names that they take.
fn parts<'js>(ctx: &Ctx<'js>, text: &str) -> rquickjs::Result<Array<'js>> {
    let template = Template::parse(text.strip_prefix('=').unwrap_or(text));
    let res = Array::new(ctx.clone())?;
    for (place, part) in template.parts().iter().enumerate() {
        match part {
            Part::Text(text) => res.set(place, text.as_str())?,
            Part::Segment(it) => {
                if let Some(fault) = &it.script.fault {
                    return Err(Exception::throw_message(ctx, &fault.message));
                }
                let pair = Array::new(ctx.clone())?;
                pair.set(0, super::function(ctx, &it.script)?)?;
                pair.set(1, super::wanted(&it.script))?;
                res.set(place, pair)?;
            }
        }
    }
    Ok(res)
}

/// What changes outside: static data, custom data, the log.
fn kept<'js>(host: &Object<'js>, slot: &Slot) -> rquickjs::Result<()> {
    let here = slot.clone();
    add(host, "staticData", move |ctx: Ctx<'js>, own: bool| {
        let value = now(&ctx, &here)?.scope.world.static_data(own);
        border::enter(&ctx, &or_empty(value))
    })?;
    let here = slot.clone();
    add(host, "keepStatic", move |ctx: Ctx<'js>, own: bool, value: Js<'js>| {
        let value = border::leave(value.ctx(), &value)?.unwrap_or_default();
        now(&ctx, &here)?.scope.world.keep_static_data(own, value);
        Ok::<_, rquickjs::Error>(())
    })?;
    let here = slot.clone();
    add(host, "custom", move |ctx: Ctx<'js>| {
        let value = now(&ctx, &here)?.scope.world.custom_data();
        border::enter(&ctx, &or_empty(value))
    })?;
    let here = slot.clone();
    add(host, "keepCustom", move |ctx: Ctx<'js>, key: String, value: String| {
        now(&ctx, &here)?.scope.world.keep_custom_data(&key, value.into());
        Ok::<_, rquickjs::Error>(())
    })?;
    let here = slot.clone();
    add(host, "log", move |ctx: Ctx<'js>, line: String| {
        now(&ctx, &here)?.scope.world.log(line);
        Ok::<_, rquickjs::Error>(())
    })
}

fn step_facts(scope: &Scope, item: usize) -> Value {
    let workflow = Value::object([
        ("id", Value::from(scope.workflow.id.clone())),
        ("name", scope.workflow.name.clone().into()),
        ("active", scope.workflow.active.into()),
    ]);
    let resume = scope.world.resume();
    let execution = Value::object([
        ("id", Value::from(scope.execution.id.clone())),
        ("mode", scope.execution.mode.clone().into()),
        ("resumeUrl", resume.url.into()),
        ("resumeFormUrl", resume.form_url.into()),
    ]);
    Value::object([
        ("itemIndex", Value::from(item)),
        ("runIndex", scope.run_index.into()),
        ("mode", scope.execution.mode.clone().into()),
        ("workflow", workflow),
        ("execution", execution),
        ("nodeId", scope.node.id.clone().into()),
        ("nodeVersion", scope.node.version.into()),
        ("webhookId", scope.node.webhook_id.clone().into()),
    ])
}

fn or_empty(value: Value) -> Value {
    if value.is_null() { Map::new().into() } else { value }
}

/// The evaluation at hand.
pub(crate) fn now(ctx: &Ctx<'_>, slot: &Slot) -> rquickjs::Result<Now> {
    slot.get().ok_or_else(|| Exception::throw_message(ctx, "no evaluation is under way"))
}
