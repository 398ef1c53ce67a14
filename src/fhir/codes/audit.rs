//! The codes of the audit trail. <https://profiles.ihe.net/ITI/BALP/>

use super::Code;

/// The interactions of the REST API.
pub const REST: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
    code: "rest",
    display: "RESTful Operation",
};

/// The X-Request-Id of a request, as an entity.
pub const REQUEST_ID: Code = Code {
    system: "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
    code: "XrequestId",
    display: "transport specific unique identifier where http X-Request-Id is used",
};

/// The server that observes.
pub const APPLICATION_SERVER: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/security-source-type",
    code: "4",
    display: "Application Server",
};

/// Codes of DICOM.
pub mod dcm {
    use super::super::Code;

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: "http://dicom.nema.org/resources/ontology/DCM", code, display }
    }

    /// Somebody signs in or out, or a program gets a token.
    pub const USER_AUTHENTICATION: Code = code("110114", "User Authentication");
    /// Somebody signs in.
    pub const LOGIN: Code = code("110122", "Login");
    /// Somebody signs out.
    pub const LOGOUT: Code = code("110123", "Logout");
    /// A program.
    pub const APPLICATION: Code = code("110150", "Application");
    /// Where data goes.
    pub const DESTINATION: Code = code("110152", "Destination Role ID");
    /// Where data comes from.
    pub const SOURCE: Code = code("110153", "Source Role ID");
}

/// Who keeps what is deleted.
pub const CUSTODIAN: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    code: "custodian",
    display: "Custodian",
};

/// The code system of what data are for.
pub const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// What a Consent forbids is set aside in an emergency.
pub const BREAKING_THE_GLASS: Code = Code { system: ACT_REASON, code: "BTG", display: "break the glass" };

/// What a person does.
pub mod participation {
    use super::super::Code;

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code, display }
    }

    /// Reads.
    pub const RECIPIENT: Code = code("IRCP", "information recipient");
    /// Writes.
    pub const AUTHOR: Code = code("AUT", "author (originator)");
}

/// What an entity is.
pub mod entity_type {
    use super::super::Code;

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: "http://terminology.hl7.org/CodeSystem/audit-entity-type", code, display }
    }

    /// A person.
    pub const PERSON: Code = code("1", "Person");
    /// Something of a system.
    pub const SYSTEM_OBJECT: Code = code("2", "System Object");
}

/// What an entity is to the event.
pub mod object_role {
    use super::super::Code;

    const fn code(code: &'static str, display: &'static str) -> Code {
        Code { system: "http://terminology.hl7.org/CodeSystem/object-role", code, display }
    }

    /// The patient.
    pub const PATIENT: Code = code("1", "Patient");
    /// A resource.
    pub const DOMAIN_RESOURCE: Code = code("4", "Domain Resource");
    /// Somebody or something that may get access.
    pub const SECURITY_USER: Code = code("11", "Security User Entity");
    /// A search.
    pub const QUERY: Code = code("24", "Query");
}
