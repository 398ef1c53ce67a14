//! What can be searched for. <https://hl7.org/fhir/R4/searchparameter-registry.html>

use std::borrow::Cow;

/// The part of a SearchParameter's URL that HL7's own ones share.
const HL7: &str = "http://hl7.org/fhir/SearchParameter/";

/// A SearchParameter of the specification, or one that a tenant has beside those.
#[derive(Debug)]
pub struct SearchParameter {
    /// The name used in a query, such as `birthdate`.
    pub code: Cow<'static, str>,
    /// How values are compared.
    pub kind: SearchKind,
    /// Where the values are, in FHIRPath; a union has branches for other resource types too.
    pub expression: Cow<'static, str>,
    /// Which types have it: resource types, or `Resource` and `DomainResource` for all.
    pub bases: Vec<&'static str>,
    /// The resource types that a reference may point at; empty means any.
    pub targets: Vec<&'static str>,
    /// The parts of a composite.
    pub components: Vec<Component>,
    /// The end of an HL7 URL, or a whole URL.
    pub(super) id: Cow<'static, str>,
}

/// One part of a composite parameter.
#[derive(Debug)]
pub struct Component {
    /// Where its values are, relative to the composite's own element.
    pub expression: Cow<'static, str>,
    pub(super) definition: Cow<'static, str>,
}

/// The type of a search parameter. <https://hl7.org/fhir/R4/valueset-search-param-type.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchKind {
    /// Numbers, compared within the precision given.
    Number,
    /// Dates and periods, compared as intervals.
    Date,
    /// Text, folded for case and accents.
    String,
    /// Codes and identifiers, with or without their system.
    Token,
    /// Links to other resources.
    Reference,
    /// Several parameters that must hold for the same element.
    Composite,
    /// Measured amounts with a unit.
    Quantity,
    /// URIs, compared as they are written.
    Uri,
    /// Parameters with rules of their own.
    Special,
}

impl SearchKind {
    /// Reads the code that a SearchParameter carries.
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "number" => Self::Number,
            "date" => Self::Date,
            "string" => Self::String,
            "token" => Self::Token,
            "reference" => Self::Reference,
            "composite" => Self::Composite,
            "quantity" => Self::Quantity,
            "uri" => Self::Uri,
            "special" => Self::Special,
            _ => return None,
        })
    }

    /// The code that a CapabilityStatement shows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::String => "string",
            Self::Token => "token",
            Self::Reference => "reference",
            Self::Composite => "composite",
            Self::Quantity => "quantity",
            Self::Uri => "uri",
            Self::Special => "special",
        }
    }
}

impl SearchParameter {
    /// A parameter that is not of the specification.
    #[must_use]
    pub fn other(
        url: String,
        code: String,
        kind: SearchKind,
        expression: String,
        bases: Vec<&'static str>,
        targets: Vec<&'static str>,
    ) -> Self {
        let (code, expression, id) = (code.into(), expression.into(), url.into());
        Self { code, kind, expression, bases, targets, components: Vec::new(), id }
    }

    /// The canonical URL.
    pub fn url(&self) -> Cow<'_, str> {
        canonical(&self.id)
    }
}

/// Each parameter of the specification exists once.
impl PartialEq for SearchParameter {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for SearchParameter {}

impl Component {
    /// A part of a parameter that is not of the specification.
    #[must_use]
    pub fn other(definition: String, expression: String) -> Self {
        Self { expression: expression.into(), definition: definition.into() }
    }

    /// The canonical URL of the parameter that says how this part is compared.
    pub fn definition(&self) -> Cow<'_, str> {
        canonical(&self.definition)
    }
}

fn canonical(id: &str) -> Cow<'_, str> {
    if id.contains(':') { Cow::Borrowed(id) } else { Cow::Owned(format!("{HL7}{id}")) }
}

/// Whether this is the URL of a definition by HL7.
pub fn is_by_hl7(url: &str) -> bool {
    url.starts_with(HL7)
}
