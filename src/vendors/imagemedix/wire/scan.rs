//! Scans (contract IM-20 to IM-29).

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

use super::{Analysis, Sides};
use crate::core::Secret;

/// The form with a scan.
#[derive(ToSchema)]
#[schema(as = ScanForm)]
pub struct NewScan {
    /// The picture: a JPEG or PNG file of at most 50 MB, or a DICOM file of at most 512 MB.
    #[schema(value_type = String, format = Binary)]
    pub image: Vec<u8>,
    /// The id that the hospital gave the patient. Where no patient has it, one is added.
    #[schema(rename = "patientId", max_length = 200)]
    pub patient_id: String,
    /// The patient's name.
    #[schema(rename = "patientName", max_length = 200)]
    pub patient_name: String,
    /// When the scan was taken, as an ISO 8601 date or time; where it is left out, as a DICOM file says, else now.
    #[schema(rename = "scanDate")]
    pub scan_date: Option<String>,
    /// `true`: of a DICOM file, only a copy is kept in which nothing names the patient but the pixels.
    pub deidentify: Option<bool>,
}

/// What a list of scans may be narrowed by.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScansQuery {
    /// Number of the page.
    #[param(minimum = 1, default = 1)]
    pub page: Option<u32>,
    /// Scans on a page; more than 100 are 100.
    #[param(minimum = 1, default = 10)]
    pub limit: Option<u32>,
    /// `pending`, `processing`, `completed` or `failed`.
    #[param(pattern = "^(pending|processing|completed|failed)$")]
    pub status: Option<String>,
    /// The id that the hospital gave the patient.
    #[param(rename = "patientId", max_length = 200)]
    pub patient_id: Option<String>,
    /// Scans from this ISO 8601 date or time on.
    #[param(rename = "startDate")]
    pub start_date: Option<String>,
    /// Scans up to this ISO 8601 date, the day with it, or time.
    #[param(rename = "endDate")]
    pub end_date: Option<String>,
}

/// What was found in a scan: of a brain with `hasTumor`, of a chest with `hasPneumonia`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScanResult)]
pub struct Outcome {
    /// Whether there is a tumor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_tumor: Option<bool>,
    /// Whether there is a pneumonia.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_pneumonia: Option<bool>,
    /// How sure that is, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub confidence: Option<Number>,
    /// `glioma`, `meningioma` or `pituitary`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tumor_type: Option<String>,
    /// Where the tumor is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tumor_location: Option<String>,
    /// What kind of pneumonia it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pneumonia_type: Option<String>,
    /// Which lung has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected_lung: Option<String>,
    /// What there is to say besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_notes: Option<String>,
}

/// A scan that was taken in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenScan {
    /// The scan's id.
    #[serde(rename = "_id")]
    #[schema(example = "67f460abdf638f437b934239")]
    pub id: String,
    /// The id that the hospital gave the patient.
    pub patient_id: String,
    /// The patient's name.
    pub patient_name: String,
    /// When it was taken.
    pub scan_date: String,
    /// Where the picture is for an hour at least: whoever has the address may see it. Absent where the picture is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Where the DICOM file is, as it came, in the same way. Only of a scan that came as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dicom_url: Option<String>,
    /// What readers must know: that the DICOM file names another patient, for instance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// `pending`, `processing`, `completed` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
}

/// A scan in a list.
#[derive(Serialize, ToSchema)]
pub struct ScanInList {
    /// The scan.
    #[serde(flatten)]
    pub scan: TakenScan,
    /// What was found, once there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
}

/// A page of scans.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scans {
    /// The newest first.
    pub scans: Vec<ScanInList>,
    /// Number of the page.
    pub current_page: u32,
    /// How many pages there are.
    pub total_pages: i64,
    /// How many scans there are.
    pub total_scans: i64,
}

/// Who took a scan in.
#[derive(Serialize, ToSchema)]
pub struct ScanDoctor {
    /// The user's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The person's name.
    pub name: String,
    /// E-mail address, as long as there is an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A mark on a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Annotation {
    /// Pixels from the left.
    #[schema(value_type = f64)]
    pub x: Number,
    /// Pixels from the top.
    #[schema(value_type = f64)]
    pub y: Number,
    /// What is there.
    pub text: String,
    /// When it was made.
    pub created_at: String,
}

/// All of a scan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// The scan with what was found.
    #[serde(flatten)]
    pub scan: ScanInList,
    /// Who took it in, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doctor_id: Option<ScanDoctor>,
    /// The oldest first.
    pub annotations: Vec<Annotation>,
    /// What stands behind the result, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analysis: Option<Analysis>,
    /// The sides of the picture, in which places are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Sides>,
}

/// How far the analysis of a scan is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScanStatus {
    /// `pending`, `processing`, `completed` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// The work on it.
    pub job_status: JobStatus,
}

/// How far work is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobStatus {
    /// `waiting`, `active`, `completed`, `failed`, or `delayed` until it is tried again.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// In percent.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: u8,
    /// Why the last analysis came to nothing: the scan has failed, or is completed by what was found before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_reason: Option<String>,
}

/// What is to be changed of a scan. Other members are passed over.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ScanChange {
    /// `pending`, `processing`, `completed` or `failed`.
    #[serde(default, deserialize_with = "super::given")]
    pub status: Option<String>,
    /// What a doctor found, in place of what was found before.
    #[serde(default, deserialize_with = "super::given_object")]
    pub result: Option<NewOutcome>,
}

/// What a doctor found: `hasTumor` or `hasPneumonia` says of what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOutcome {
    /// Whether there is a tumor.
    pub has_tumor: Option<bool>,
    /// Whether there is a pneumonia.
    pub has_pneumonia: Option<bool>,
    /// How sure that is; it must be told.
    #[schema(value_type = f64, minimum = 0, maximum = 1)]
    pub confidence: Option<Number>,
    /// `glioma`, `meningioma` or `pituitary`; only with a tumor.
    #[schema(pattern = "^(glioma|meningioma|pituitary)$")]
    pub tumor_type: Option<String>,
    /// Where the tumor is; only with a tumor.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub tumor_location: Option<Secret<String>>,
    /// What kind of pneumonia it is; only with a pneumonia.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub pneumonia_type: Option<Secret<String>>,
    /// Which lung has it; only with a pneumonia.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub affected_lung: Option<Secret<String>>,
    /// What there is to say besides.
    #[schema(value_type = Option<String>, max_length = 10000)]
    pub additional_notes: Option<Secret<String>>,
}

/// A scan after a change.
#[derive(Serialize, ToSchema)]
pub struct ChangedScan {
    /// The scan's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// `pending`, `processing`, `completed` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// What was found, once there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
}

/// A mark that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAnnotation {
    /// Pixels from the left: inside the picture.
    #[schema(value_type = f64, minimum = 0)]
    pub x: Number,
    /// Pixels from the top: inside the picture.
    #[schema(value_type = f64, minimum = 0)]
    pub y: Number,
    /// What is there.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    pub text: Secret<String>,
}

/// All marks on a scan.
#[derive(Serialize, ToSchema)]
pub struct Annotations {
    /// The scan's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The oldest first.
    pub annotations: Vec<Annotation>,
}

/// Where a report is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// A sentence for the reader.
    #[schema(value_type = String, example = "Report generated successfully")]
    pub message: &'static str,
    /// Where the report is for an hour at least: whoever has the address may read it.
    #[schema(example = "/reports/report-67f460abdf638f437b934239.pdf")]
    pub report_url: String,
}

/// What an address of a file was signed with.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// The scan that it is of.
    pub id: Option<String>,
    /// Until when it holds, in seconds since 1970.
    pub exp: Option<i64>,
    /// The signature.
    pub sig: Option<String>,
}
