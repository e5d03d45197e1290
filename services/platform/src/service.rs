//! A service as a value: what each business service returns from `service(deps)`.

use tonic::service::Routes;

/// One business service, ready to be hosted alone or with others in one process.
pub struct Service {
    /// `organizations`, `scoring`, …
    pub name: &'static str,
    pub routes: Routes,
}
