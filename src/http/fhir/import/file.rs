//! `GET [base]/$import-file/[job]/[file]`: what of a file was refused, line by line.

use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, web};
use futures_util::stream::try_unfold;

use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::records::Error;
use crate::records::import::{ImportedFile, Imports};

/// The media type of what is told.
const NDJSON: &str = "application/fhir+ndjson";

/// Tells what of a file of an import was refused: an OperationOutcome for each line, which it names, and one for the rest where the file broke off.
/// Of more than a thousand lines, the first are told.
#[utoipa::path(tag = "fhir", operation_id = "read_import_file",
    params(("job" = String, Path, description = "The import's id, from `Content-Location`"),
        ("file" = String, Path, description = "The file's name, from the result")),
    responses((status = 200, description = "OperationOutcomes, one a line", body = String, content_type = "application/fhir+ndjson"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scopes"),
        (status = 404, description = "This client has no such import, or nothing of the file was refused")),
    security(("access_token" = [])))]
#[get("/$import-file/{job}/{file}")]
pub async fn read_import_file(
    path: web::Path<(String, String)>,
    client: Client,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Refusal> {
    let (job, name) = path.into_inner();
    let number =
        name.strip_suffix(".ndjson").and_then(|number| number.parse().ok()).ok_or(Error::NotFound)?;
    let file = imports.faulty_file(&client.0, (&job, number)).await?;
    let told = Telling { imports, client, job, file, after: 0, has_ended: false };
    let lines = try_unfold(told, |mut told| async move {
        Ok::<_, Error>(told.next().await.inspect_err(Error::log)?.map(|lines| (lines, told)))
    });
    Ok(HttpResponse::Ok().content_type(NDJSON).streaming(lines))
}

/// What is told of a file, some lines at a time.
struct Telling {
    imports: web::Data<Imports>,
    client: Client,
    job: String,
    file: ImportedFile,
    /// The last line that was told.
    after: i64,
    has_ended: bool,
}

impl Telling {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if self.has_ended {
            return Ok(None);
        }
        let place = (self.job.as_str(), self.file.number);
        let faults = self.imports.faults(&self.client.0, place, self.after).await?;
        let Some((last, _)) = faults.last() else {
            self.has_ended = true;
            let why = self.file.failure.take();
            return Ok(why.map(|why| {
                let issue = Issue::error(IssueType::Processing, why);
                format!("{}\n", operation_outcome(&[issue])).into()
            }));
        };
        self.after = *last;
        Ok(Some(faults.into_iter().map(|(_, outcome)| format!("{outcome}\n")).collect::<String>().into()))
    }
}
