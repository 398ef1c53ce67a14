//! Against servers on this machine, whose addresses are as private as can be.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A server that gives everybody this answer, and hangs after it.
async fn answering(answer: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                std::future::pending::<()>().await;
            });
        }
    });
    address
}

fn with(allow: &[String]) -> Egress {
    let allow = allow.iter().map(|text| Place::parse(text).unwrap()).collect();
    Egress::new(&EgressSettings { allow, ..EgressSettings::default() }, None).unwrap()
}

async fn refused(egress: &Egress, url: &str) -> String {
    egress.document(url.parse().unwrap(), 64).await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_is_not_public_or_not_https_is_not_fetched() {
    let server = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned()).await;
    let port = server.port();
    let egress = with(&[format!("listed.example:{port}")]);
    let private = "the address is not public and not excepted by the settings";
    let scheme = "the address is neither https nor excepted by the settings";
    for (url, told) in [
        (format!("https://127.0.0.1:{port}/"), private),
        (format!("https://[::1]:{port}/"), private),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), private),
        (format!("https://2130706433:{port}/"), private),
        (format!("https://0x7f.1:{port}/"), private),
        // These are resolved when the connection is made.
        (format!("https://localhost:{port}/"), private),
        (format!("https://LOCALHOST:{port}/"), private),
        ("https://169.254.169.254/latest/meta-data/".to_owned(), private),
        (format!("http://localhost:{port}/"), scheme),
        (format!("http://127.0.0.1:{port}/"), scheme),
        ("http://example.org/".to_owned(), scheme),
        ("ftp://example.org/".to_owned(), scheme),
        ("file:///etc/passwd".to_owned(), scheme),
        // Another port of a listed host.
        ("http://listed.example:1/".to_owned(), scheme),
        (format!("ftp://listed.example:{port}/"), scheme),
    ] {
        assert_eq!(refused(&egress, &url).await, told, "{url}");
    }
}

#[tokio::test]
async fn a_listed_place_is_fetched_but_no_other_that_it_points_to() {
    let secret = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned()).await;
    let moved = format!("HTTP/1.1 302 Found\r\nLocation: http://{secret}/\r\nContent-Length: 0\r\n\r\n");
    let moved = answering(moved).await;
    let egress = with(&[moved.to_string(), format!("localhost:{}", secret.port())]);
    assert_eq!(
        refused(&egress, &format!("http://{moved}/")).await,
        "the other server answered with status 302"
    );
    let found = egress.document(format!("http://localhost:{}/", secret.port()).parse().unwrap(), 64).await;
    assert_eq!(found.unwrap(), "{}");
}

#[tokio::test]
async fn whoever_points_elsewhere_points_at_https_alone() {
    let file = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab".to_owned()).await;
    let moved = format!("HTTP/1.1 302 Found\r\nLocation: http://{file}/\r\nContent-Length: 0\r\n\r\n");
    let moved = answering(moved).await;
    let egress = with(&[moved.to_string(), file.to_string()]);
    let open = async |from: SocketAddr| egress.open(format!("http://{from}/").parse().unwrap(), 1).await;
    assert_eq!(
        open(moved).await.unwrap_err().to_string(),
        "the address is neither https nor excepted by the settings"
    );
    assert_eq!(open(file).await.unwrap().next(2).await.unwrap().unwrap(), "ab");
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_leads_to_when_it_is_given() {
    let egress = with(&["localhost:7".to_owned()]);
    let refused =
        async |url: &str| egress.permits_now(&url.parse().unwrap()).await.map_err(|e| e.to_string());
    let private = Err("the address is not public and not excepted by the settings".to_owned());
    assert_eq!(refused("https://localhost/").await, private);
    assert_eq!(refused("https://127.0.0.1/").await, private);
    assert_eq!(refused("https://localhost:7/").await, Ok(()));
    assert_eq!(refused("https://nowhere.invalid/").await, Ok(()), "it is judged again when it is used");
}

#[tokio::test]
async fn of_an_answer_whose_status_matters_nothing_else_is_waited_for() {
    let endless = answering("HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\n".to_owned()).await;
    let egress = with(&[endless.to_string()]);
    let request = Request::new(Method::POST, format!("http://{endless}/").parse().unwrap());
    assert_eq!(egress.status(request).await.unwrap(), 503);
}

#[tokio::test]
async fn answers_end_at_their_limit() {
    let long = answering(format!("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n{}", "x".repeat(65))).await;
    // Without a length, as long as the connection is open.
    let endless = answering(format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100_000))).await;
    let egress = with(&[long.to_string(), endless.to_string()]);
    for server in [long, endless] {
        assert_eq!(
            refused(&egress, &format!("http://{server}/")).await,
            "the answer is larger than 64 bytes"
        );
    }
}

/// A server that begins an answer and sends a byte of it from time to time, for ever.
async fn trickling() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked).await;
                let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n".as_slice();
                let mut sent = stream.write_all(begun).await;
                while sent.is_ok() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    sent = stream.write_all(b"x").await;
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn who_does_not_answer_or_never_ends_is_not_waited_for() {
    let (silent, trickling) = (answering(String::new()).await, trickling().await);
    let allow = [silent, trickling].map(|place| Place::parse(&place.to_string()).unwrap()).to_vec();
    let settings = EgressSettings { allow, ..EgressSettings::default() };
    let patience = Patience { whole: Duration::from_millis(200), ..PATIENCE };
    let egress = Egress::within(patience, &settings, None).unwrap();
    for server in [silent, trickling] {
        let url = format!("http://{server}/");
        let asked = tokio::time::timeout(Duration::from_secs(10), refused(&egress, &url));
        assert_eq!(asked.await.expect("an end"), "no answer: operation timed out");
    }
}

#[test]
fn authorities_must_be_there() {
    let with = |path: &str| Egress::new(&EgressSettings::default(), Some(Path::new(path)));
    assert!(matches!(with("/nonexistent").err(), Some(NotUsable::File(_))));
    assert!(matches!(with("/dev/null").err(), Some(NotUsable::Certificates)));
}
