//! `splitInBatches`, called *Loop Over Items* since version 3. Each version has other outputs.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["splitInBatches"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("flow.loop");
    let newest = source.version >= 3.0;
    target.set("batchSize", source.or("batchSize", if newest { 1.0 } else { 10.0 }));
    target.set("reset", source.at("options.reset"));
    if source.version < 2.0 {
        target.set("outputs", "loop");
    } else if !newest {
        target.set("outputs", "loopDone");
    }
    Ok(target)
}
