//! How the callers of a webhook prove themselves, which nobody reads again.

use model::{
    id::{VersionId, WorkspaceId},
    workflow::Node,
};
use sdk::{Credential, NodeError, trigger::ReceiveCtx};

use crate::{engine::Inner, requests::Hidden, routes::Listener};

/// The credential that a trigger names.
pub(super) async fn credential(
    inner: &Inner,
    node: &Node,
    of: (WorkspaceId, VersionId),
) -> Result<Option<Credential>, NodeError> {
    match node.credentials.keys().next() {
        None => Ok(None),
        Some(kind) => inner.outside.shelf.credential(of, node, kind).await.map(Some),
    }
}

/// What of a call is not to be written down.
pub(super) async fn hidden(inner: &Inner, listener: &Listener) -> Hidden {
    let plan = inner.plans.of(&inner.store, listener.workspace, listener.version).await;
    let Ok(Some(plan)) = plan else { return Hidden::Headers };
    let Some(planned) = plan.index_of_id(&listener.node).map(|it| plan.node(it)) else {
        return Hidden::Headers;
    };
    let of = (listener.workspace, listener.version);
    let Ok(credential) = credential(inner, &planned.node, of).await else {
        return Hidden::Headers;
    };
    let ctx = ReceiveCtx {
        parameters: &planned.filled,
        credential: credential.as_ref(),
        now: inner.outside.now(),
    };
    planned.node_type.run.proof_header(&ctx).map_or(Hidden::Nothing, Hidden::Header)
}
