//! What the plans allow (contract SS-12), as windows in which requests are counted. Pure.
//!
//! Calls with API keys are counted together for the whole tenant, whichever project's key it is, within hour, day and month: more keys
//! are no larger plan. Where several accounts of the tenant can use the surface, the largest of their plans counts. A person's own
//! requests are counted by account, and those without a credential that holds by client address; both within the hour alone.

use crate::core::config::plans::{Enterprise, RequestLimits};
use crate::identity::allowances::Allowance;
use crate::platform::limits::{Span, Window};

/// What the plan `free` allows: also whoever has none.
pub const FREE: RequestLimits = RequestLimits { hour: 100, day: 1_000, month: 10_000 };
const BASIC: RequestLimits = RequestLimits { hour: 1_000, day: 10_000, month: 100_000 };
const PRO: RequestLimits = RequestLimits { hour: 5_000, day: 50_000, month: 500_000 };

/// The limits of an account.
#[must_use]
pub fn limits(allowance: &Allowance, enterprise: Enterprise) -> RequestLimits {
    match allowance.plan.as_str() {
        "basic" => BASIC,
        "pro" => PRO,
        "enterprise" => allowance.given.unwrap_or(enterprise.0),
        // A plan that this version does not know is none to be generous with.
        _ => FREE,
    }
}

/// The largest limits of several accounts.
#[must_use]
pub fn largest(allowances: &[Allowance], enterprise: Enterprise) -> RequestLimits {
    let all = allowances.iter().map(|allowance| limits(allowance, enterprise));
    all.max_by_key(|limits| (limits.month, limits.day, limits.hour)).unwrap_or(FREE)
}

/// The windows of API keys: hour, day and month.
#[must_use]
pub fn of_keys(limits: RequestLimits) -> [Window; 3] {
    let windows = [(Span::HOUR, limits.hour), (Span::DAY, limits.day), (Span::Month, limits.month)];
    windows.map(|(span, most)| Window { span, most })
}

/// The window of a person, or of a client address.
#[must_use]
pub fn of_hour(limits: RequestLimits) -> [Window; 1] {
    [Window { span: Span::HOUR, most: limits.hour }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance(plan: &str, given: Option<RequestLimits>) -> Allowance {
        Allowance { plan: plan.to_owned(), given }
    }

    #[test]
    fn a_plan_that_nobody_knows_is_the_smallest() {
        for plan in ["", "gold", "Pro", "free"] {
            assert_eq!(limits(&allowance(plan, None), Enterprise::default()), FREE, "{plan}");
        }
    }

    #[test]
    fn plans_allow_what_is_documented() {
        let of = |plan| {
            let RequestLimits { hour, day, month } = limits(&allowance(plan, None), Enterprise::default());
            (hour, day, month)
        };
        assert_eq!(of("free"), (100, 1_000, 10_000));
        assert_eq!(of("basic"), (1_000, 10_000, 100_000));
        assert_eq!(of("pro"), (5_000, 50_000, 500_000));
        assert_eq!(of("enterprise"), (50_000, 500_000, 5_000_000));
    }

    #[test]
    fn what_an_operator_gave_counts_for_enterprise_alone() {
        let given = Some(RequestLimits { hour: 7, day: 8, month: 9 });
        assert_eq!(limits(&allowance("enterprise", given), Enterprise::default()).hour, 7);
        assert_eq!(limits(&allowance("free", given), Enterprise::default()).hour, 100);
    }

    #[test]
    fn of_several_plans_the_largest_counts() {
        let several = ["free", "pro", "basic"].map(|plan| allowance(plan, None));
        assert_eq!(largest(&several, Enterprise::default()), PRO);
        assert_eq!(largest(&[], Enterprise::default()), FREE);
    }
}
