//! Studies, their files and how far they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::core::Secret;

/// A new study. Without `list_url` and `files`, files are uploaded afterwards; with one of them, they are fetched.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewStudy {
    /// Names and values by which the study is found again. They must hold nothing that names a person.
    pub tags: Option<BTreeMap<String, String>>,
    /// Where a list of the files is.
    #[schema(value_type = Option<String>)]
    pub list_url: Option<Secret<String>>,
    /// What may stand in that list, and may be sent in its place.
    #[serde(flatten)]
    pub document: FilesDocument,
}

/// A list of files.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct FilesDocument {
    /// What the client calls the sample.
    pub peripheral_blood_sample_id: Option<String>,
    /// By what the client stands for the patient.
    #[schema(value_type = Option<String>)]
    pub patient_proxy_medical_record_number: Option<Secret<String>>,
    /// When the sample was taken (RFC 3339).
    pub sample_collection_timestamp: Option<String>,
    /// Where the files are.
    #[schema(value_type = Option<Vec<String>>)]
    pub files: Option<Vec<Secret<String>>>,
    /// Who is told what came of it, by https.
    #[schema(value_type = Option<String>)]
    pub callback_url: Option<Secret<String>>,
    /// The diagnostic tasks that are wanted.
    #[serde(flatten)]
    pub tasks: Tasks,
}

/// Diagnostic tasks under one of their three names: `pbs_v1`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Tasks {
    /// The diagnostic tasks that are wanted.
    #[schema(example = json!(["pbs_v1"]))]
    pub diagnostic_tasks: Option<Vec<String>>,
    /// The same.
    pub tasks: Option<Vec<String>>,
    /// The same.
    pub clinical_tasks_requested: Option<Vec<String>>,
}

/// A diagnostic study that is requested.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TasksWanted {
    /// The diagnostic tasks.
    #[serde(flatten)]
    pub tasks: Tasks,
    /// Who is told when the report is ready, by https.
    #[schema(value_type = Option<String>)]
    pub callback_url: Option<Secret<String>>,
}

/// A study that was made.
#[derive(Serialize, ToSchema)]
pub struct StudyCreated {
    /// Its id.
    pub pbs_study_id: String,
    /// The same, under another of its names.
    pub pbs_id: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A study whose files are fetched.
#[derive(Serialize, ToSchema)]
pub struct StudyAccepted {
    /// Its id.
    pub pbs_study_id: String,
    /// Its files, as far as they are there.
    pub file_ids: Vec<String>,
}

/// A file that was taken in.
#[derive(Serialize, ToSchema)]
pub struct FileResults {
    /// The study.
    pub pbs_study_id: String,
    /// `sha224-i-` and the SHA-224 of an image; `sha224-z-` and that of a zip file.
    pub file_id: String,
    /// Of a zip file, its images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_ids: Option<Vec<String>>,
}

/// A diagnostic study that was requested.
#[derive(Serialize, ToSchema)]
pub struct TaskResults {
    /// The study.
    pub pbs_study_id: String,
    /// The diagnostic tasks.
    pub tasks: Vec<&'static str>,
}

/// How far a study is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StudyStatus {
    /// The study.
    pub pbs_study_id: String,
    /// `created`, `processing`, `ready` or `failed`.
    #[schema(example = "ready")]
    pub report_status: &'static str,
    /// How much is done, from 0 to 1.
    pub progress: f64,
    /// The same in words.
    pub progress_message: String,
}

/// A study.
#[derive(Serialize, ToSchema)]
pub struct StudyView {
    /// Its id.
    pub pbs_study_id: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// `created`, `processing`, `ready` or `failed`.
    pub report_status: &'static str,
    /// How much is done, from 0 to 1.
    pub progress: f64,
    /// When it was made.
    pub created_at: String,
}

/// A page of studies.
#[derive(Serialize, ToSchema)]
pub struct StudyPage {
    /// The studies, the newest first.
    pub studies: Vec<StudyView>,
    /// `cursor` of the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// That the API works.
#[derive(Serialize, ToSchema)]
pub struct Heartbeat {
    /// How long the answer took.
    #[schema(example = "59.078µs")]
    pub delta: String,
    /// Something else each time.
    #[schema(example = "a7ef8fba741237f693c3")]
    pub heartbeat: String,
    /// When it was asked, in seconds since 1970.
    pub request_timestamp: i64,
    /// The version of the server.
    pub version: &'static str,
}
