//! Routes that can say how they are described, and do so only when they are asked.
//!
//! A description of all routes is megabytes in small pieces. A server that starts would make it and throw it away,
//! and its pieces would leave holes in memory between the routes that stay.

use axum::{
    Router,
    routing::{MethodFilter, MethodRouter},
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::App;

/// Makes what is described anew, with the handlers of one path.
pub(crate) type Describe = fn() -> UtoipaMethodRouter<App>;

/// The handlers of one path.
pub(crate) struct Piece {
    pub(crate) path: String,
    pub(crate) handlers: MethodRouter<App>,
    pub(crate) describe: Describe,
}

/// Routes, and how each is described.
pub(crate) struct Routes {
    router: Router<App>,
    described: Vec<Describe>,
}

impl Routes {
    pub(crate) fn new() -> Routes {
        Routes { router: Router::new(), described: vec![] }
    }

    pub(crate) fn routes(mut self, it: Piece) -> Routes {
        self.router = self.router.route(&it.path, it.handlers);
        self.described.push(it.describe);
        self
    }

    pub(crate) fn merge(mut self, other: Routes) -> Routes {
        self.router = self.router.merge(other.router);
        self.described.extend(other.described);
        self
    }

    /// What is served.
    pub(crate) fn router(self) -> Router<App> {
        self.router
    }

    /// What is told of it.
    pub(crate) fn described(self) -> OpenApiRouter<App> {
        self.described.into_iter().fold(OpenApiRouter::new(), |all, it| all.routes(it()))
    }
}

/// The methods that a handler answers.
pub(crate) fn filter(methods: &[utoipa::openapi::HttpMethod]) -> MethodFilter {
    use utoipa_axum::PathItemExt;
    let all = methods.iter().map(PathItemExt::to_method_filter);
    // A handler without a method is refused where it is written.
    all.reduce(MethodFilter::or).unwrap_or(MethodFilter::GET)
}

/// The handlers of one path: `routes!(list, make)`.
macro_rules! routes {
    ($first:ident $(, $handler:ident)* $(,)?) => {
        utoipa_axum::paste! {{
            use utoipa::Path as _;
            $crate::described::Piece {
                path: [<__path_ $first>]::path(),
                handlers: axum::routing::MethodRouter::new()
                    .on($crate::described::filter(&[<__path_ $first>]::methods()), $first)
                    $(.on($crate::described::filter(&[<__path_ $handler>]::methods()), $handler))*,
                describe: || utoipa_axum::routes!($first $(, $handler)*),
            }
        }}
    };
}

pub(crate) use routes;
