//! What people do on the console, as the audit names it.

use actix_web::http::Method;

/// Somebody looked at what there is to do.
pub const READ_OVERVIEW: &str = "read-overview";
/// Somebody looked at which results of models wait for a person.
pub const LIST_UNJUDGED: &str = "list-unconfirmed-results";
/// Somebody read such a result.
pub const READ_RESULT: &str = "read-unconfirmed-result";
/// Somebody answers for it as it is.
pub const CONFIRM: &str = "confirm-result";
/// Somebody put values of it right.
pub const CORRECT: &str = "correct-result";
/// Somebody says that it is wrong.
pub const REJECT: &str = "reject-result";
/// Somebody looked at the picture of it.
pub const READ_PICTURE: &str = "read-picture";
/// Somebody looked at how many records of which type there are.
pub const COUNT_RECORDS: &str = "count-records";
/// Somebody searched records.
pub const SEARCH_RECORDS: &str = "search-records";
/// Somebody read a record with its versions.
pub const READ_RECORD: &str = "read-record";
/// Somebody compared two versions of a record.
pub const COMPARE_VERSIONS: &str = "compare-versions";
/// Somebody looked for patients.
pub const SEARCH_PATIENTS: &str = "search-patients";
/// Somebody read what happened to a patient.
pub const READ_TIMELINE: &str = "read-timeline";
/// Somebody read the audit trail.
pub const READ_AUDIT: &str = "read-audit";
/// Somebody looked at work that waits.
pub const LIST_JOBS: &str = "list-jobs";
/// Somebody had a job done now.
pub const RETRY_JOB: &str = "retry-job";
/// Somebody looked at what was posted to others.
pub const LIST_DELIVERIES: &str = "list-deliveries";
/// Somebody had it posted again.
pub const REPLAY_DELIVERY: &str = "replay-delivery";
/// Somebody looked at which models there are.
pub const LIST_MODELS: &str = "list-models";
/// Somebody looked at a model.
pub const READ_MODEL: &str = "read-model";
/// Somebody looked at who has an account.
pub const LIST_USERS: &str = "list-users";
/// An operator signed in.
pub const SIGN_IN: &str = "login";
/// An operator signed out.
pub const SIGN_OUT: &str = "logout";
/// An operator looked at which tenants there are.
const LIST_TENANTS: &str = "list-tenants";
/// An operator founded one.
const CREATE_TENANT: &str = "create-tenant";
/// An operator looked at a tenant.
pub const READ_TENANT: &str = "read-tenant";
/// An operator changed one, or an account of it.
pub const CHANGE_TENANT: &str = "change-tenant";

/// What a request asks for, by its method and the first words of its path.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    let is_form = method == Method::POST;
    let mut words = path.split('/').skip(2).filter(|word| !word.is_empty());
    match (words.next(), words.next(), is_form) {
        (Some("review"), None, _) => LIST_UNJUDGED,
        (Some("review"), Some(_), false) => READ_RESULT,
        (Some("review"), Some(_), true) => CONFIRM,
        (Some("pictures"), ..) => READ_PICTURE,
        (Some("records"), None, false) => COUNT_RECORDS,
        (Some("records"), None, true) => SEARCH_RECORDS,
        (Some("records"), Some(_), _) if words.nth(1) == Some("compare") => COMPARE_VERSIONS,
        (Some("records"), Some(_), _) => READ_RECORD,
        (Some("patients"), None, _) => SEARCH_PATIENTS,
        (Some("patients"), Some(_), _) => READ_TIMELINE,
        (Some("audit"), ..) => READ_AUDIT,
        (Some("jobs"), _, false) => LIST_JOBS,
        (Some("jobs"), _, true) => RETRY_JOB,
        (Some("deliveries"), _, false) => LIST_DELIVERIES,
        (Some("deliveries"), _, true) => REPLAY_DELIVERY,
        (Some("models"), None, _) => LIST_MODELS,
        (Some("models"), Some(_), _) => READ_MODEL,
        (Some("users"), ..) => LIST_USERS,
        (Some("operator"), Some(_), _) => SIGN_OUT,
        (Some("operator"), None, _) => SIGN_IN,
        (Some("tenants"), None, false) => LIST_TENANTS,
        (Some("tenants"), None, true) => CREATE_TENANT,
        (Some("tenants"), Some(_), false) => READ_TENANT,
        (Some("tenants"), Some(_), true) => CHANGE_TENANT,
        _ => READ_OVERVIEW,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_request_is_named_by_what_it_asked_for() {
        for (is_form, path, operation) in [
            (false, "/console", READ_OVERVIEW),
            (false, "/console/review", LIST_UNJUDGED),
            (true, "/console/review/imagemedix/DiagnosticReport/1", CONFIRM),
            (true, "/console/records", SEARCH_RECORDS),
            (false, "/console/records/Patient/1", READ_RECORD),
            (false, "/console/records/Patient/1/compare", COMPARE_VERSIONS),
            (false, "/console/patients/1", READ_TIMELINE),
            (true, "/console/jobs", RETRY_JOB),
        ] {
            let method = if is_form { Method::POST } else { Method::GET };
            assert_eq!(name(&method, path), operation, "{path}");
        }
    }
}
