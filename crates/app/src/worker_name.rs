//! The name under which this data folder's process holds executions: the same after a restart.

use std::path::Path;

use model::id::WorkerId;
use smol_str::{SmolStr, format_smolstr};
use uuid::Uuid;

use crate::failure::{Failure, Outcome};

pub(crate) fn of(data: &Path) -> Outcome<SmolStr> {
    let path = data.join("worker");
    let cannot = |e: std::io::Error| Failure::unreachable(format!("{}: {e}", path.display()));
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().parse::<WorkerId>().is_ok() => Ok(text.trim().into()),
        Ok(_) => Err(Failure::usage(format!(
            "{} does not hold a worker's name; remove the file",
            path.display()
        ))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let name = format_smolstr!("{}", WorkerId(Uuid::now_v7()));
            std::fs::write(&path, name.as_str()).map_err(cannot)?;
            Ok(name)
        }
        Err(e) => Err(cannot(e)),
    }
}
