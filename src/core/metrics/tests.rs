use super::*;

#[test]
fn what_is_noted_is_told_and_what_is_gone_is_not() {
    let metrics = Metrics::new();
    let answered = Answered { surface: "fhir", method: "GET", route: "/fhir/{type}".to_owned(), status: 200 };
    metrics.answered(&answered, Duration::from_millis(3));
    let flight = metrics.begin("fhir");
    let waiting = |kind: &str| Waiting { kind: kind.to_owned(), due: 2, all: 3, oldest_s: 1.5 };
    metrics.waiting(Some(vec![waiting("mail")]));
    let text = metrics.text();
    for line in [
        "hygeia_http_requests_total{surface=\"fhir\",method=\"GET\",route=\"/fhir/{type}\",status=\"200\"} 1",
        "hygeia_http_request_duration_seconds_bucket{le=\"0.005\",surface=\"fhir\",method=\"GET\"} 1",
        "hygeia_http_request_duration_seconds_bucket{le=\"0.0025\",surface=\"fhir\",method=\"GET\"} 0",
        "hygeia_http_requests_in_flight{surface=\"fhir\"} 1",
        "hygeia_jobs_due{kind=\"mail\"} 2",
        "hygeia_jobs_oldest_due_seconds{kind=\"mail\"} 1.5",
        "hygeia_database_up 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in:\n{text}");
    }
    drop(flight);
    metrics.waiting(None);
    let text = metrics.text();
    assert!(text.contains("hygeia_http_requests_in_flight{surface=\"fhir\"} 0"), "{text}");
    assert!(text.contains("hygeia_database_up 0") && !text.contains("kind=\"mail\""), "{text}");
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}:\n{text}");
    }
}

#[test]
fn a_picture_is_counted_once_whatever_becomes_of_it() {
    METRICS.read("a test").end("read");
    drop(METRICS.read("a test"));
    let text = METRICS.text();
    for line in [
        "hygeia_inference_reads_total{reader=\"a test\",outcome=\"read\"} 1",
        "hygeia_inference_reads_total{reader=\"a test\",outcome=\"given_up\"} 1",
        "hygeia_inference_reads_in_flight{reader=\"a test\"} 0",
        "hygeia_inference_read_duration_seconds_count{reader=\"a test\"} 2",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in:\n{text}");
    }
}
