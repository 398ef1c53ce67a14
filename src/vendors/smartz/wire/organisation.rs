//! Organisations.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Paged;

/// An organisation that is to be.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewOrganisation {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Linden House")]
    pub name: String,
    /// What it is, in its own words.
    #[serde(default, rename = "type")]
    #[schema(max_length = 200, example = "Nursing home")]
    pub kind: Option<String>,
    /// Where it is.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub address: Option<String>,
}

/// An organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is.
    pub address: Option<String>,
    /// When it was made.
    pub created_at: Option<String>,
}

/// A page of organisations.
#[derive(Serialize, ToSchema)]
pub struct Organisations {
    /// The organisations.
    pub items: Vec<Organisation>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}
