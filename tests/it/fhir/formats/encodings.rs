//! Compressed bodies, either way.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::{GzEncoder, ZlibEncoder};
use reqwest::Method;

use super::super::{patient, stored};
use super::XML;
use crate::harness::{Answer, Fhir, Server};

fn packed(encoding: &str, body: &[u8]) -> Vec<u8> {
    match encoding {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(body).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(body).unwrap();
            encoder.finish().unwrap()
        }
        _ => {
            let mut packed = Vec::new();
            brotli::CompressorWriter::new(&mut packed, 4096, 1, 22).write_all(body).unwrap();
            packed
        }
    }
}

async fn post(fhir: &Fhir<'_>, encoding: &str, body: Vec<u8>) -> Answer {
    let request = fhir.request(Method::POST, "/Patient").header("Content-Type", "application/fhir+json");
    Answer::of(request.header("Content-Encoding", encoding).body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_unpacked_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for encoding in ["zstd", "compress", "gzip, br", "gzip,gzip", ""] {
        let answer = post(&fhir, encoding, patient().to_string().into_bytes()).await;
        let refusal = ["not-supported: the body's Content-Encoding must be one of gzip, deflate, br"];
        assert_eq!(answer.refused(415), refusal, "{encoding}");
        assert_eq!(answer.header("accept-encoding"), "gzip, deflate, br");
    }
    let twice = fhir.request(Method::POST, "/Patient").header("Content-Encoding", "gzip");
    let twice = twice.header("Content-Encoding", "gzip").body(packed("gzip", b"{}"));
    assert_eq!(Answer::of(twice).await.refused(415).len(), 1);
    let malformed = ["structure: the body is not in the encoding that Content-Encoding names"];
    for encoding in ["gzip", "deflate", "br"] {
        let plain = post(&fhir, encoding, patient().to_string().into_bytes()).await;
        assert_eq!(plain.refused(400), malformed, "{encoding}");
        let mut cut = packed(encoding, patient().to_string().as_bytes());
        cut.truncate(cut.len() / 2);
        assert_eq!(post(&fhir, encoding, cut).await.refused(400), malformed, "{encoding}");
        let empty = post(&fhir, encoding, packed(encoding, b"")).await;
        assert_eq!(empty.refused(400), ["structure: The body is empty; a resource is expected."]);
    }
    assert_eq!(fhir.get("/Patient").await.json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_too_large_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for encoding in ["gzip", "deflate", "br"] {
        let bomb = packed(encoding, &vec![b' '; 100 << 20]);
        assert!(bomb.len() < 1 << 20);
        let answer = post(&fhir, encoding, bomb).await;
        assert_eq!(answer.refused(413), ["too-long: the body is larger than 33554432 bytes"], "{encoding}");
    }
    let stranger = server.request(Method::POST, "/fhir/Patient").header("Content-Encoding", "gzip");
    assert_eq!(Answer::of(stranger.body("x")).await.refused(401).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_unpacked_for_every_interaction() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut long = patient();
    long["name"][0]["text"] = "x".repeat(900_000).into();
    for encoding in ["gzip", "deflate", "br", "identity", "GZIP", "x-gzip"] {
        let kind = if encoding.to_ascii_lowercase().ends_with("gzip") { "gzip" } else { encoding };
        for body in [&patient(), &long] {
            let body = body.to_string().into_bytes();
            let body = if kind == "identity" { body } else { packed(kind, &body) };
            let answer = post(&fhir, encoding, body).await;
            assert_eq!(answer.status, 201, "{encoding}: {:.200}", answer.text);
        }
    }
    let form = fhir.request(Method::POST, "/Patient/_search").header("Content-Encoding", "gzip");
    let form = form.header("Content-Type", "application/x-www-form-urlencoded");
    let found = Answer::of(form.body(packed("gzip", b"family=liddell&_summary=count"))).await;
    assert_eq!(found.json()["total"], 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_packed_for_who_takes_that() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let plain = fhir.get(&path).await;
    assert_eq!(plain.header("content-encoding"), "");
    for (accepted, encoding) in [("gzip", "gzip"), ("br", "br"), ("gzip;q=0.5, br", "br"), ("identity", "")] {
        for (suffix, expected) in [("", plain.text.as_bytes()), ("?_format=xml", b"")] {
            let request =
                fhir.request(Method::GET, &format!("{path}{suffix}")).header("Accept-Encoding", accepted);
            let response = request.send().await.unwrap();
            let headers = response.headers().clone();
            let sent = headers.get("content-encoding").map_or("", |value| value.to_str().unwrap());
            assert_eq!(sent, encoding, "{accepted}");
            let vary: Vec<_> = headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
            let both = if encoding.is_empty() { vec!["Accept"] } else { vec!["Accept", "accept-encoding"] };
            assert_eq!(vary, both);
            let body = response.bytes().await.unwrap();
            let mut text = Vec::new();
            match encoding {
                "gzip" => drop(GzDecoder::new(&body[..]).read_to_end(&mut text).unwrap()),
                "br" => drop(brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut text).unwrap()),
                _ => text = body.to_vec(),
            }
            if suffix.is_empty() {
                assert_eq!(text, expected);
            } else {
                assert_eq!(headers["content-type"], XML);
                assert_eq!(hygeia::fhir::xml::parse_resource(&text).unwrap(), plain.json());
            }
        }
    }
}
