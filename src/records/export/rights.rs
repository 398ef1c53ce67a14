//! What may be exported. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#privacy-and-security-considerations>

use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::records::access::may;

/// Whether the exporter may have any resources of the type: an export reads what a search finds.
pub fn may_export(exporter: &Caller, resource_type: ResourceType) -> bool {
    RIGHTS.iter().all(|right| may(exporter, *right, resource_type))
}

/// The rights that an export takes.
pub const RIGHTS: [Right; 2] = [Right::Search, Right::Read];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Scopes, Surface, TenantId};

    #[test]
    fn a_type_is_exported_to_who_may_search_and_read_it() {
        let scopes = Scopes::parse("system/Patient.rs system/Observation.r", |_| true).unwrap();
        let caller = Caller { scopes, ..Caller::system(TenantId::DEFAULT, Surface::Fhir) };
        let may = |name: &str| may_export(&caller, ResourceType::parse(name).unwrap());
        assert_eq!(["Patient", "Observation", "Encounter"].map(may), [true, false, false]);
    }
}
