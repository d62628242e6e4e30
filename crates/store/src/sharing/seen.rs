//! What somebody sees, as a part of a statement: lists, totals and counts leave out the rest.

use model::sharing::{Sight, Viewer};
use uuid::Uuid;

use crate::sql::Cell;

/// Goes on with ` AND …` after a rule whose `$1` is the workspace: only rows whose `column`, the id of a
/// workflow or credential, is seen.
pub(crate) fn seen(sight: Sight, column: &str, cells: &mut Vec<Cell>) -> String {
    let Some(viewer) = sight.viewer() else { return String::new() };
    cells.push(cell_of(viewer));
    let place = format!("${}", cells.len());
    if let Sight::Shared(_) = sight {
        let bound = bound(viewer, &place);
        format!(
            " AND {column} IN (SELECT s.thing_id FROM shares s WHERE s.workspace_id = $1 AND {bound})"
        )
    } else {
        format!(" AND {column} NOT IN ({})", hidden(viewer, &place))
    }
}

/// The ids of restricted things that are neither one's own nor shared with one.
pub(super) fn hidden(viewer: Viewer, place: &str) -> String {
    format!(
        "SELECT a.thing_id FROM access a WHERE a.workspace_id = $1 AND a.is_restricted = 1 \
         AND (a.owner_id IS NULL OR a.owner_id <> {place}) AND NOT EXISTS (SELECT 1 FROM shares s \
         WHERE s.workspace_id = $1 AND s.thing_id = a.thing_id AND {})",
        bound(viewer, place)
    )
}

/// Whether a share `s` is with somebody, whose id stands at this place, or with the role he has.
pub(crate) fn bound(viewer: Viewer, place: &str) -> String {
    let role = match viewer {
        Viewer::Member(_) => {
            "SELECT m.role FROM members m WHERE m.workspace_id = $1 AND m.suspended_at IS NULL AND m.user_id = "
        }
        Viewer::Account(_) => {
            "SELECT x.role FROM service_accounts x WHERE x.workspace_id = $1 AND x.id = "
        }
        Viewer::Key(_) => "SELECT k.role FROM api_keys k WHERE k.workspace_id = $1 AND k.id = ",
    };
    format!("(s.whom_id = {place} OR s.role = ({role}{place}))")
}

/// Whom a thing can belong to, or be shared with by name.
pub(super) fn id_of(viewer: Viewer) -> Option<Uuid> {
    match viewer {
        Viewer::Member(id) => Some(id.0),
        Viewer::Account(id) => Some(id.0),
        Viewer::Key(_) => None,
    }
}

pub(super) fn cell_of(viewer: Viewer) -> Cell {
    match viewer {
        Viewer::Member(id) => id.into(),
        Viewer::Account(id) => id.into(),
        Viewer::Key(id) => id.into(),
    }
}
