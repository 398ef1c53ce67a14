//! `GET [base]/$export-file/[job]/[file]`: a file of an export, batch by batch.
//! <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-output-file-request>

use actix_web::{HttpResponse, get, web};
use futures_util::stream::try_unfold;

use super::{NDJSON, lines};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::records::{Error, Records};

/// Fetches a file of an export.
#[utoipa::path(tag = "fhir", operation_id = "read_export_file",
    params(("job" = String, Path, description = "The export's id, from `Content-Location`"),
        ("file" = String, Path, description = "The file's name, from the manifest")),
    responses((status = 200, description = "Resources, one a line", body = String, content_type = "application/fhir+ndjson"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scope for the type in it"),
        (status = 404, description = "This client has no such file")),
    security(("access_token" = [])))]
#[get("/$export-file/{job}/{file}")]
pub async fn read_export_file(
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (job, name) = path.into_inner();
    let file = records.export_file(&client.0, &job, &name).await?;
    if let Some(notes) = lines::of_notes(&file) {
        return Ok(HttpResponse::Ok().content_type(NDJSON).body(notes));
    }
    let batches = try_unfold(file, |mut file| async move {
        while let Some(resources) = file.next().await.inspect_err(Error::log)? {
            // What is empty would end the answer.
            if !resources.is_empty() {
                return Ok(Some((lines::of(&file, resources).await.inspect_err(Error::log)?, file)));
            }
        }
        Ok::<_, Error>(None)
    });
    Ok(HttpResponse::Ok().content_type(NDJSON).streaming(batches))
}
