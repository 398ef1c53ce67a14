//! What a resource is: the R4 definitions, strict parsing, structural validation, search values and codes.
//!
//! Resources stay JSON values, so that every resource type and every valid element survives a round trip with
//! the digits that were sent; this module says what is in them. <https://hl7.org/fhir/R4/>

pub mod chain;
pub mod codes;
pub mod consent;
pub mod date;
pub mod decimal;
pub mod definitions;
pub mod fhirpath;
pub mod filter;
pub mod folding;
pub mod include;
mod index;
pub mod invariant;
pub mod json;
pub mod links;
pub mod near;
pub mod outcome;
pub mod patch;
pub mod path;
mod place;
pub mod prefix;
pub mod primitive;
pub mod profile;
pub mod reference;
pub mod resource_type;
pub mod search_fault;
pub mod search_parameter;
pub mod search_values;
pub mod subset;
pub mod unconfirmed;
pub mod units;
pub mod validate;
pub mod value_set;
pub mod view;
pub mod xml;

pub use resource_type::ResourceType;
