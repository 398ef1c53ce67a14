//! Reading a picture (contract SS-20 to SS-24).

use serde::Serialize;
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

/// The form that is sent. The fields are also known as `deviceImage`, `deviceType` and `confidenceThreshold`.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it describes the form in the API document; the form itself is read as a stream"
)]
pub struct ExtractionForm {
    /// The picture: JPEG, PNG, GIF or WebP of 10 MB at most.
    #[schema(value_type = String, format = Binary)]
    image: Vec<u8>,
    /// What the picture shows, if that is known.
    #[schema(example = "blood-pressure")]
    device_type: Option<String>,
    /// Refuse a reading that is less sure than this, from 0.0 to 1.0.
    #[schema(example = 0.5, minimum = 0.0, maximum = 1.0)]
    confidence_threshold: Option<f64>,
    /// Whom the reading is of: `Patient/<id>`, or an identifier as `<system>|<value>`. Not in the vendor's API.
    #[schema(example = "")]
    patient: Option<String>,
}

/// What was read, in its envelope.
#[derive(Debug, Serialize, ToSchema)]
pub struct Extraction {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// What was read.
    pub data: Reading,
}

/// What was read from a picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    /// The type that was recognised.
    #[schema(example = "blood-pressure")]
    pub device_type: String,
    /// How sure the reading is, from 0.0 to 1.0.
    #[schema(value_type = f64, example = 0.95)]
    pub confidence: Number,
    /// The values, by the names that the vendor documents for the type. What was not read is absent.
    #[schema(value_type = Object, example = json!({"systolic": 120, "diastolic": 80, "pulse": 72, "unit": "mmHg"}))]
    pub extracted_data: Map<String, Value>,
    /// How long it took.
    #[schema(example = 1250)]
    pub processing_time_ms: i64,
    /// The picture.
    pub image_info: ImageInfo,
    /// Id of the FHIR Task that tells of this reading and names all that was stored. Not in the vendor's API.
    pub task_id: String,
    /// Where in the picture values were read, as far as that is known. Not in the vendor's API, and kept nowhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub regions: Vec<Region>,
}

/// Where in the picture a value was read. Not in the vendor's API.
#[derive(Debug, Serialize, ToSchema)]
pub struct Region {
    /// Its name in `extracted_data`; a point parts an object's name from its member's.
    #[schema(example = "systolic")]
    pub field: String,
    /// Left, top, width and height in pixels of the picture, held upright.
    #[serde(rename = "box")]
    #[schema(value_type = Vec<u64>, min_items = 4, max_items = 4, example = json!([812, 240, 310, 160]))]
    pub place: [u64; 4],
}

/// All that was kept of a reading. Not in the vendor's API.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtractionBundle {
    /// Always true.
    pub success: bool,
    /// A FHIR R4 Bundle of type `collection`.
    #[schema(value_type = Object)]
    pub bundle: Value,
}

/// A picture, as it was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageInfo {
    /// Width in pixels, held upright.
    #[schema(example = 1920)]
    pub width: u64,
    /// Height in pixels, held upright.
    #[schema(example = 1080)]
    pub height: u64,
    /// `JPEG`, `PNG`, `GIF` or `WEBP`, by content.
    #[schema(example = "JPEG")]
    pub format: String,
    /// Length of the file.
    #[schema(example = 245_760)]
    pub size_bytes: u64,
}
