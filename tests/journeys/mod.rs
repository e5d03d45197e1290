//! What users do, through the services' gRPC API, on both backends.

mod federation;
mod organizations_accounts;
mod organizations_gather;
mod organizations_tenants;
mod organizations_units;
