use std::net::TcpListener;
use std::sync::Mutex;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use url::Url;

use super::node::{Node, Sent, Taken};
use super::play::Counts;
use crate::clinical::continence::{Channel, Reading};
use crate::core::Secret;

/// What a server answers one after the other, and what it was sent.
type Script = web::Data<Mutex<(Vec<(u16, Value)>, Vec<Value>)>>;

async fn answer(script: Script, body: web::Json<Value>) -> HttpResponse {
    let mut script = script.lock().unwrap();
    script.1.push(body.into_inner());
    let (status, body) = script.0.remove(0);
    HttpResponse::build(status.try_into().unwrap()).json(body)
}

fn serve(answers: &[(u16, Value)]) -> (Node, Script, ServerHandle) {
    let script: Script = web::Data::new(Mutex::new((answers.to_vec(), Vec::new())));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/gateway/v1/telemetry", listener.local_addr().unwrap())).unwrap();
    let served = script.clone();
    let app =
        move || App::new().app_data(served.clone()).route("/gateway/v1/telemetry", web::post().to(answer));
    let server = HttpServer::new(app).workers(1).listen(listener).unwrap().run();
    let handle = server.handle();
    tokio::spawn(server);
    let node = Node {
        client: reqwest::Client::new(),
        url,
        id: "node-1".to_owned(),
        key: Secret::new("key".to_owned()),
        residents: 3..5,
        pods: vec!["SIM-POD-00003".to_owned(), "SIM-POD-00004".to_owned()],
    };
    (node, script, handle)
}

#[tokio::test]
async fn a_batch_that_is_refused_is_not_sent_again_and_the_refusal_is_told() {
    let (node, script, server) = serve(&[(400, json!({ "message": "no such pod" }))]);
    let told = node.send(&json!({})).await.unwrap_err().to_string();
    assert_eq!(told, "a batch was answered with 400 Bad Request: {\"message\":\"no such pod\"}");
    assert_eq!(script.lock().unwrap().1.len(), 1);
    server.stop(false).await;
}

#[tokio::test]
async fn a_batch_is_sent_again_as_it_was_until_the_server_takes_it() {
    let taken = json!({ "accepted": 0, "duplicates": 1 });
    let (node, script, server) = serve(&[(503, json!({})), (202, taken)]);
    let at = "2026-03-03T08:00:00.5Z".parse().unwrap();
    let reading = Reading::new(at, Some(7), Channel::Wetness, 12.25).unwrap();
    let batch = node.batch(&[(4, reading), (5, reading)]);
    let sent = node.send(&batch).await.unwrap();
    assert_eq!(sent, Sent { taken: Taken { accepted: 0, duplicates: 1 }, again: true });
    let expected = json!({
        "nodeId": "node-1",
        "readings": [{
            "podSerial": "SIM-POD-00004",
            "seq": 7,
            "at": "2026-03-03T08:00:00.500Z",
            "channel": "wetness",
            "value": 12.25
        }]
    });
    assert_eq!(script.lock().unwrap().1, [expected.clone(), expected]);
    server.stop(false).await;
}

#[test]
fn a_reading_is_lost_unless_the_server_has_it_and_doubled_when_it_takes_it_again() {
    let sent = |accepted, duplicates, again| Some(Sent { taken: Taken { accepted, duplicates }, again });
    assert!(!Counts::first(10, None).is_whole());
    assert!(!Counts::first(10, sent(9, 0, false)).is_whole());
    assert!(!Counts::first(10, sent(9, 1, false)).is_whole(), "it cannot have had one of them");
    assert!(Counts::first(10, sent(10, 0, false)).is_whole());
    assert!(
        Counts::first(10, sent(4, 6, true)).is_whole(),
        "the try before was taken in part, or unanswered"
    );
    assert!(!Counts::repetition(sent(1, 9, false)).is_whole());
    assert!(Counts::repetition(sent(0, 10, false)).is_whole());
}
