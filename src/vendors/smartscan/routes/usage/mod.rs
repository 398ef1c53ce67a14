//! How often API keys were used (contract SS-48 to SS-50): those of all projects of the tenant.

pub mod analytics;
pub mod logs;
mod period;
pub mod stats;

use actix_web::{HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::Number;

use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::to_fhir::probability;

/// The parameters of the query.
fn asked<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Refusal> {
    let read = web::Query::<T>::from_query(request.query_string());
    let problem =
        |_| Refusal::Validation("query", "has a parameter twice, or one that cannot be read".to_owned());
    read.map(web::Query::into_inner).map_err(problem)
}

/// A part of a whole, with three decimals at most; 0 of nothing.
fn share(part: i64, whole: i64) -> Number {
    let rounded = part.saturating_mul(1000).saturating_add(whole / 2).checked_div(whole).unwrap_or_default();
    thousandths(rounded)
}

/// Thousandths as a number from 0.0 to 1.0.
fn thousandths(count: i64) -> Number {
    let count = i16::try_from(count.clamp(0, 1000)).unwrap_or_default();
    probability(f32::from(count) / 1000.0).unwrap_or_else(|| Number::from(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_nothing_is_nothing() {
        assert_eq!(share(0, 0).to_string(), "0.0");
    }

    #[test]
    fn a_part_has_three_decimals_at_most() {
        let text = |part, whole| share(part, whole).to_string();
        assert_eq!((text(1, 2), text(2, 3), text(3, 3)), ("0.5".into(), "0.667".into(), "1.0".into()));
        assert_eq!(text(i64::MAX, i64::MAX), "0.001", "nobody makes so many calls");
        assert_eq!(thousandths(950).to_string(), "0.95");
    }
}
