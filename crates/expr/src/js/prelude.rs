//! The scripts that every context starts with, compiled to bytecode once per process.

use std::sync::LazyLock;

use rquickjs::{
    Array, CatchResultExt, Context, Ctx, Function, Module, Object, Runtime,
    loader::{Bundle, bundle},
    module::{Declared, WriteOptions},
};

/// They run in this order. Each is a function `(host, library)`: `host` holds what Rust offers
/// (see `host.rs`), `library` is what the scripts share. The last one freezes the world.
const PRELUDE: &[(&str, &str)] = &[
    ("core", include_str!("core.js")),
    ("json", include_str!("json.js")),
    ("names", include_str!("names.js")),
    ("extend", include_str!("extend.js")),
    ("extend_text", include_str!("extend_text.js")),
    ("extend_list", include_str!("extend_list.js")),
    ("extend_plain", include_str!("extend_plain.js")),
    ("jmespath", include_str!("jmespath.js")),
    ("web", include_str!("web.js")),
    ("intl_dates", include_str!("intl_dates.js")),
    ("intl_numbers", include_str!("intl_numbers.js")),
    ("intl_words", include_str!("intl_words.js")),
    ("luxon_duration", include_str!("luxon_duration.js")),
    ("luxon_datetime", include_str!("luxon_datetime.js")),
    ("luxon_text", include_str!("luxon_text.js")),
    ("luxon_interval", include_str!("luxon_interval.js")),
    ("luxon_names", include_str!("luxon_names.js")),
    ("limits", include_str!("limits.js")),
    ("freeze", include_str!("freeze.js")),
];

const MODULE: &str = "prelude";

/// The loader of the compiled module for a new context.
pub(crate) fn compiled() -> Bundle {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(compile);
    static TABLE: LazyLock<[(&'static str, &'static [u8]); 1]> =
        LazyLock::new(|| [(MODULE, BYTES.as_slice())]);
    bundle::Bundle(TABLE.as_slice())
}

fn compile() -> Vec<u8> {
    let mut source = String::from("export const scripts = [\n");
    for (_, script) in PRELUDE {
        source.push_str(script.trim_end().trim_end_matches(';'));
        source.push_str(",\n");
    }
    source.push_str("];\n");
    let runtime = Runtime::new().expect("a process that starts has memory for a runtime");
    let context = Context::full(&runtime).expect("a fresh runtime has room for a context");
    context.with(|ctx| {
        let module: Result<Module<'_, Declared>, _> =
            Module::declare(ctx.clone(), MODULE, source).catch(&ctx);
        let module = module.unwrap_or_else(|it| panic!("the prelude does not compile: {it}"));
        let bytes = module.write(WriteOptions::default());
        bytes.expect("a module that compiled can be written")
    })
}

/// Runs all scripts in a new context and gives what they share.
pub(crate) fn load<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> rquickjs::Result<Object<'js>> {
    let library = Object::new(ctx.clone())?;
    let module: Object<'js> = Module::import(ctx, MODULE)?.finish()?;
    let scripts: Array<'js> = module.get("scripts")?;
    for ((name, _), script) in PRELUDE.iter().zip(scripts.iter::<Function<'js>>()) {
        let done = script.and_then(|it| it.call::<_, ()>((host.clone(), library.clone())));
        if let Err(why) = done.catch(ctx) {
            panic!("the prelude `{name}` does not run: {why}");
        }
    }
    Ok(library)
}
