//! Manufacturers and their products.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Paged;

/// A manufacturer that is to be.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewManufacturer {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Acme Absorbents")]
    pub name: String,
    /// Its address in the web: `http` or `https`.
    #[serde(default)]
    #[schema(max_length = 1000, example = "https://acme.example")]
    pub website: Option<String>,
}

/// A manufacturer.
#[derive(Serialize, ToSchema)]
pub struct Manufacturer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its address in the web.
    pub website: Option<String>,
}

/// A page of manufacturers.
#[derive(Serialize, ToSchema)]
pub struct Manufacturers {
    /// The manufacturers.
    pub items: Vec<Manufacturer>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// A product that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProduct {
    /// Who makes it.
    pub manufacturer_id: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Night Brief")]
    pub name: String,
    /// What it is.
    #[serde(default)]
    #[schema(max_length = 200, example = "brief")]
    pub category: Option<String>,
    /// How much it takes up, in millilitres.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 20000, example = 1200)]
    pub absorbency_ml: Option<f64>,
    /// For whom it is made.
    #[serde(default)]
    #[schema(max_length = 200, example = "M")]
    pub size: Option<String>,
    /// What its maker numbers it by.
    #[serde(default)]
    #[schema(max_length = 200, example = "NB-M-1200")]
    pub sku: Option<String>,
}

/// A product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Its id.
    pub id: String,
    /// Who makes it.
    pub manufacturer_id: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub category: Option<String>,
    /// How much it takes up, in millilitres.
    #[schema(value_type = Option<f64>)]
    pub absorbency_ml: Option<serde_json::Number>,
    /// For whom it is made.
    pub size: Option<String>,
    /// What its maker numbers it by.
    pub sku: Option<String>,
}

/// A page of products.
#[derive(Serialize, ToSchema)]
pub struct Products {
    /// The products.
    pub items: Vec<Product>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}
