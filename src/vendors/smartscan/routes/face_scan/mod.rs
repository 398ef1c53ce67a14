//! Face scans (contract SS-60 to SS-78). Every operation needs a session token, and sees what is the caller's own alone.

pub mod analyse;
pub mod bundle;
pub mod consent;
pub mod history;
pub mod profile;
pub mod results;
pub mod risk;
pub mod session;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes of face scans.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(session::create_scan_session)
        .service(session::read_scan_session)
        .service(consent::record::record_consent)
        .service(consent::read::read_consent)
        .service(consent::delete::delete_consent)
        .service(profile::read::read_scan_profile)
        .service(profile::update::update_scan_profile)
        .service(results::submit::submit_scan_results)
        .service(results::read::read_scan_results)
        .service(results::delete::delete_scan_results)
        .service(results::pdf::export_pdf)
        .service(analyse::analyze_face_scan)
        .service(bundle::read_scan_bundle)
        .service(history::delta::read_delta)
        .service(history::anomalies::read_anomalies)
        .service(history::tag::tag_scan)
        .service(history::tags::read_scan_tags)
        .service(history::vital::read_vital_history)
        .service(risk::cohort::compare_with_cohort)
        .service(risk::scores::read_risk_scores);
}
