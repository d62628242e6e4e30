//! Whether a page in a browser may call a webhook.

use model::Fault;

use crate::{
    Engine,
    failure::fault,
    routes::Found,
    webhooks::{Address, Whose},
};

impl Engine {
    /// Whether pages of this origin may call an address from a browser. A draft that is being
    /// tried out, and an address at which nobody listens, may be called from everywhere.
    ///
    /// # Errors
    /// [`model::Code::StoreUnavailable`].
    pub async fn allows_origin(
        &self,
        address: Address,
        method: &str,
        path: &str,
        origin: &str,
    ) -> Result<bool, Fault> {
        let inner = &self.0;
        if address.whose != Whose::Published {
            return Ok(true);
        }
        let workspace = address.workspace.unwrap_or(inner.default_workspace);
        let found =
            inner.routes.find(&inner.store, workspace, method, path).await.map_err(fault)?;
        let Found::One(listener, _) = found else { return Ok(true) };
        let plan =
            inner.plans.of(&inner.store, workspace, listener.version).await.map_err(fault)?;
        let node = plan.as_ref().and_then(|it| Some(it.node(it.index_of_id(&listener.node)?)));
        Ok(node.is_none_or(|it| it.node_type.run.allows_origin(&it.filled, origin)))
    }
}
