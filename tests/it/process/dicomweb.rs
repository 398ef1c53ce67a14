//! A study of many large files: stored and given back by a server that never has much of it in memory.

use futures_util::future::join_all;
use reqwest::Client;

use super::exports::most_kib;
use super::recovery::token;
use super::{DataFolder, Running};
use crate::dicomweb::{RELATED, parts};
use crate::harness::dicom::{SAID, Said};

/// So many files.
const COUNT: usize = 24;
/// So long is a side of each, of a byte a pixel.
const SIDE: usize = 3_000;
/// So many viewers ask for all of it at once.
const VIEWERS: usize = 3;
/// So much more memory a server may take while it gives the study, which is four times as much for each of them.
const MOST_KIB: i64 = 96 * 1024;
/// So much more while it takes them one after another, in all less than they come to: two at a time are there as pixels, as a picture
/// and for a model, the one that is stored and the one before.
const MOST_WHILE_STORED_KIB: i64 = 160 * 1024;

async fn store(running: &Running, token: &str, file: Vec<u8>) {
    let request = Client::new().post(format!("{}/dicomweb/studies", running.url)).bearer_auth(token);
    let answer = request.header("Content-Type", RELATED).body(parts(&[file])).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

/// How many bytes are at a path; they are not kept.
async fn length(running: &Running, token: &str, path: &str) -> usize {
    let request = Client::new().get(format!("{}/dicomweb{path}", running.url)).bearer_auth(token);
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut length = 0;
    while let Some(chunk) = answer.chunk().await.unwrap() {
        length += chunk.len();
    }
    length
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_of_many_files_is_never_in_memory() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let token = token(&folder).await;
    store(
        &running,
        &token,
        Said { study: "2.25.9", series: "2.25.9.1", instance: "2.25.9.1.1", ..SAID }.file(),
    )
    .await;
    let before = most_kib(&running);
    let pixels: Vec<u8> = (0..SIDE * SIDE).map(|at| (at / 7).to_le_bytes()[0]).collect();
    for number in 0..COUNT {
        let instance = format!("2.25.1.1.{number}");
        store(&running, &token, Said { instance: &instance, pixels: &pixels, ..SAID }.file()).await;
    }
    let stored = most_kib(&running);
    assert!(stored - before < MOST_WHILE_STORED_KIB, "storing took {} KiB", stored - before);
    let one = async || length(&running, &token, "/studies/2.25.1").await;
    let lengths = join_all((0..VIEWERS).map(|_| one())).await;
    assert!(lengths.iter().all(|length| *length > COUNT * SIDE * SIDE), "{lengths:?}");
    let metadata = length(&running, &token, "/studies/2.25.1/metadata").await;
    assert!(metadata < COUNT * 10_000, "{metadata}");
    let taken = most_kib(&running) - stored;
    assert!(taken < MOST_KIB, "giving {VIEWERS} times {} bytes took {taken} KiB", lengths[0]);
}
