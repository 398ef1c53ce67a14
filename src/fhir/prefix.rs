//! The prefixes of ordered search values. <https://hl7.org/fhir/R4/search.html#prefix>

/// How a search value is compared with what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// `eq`, or none: the stored value lies wholly within the searched one.
    Equal,
    /// `ne`: it does not.
    NotEqual,
    /// `gt`: some of the stored value is above the searched one.
    Greater,
    /// `lt`: some of the stored value is below the searched one.
    Less,
    /// `ge`: as `gt` or `eq`.
    GreaterOrEqual,
    /// `le`: as `lt` or `eq`.
    LessOrEqual,
    /// `sa`: the stored value starts after the searched one ends.
    StartsAfter,
    /// `eb`: the stored value ends before the searched one starts.
    EndsBefore,
    /// `ap`: the two overlap, give or take a tenth.
    Approximate,
}

impl Prefix {
    /// Takes the prefix off a search value.
    pub fn split(text: &str) -> (Self, &str) {
        let Some((head, rest)) = text.split_at_checked(2) else { return (Self::Equal, text) };
        let prefix = match head {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "gt" => Self::Greater,
            "lt" => Self::Less,
            "ge" => Self::GreaterOrEqual,
            "le" => Self::LessOrEqual,
            "sa" => Self::StartsAfter,
            "eb" => Self::EndsBefore,
            "ap" => Self::Approximate,
            _ => return (Self::Equal, text),
        };
        (prefix, rest)
    }
}
