//! Where things are kept: Postgres through diesel.
//!
//! Every function takes a [`Connection`] that a [`Store`] opened for one tenant, or for what a caller presented before the
//! tenant is known. Row-level security holds on it even where a query forgets the tenant.

pub mod access_tokens;
pub mod account_limits;
pub mod account_lists;
pub mod account_tokens;
pub mod accounts;
pub mod address;
pub mod api_keys;
pub mod astray_pods;
pub mod audit;
pub mod backup;
pub mod binary_parts;
mod connect;
pub mod consents;
pub mod deliveries;
pub mod errand_addresses;
pub mod error;
pub mod exports;
pub mod federation;
pub mod feed;
pub mod gateway;
pub mod heads;
pub mod imports;
pub mod index_entries;
pub mod jobs;
pub mod locks;
pub mod mail_jobs;
pub mod migrate;
pub mod oauth;
pub mod organization_keys;
pub mod organizations;
pub mod pods;
mod pool;
pub mod private_postgres;
pub mod queues;
pub mod receivers;
pub mod region_parts;
pub mod reindex_jobs;
pub mod request_counts;
pub mod resources;
mod schema;
pub mod search;
pub mod search_parameters;
pub mod second_factors;
pub mod sign_in_counts;
pub mod signing_keys;
mod sql_spans;
mod statement;
pub mod store;
pub mod subscriptions;
pub mod taken_readings;
pub mod tenants;
pub mod usage;

pub use error::StorageError;
pub use store::{Connection, Store, Transaction};
pub use tenants::TenantId;
