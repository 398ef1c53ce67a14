//! The attributes that are searched by and answered with
//! ([PS3.18 section 10.6](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html)). Pure.

use serde_json::{Map, Value, json};

/// What an attribute's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A code word.
    Cs,
    /// A date.
    Da,
    /// A number in digits.
    Is,
    /// A text.
    Lo,
    /// A name.
    Pn,
    /// A short text.
    Sh,
    /// A time.
    Tm,
    /// A UID.
    Ui,
    /// An address.
    Ur,
    /// A number.
    Us,
}

impl Kind {
    /// The two letters of its value representation.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Cs => "CS",
            Self::Da => "DA",
            Self::Is => "IS",
            Self::Lo => "LO",
            Self::Pn => "PN",
            Self::Sh => "SH",
            Self::Tm => "TM",
            Self::Ui => "UI",
            Self::Ur => "UR",
            Self::Us => "US",
        }
    }
}

/// What an attribute is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A study, and its patient.
    Study,
    /// A series.
    Series,
    /// An instance.
    Instance,
}

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its tag, eight hexadecimal digits.
    pub tag: &'static str,
    /// Its keyword.
    pub keyword: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What it is one of.
    pub level: Level,
    /// Whether it is only told to who asks for it.
    pub on_request: bool,
}

const fn of(tag: &'static str, keyword: &'static str, kind: Kind, level: Level) -> Attribute {
    Attribute { tag, keyword, kind, level, on_request: false }
}

const fn on_request(attribute: Attribute) -> Attribute {
    Attribute { on_request: true, ..attribute }
}

/// All that are known here.
pub const ALL: [Attribute; 34] = {
    use Kind as K;
    use Level as L;
    [
        of("00080020", "StudyDate", K::Da, L::Study),
        of("00080030", "StudyTime", K::Tm, L::Study),
        of("00080050", "AccessionNumber", K::Sh, L::Study),
        of("00080056", "InstanceAvailability", K::Cs, L::Study),
        of("00080061", "ModalitiesInStudy", K::Cs, L::Study),
        of("00080090", "ReferringPhysicianName", K::Pn, L::Study),
        of("00080201", "TimezoneOffsetFromUTC", K::Sh, L::Study),
        of("00081190", "RetrieveURL", K::Ur, L::Study),
        of("00100010", "PatientName", K::Pn, L::Study),
        of("00100020", "PatientID", K::Lo, L::Study),
        of("00100030", "PatientBirthDate", K::Da, L::Study),
        of("00100040", "PatientSex", K::Cs, L::Study),
        of("0020000D", "StudyInstanceUID", K::Ui, L::Study),
        of("00200010", "StudyID", K::Sh, L::Study),
        of("00201206", "NumberOfStudyRelatedSeries", K::Is, L::Study),
        of("00201208", "NumberOfStudyRelatedInstances", K::Is, L::Study),
        on_request(of("00081030", "StudyDescription", K::Lo, L::Study)),
        of("00080060", "Modality", K::Cs, L::Series),
        of("0008103E", "SeriesDescription", K::Lo, L::Series),
        of("0020000E", "SeriesInstanceUID", K::Ui, L::Series),
        of("00200011", "SeriesNumber", K::Is, L::Series),
        of("00201209", "NumberOfSeriesRelatedInstances", K::Is, L::Series),
        on_request(of("00180015", "BodyPartExamined", K::Cs, L::Series)),
        of("00080016", "SOPClassUID", K::Ui, L::Instance),
        of("00080018", "SOPInstanceUID", K::Ui, L::Instance),
        of("00200013", "InstanceNumber", K::Is, L::Instance),
        of("00280008", "NumberOfFrames", K::Is, L::Instance),
        of("00280010", "Rows", K::Us, L::Instance),
        of("00280011", "Columns", K::Us, L::Instance),
        // Of answers to those who store.
        of("00081150", "ReferencedSOPClassUID", K::Ui, L::Instance),
        of("00081155", "ReferencedSOPInstanceUID", K::Ui, L::Instance),
        of("00081196", "WarningReason", K::Us, L::Instance),
        of("00081197", "FailureReason", K::Us, L::Instance),
        of("00081195", "TransactionUID", K::Ui, L::Instance),
    ]
};

/// The attribute with this tag or keyword.
#[must_use]
pub fn named(name: &str) -> Option<&'static Attribute> {
    ALL.iter().find(|one| one.keyword == name || one.tag.eq_ignore_ascii_case(name))
}

/// Attributes with their values, in DICOM's JSON.
#[derive(Clone, Default, PartialEq)]
pub struct Dataset(Map<String, Value>);

impl std::fmt::Debug for Dataset {
    /// How many there are: they are health data.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Dataset({} attributes)", self.0.len())
    }
}

impl Dataset {
    /// Adds an attribute by its keyword; one without values is told as empty.
    #[must_use]
    pub fn with<V: Into<Value>>(mut self, keyword: &str, values: impl IntoIterator<Item = V>) -> Self {
        let Some(attribute) = named(keyword) else { return self };
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        let mut told = json!({ "vr": attribute.kind.letters() });
        if let (false, Some(told)) = (values.is_empty(), told.as_object_mut()) {
            let values: Vec<Value> = match attribute.kind {
                Kind::Pn => values.into_iter().map(|name| json!({ "Alphabetic": name })).collect(),
                Kind::Cs | Kind::Da | Kind::Is | Kind::Lo | Kind::Sh => values,
                Kind::Tm | Kind::Ui | Kind::Ur | Kind::Us => values,
            };
            told.insert("Value".to_owned(), values.into());
        }
        self.0.insert(attribute.tag.to_owned(), told);
        self
    }

    /// Adds all attributes of another.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().map(|(tag, told)| (tag.clone(), told.clone())));
        self
    }

    /// Adds a sequence, unless it is empty.
    #[must_use]
    pub fn sequence(mut self, tag: &str, items: Vec<Self>) -> Self {
        if !items.is_empty() {
            let items: Vec<_> = items.into_iter().map(Value::from).collect();
            self.0.insert(tag.to_owned(), json!({ "vr": "SQ", "Value": items }));
        }
        self
    }

    /// The values of an attribute as texts.
    #[must_use]
    pub fn texts(&self, attribute: &Attribute) -> Vec<String> {
        let values = self.0.get(attribute.tag).and_then(|told| told.get("Value")?.as_array());
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Object(name) => Some(name.get("Alphabetic")?.as_str()?.to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) => None,
        };
        values.into_iter().flatten().filter_map(text).collect()
    }

    /// Without the attributes of which this does not hold.
    #[must_use]
    pub fn kept(mut self, keep: impl Fn(&Attribute) -> bool) -> Self {
        self.0.retain(|tag, _| named(tag).is_none_or(&keep));
        self.0.sort_keys();
        self
    }
}

impl From<Dataset> for Value {
    fn from(dataset: Dataset) -> Self {
        Self::Object(dataset.0)
    }
}
