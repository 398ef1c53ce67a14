//! Lists of scans, and who may see which (contract IM-09, IM-22, IM-23).

use serde_json::{Value, json};

use super::super::{User, refused, server, stranger};

fn ids(list: &Value) -> Vec<&str> {
    list["scans"].as_array().unwrap().iter().map(|scan| scan["_id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parameter_is_refused() {
    let server = server().await;
    let admin = User::admin(&server).await;
    for (query, text) in [
        ("page=0", "page must be a whole number from 1 on"),
        ("limit=x", "limit must be a whole number from 1 on"),
        ("status=done", "status must be pending, processing, completed or failed"),
        ("startDate=yesterday", "startDate must be an ISO 8601 date"),
        ("endDate=2025-13-01", "endDate must be an ISO 8601 date"),
        ("status=failed&status=pending", "status is given more than once"),
    ] {
        assert_eq!(refused(&admin.get(&format!("/scans?{query}")).await, 400), text, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_are_listed_by_page_state_patient_and_date() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let mut scans = Vec::new();
    for day in 1..=5 {
        let scan = admin.scan(&format!("PT,{}", day % 2), &format!("2025-05-0{day}T10:00:00Z")).await;
        scans.push(scan["_id"].as_str().unwrap().to_owned());
    }
    let [first, second, third, fourth, fifth] = scans.as_slice() else { panic!() };
    let change = json!({ "status": "completed", "result": { "hasTumor": true, "confidence": 0.95, "tumorType": "glioma" } });
    let changed = admin.send(reqwest::Method::PATCH, &format!("/scans/{third}"), &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let all = admin.read("/scans").await;
    assert_eq!(ids(&all), [fifth, fourth, third, second, first]);
    assert_eq!(
        (&all["currentPage"], &all["totalPages"], &all["totalScans"]),
        (&json!(1), &json!(1), &json!(5))
    );
    let mut shown = all["scans"][2].clone();
    shown.as_object_mut().unwrap().remove("imageUrl");
    assert_eq!(
        shown,
        json!({ "_id": third, "patientId": "PT,1", "patientName": "Priya Mehta", "scanDate": "2025-05-03T10:00:00.000Z",
            "status": "completed", "result": { "hasTumor": true, "confidence": 0.95, "tumorType": "glioma" } })
    );
    for (query, found, pages, total) in [
        ("page=2&limit=2", vec![third, second], 3, 5),
        ("page=4&limit=2", vec![], 3, 5),
        ("page=99999999999&limit=1000000000", vec![], 1, 5),
        ("status=completed", vec![third], 1, 1),
        ("status=pending&limit=1", vec![fifth], 4, 4),
        ("status=failed", vec![], 0, 0),
        ("patientId=PT,1", vec![fifth, third, first], 1, 3),
        ("patientId=PT", vec![], 0, 0),
        ("patientId=pt%2C1", vec![], 0, 0),
        ("startDate=2025-05-04", vec![fifth, fourth], 1, 2),
        ("startDate=2025-05-04T10:00&endDate=2025-05-05T12:00%2B0200", vec![fifth, fourth], 1, 2),
        ("endDate=2025-05-02", vec![second, first], 1, 2),
        ("startDate=2025-05-02T10:00:00.000Z&endDate=2025-05-03T09:59:59.999Z", vec![second], 1, 1),
        ("startDate=2025-05-05&endDate=2025-05-01", vec![], 0, 0),
    ] {
        let list = admin.read(&format!("/scans?{query}")).await;
        assert_eq!(ids(&list), found, "{query}");
        assert_eq!((&list["totalPages"], &list["totalScans"]), (&json!(pages), &json!(total)), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_sees_what_he_sent_and_what_is_of_his_patients() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let (one, other) = (admin.doctor("1@example.org").await, admin.doctor("2@example.org").await);
    let stranger = stranger(&server).await;
    let scan = one.scan("PT-1", "2025-05-01").await;
    let id = scan["_id"].as_str().unwrap();
    let path = format!("/scans/{id}");
    for user in [&other, &stranger] {
        assert_eq!(user.read("/scans").await["totalScans"], 0);
        assert_eq!(refused(&user.get(&path).await, 404), "There is no such scan");
        assert_eq!(refused(&user.get(&format!("{path}/status")).await, 404), "There is no such scan");
    }
    let seen = one.read(&path).await;
    assert_eq!(
        (&seen["doctorId"], &seen["annotations"], seen.get("result")),
        (&json!({ "_id": one.id, "name": "Dr. 1@example.org", "email": "1@example.org" }), &json!([]), None)
    );
    assert_eq!((seen.get("analysis"), &seen["picture"]), (None, &json!({ "width": 200, "height": 100 })));
    let patient = one.read("/patients").await["patients"][0]["_id"].as_str().unwrap().to_owned();
    let assigned = json!({ "doctorId": other.id });
    let answer =
        admin.send(reqwest::Method::POST, &format!("/patients/{patient}/assign-doctor"), &assigned).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for user in [&one, &other, &admin] {
        assert_eq!(ids(&user.read("/scans").await), [id]);
        assert_eq!(user.read(&path).await["doctorId"]["_id"], one.id);
        assert_eq!(
            user.read(&format!("{path}/status")).await,
            json!({ "status": "pending", "jobStatus": { "state": "waiting", "progress": 0 } })
        );
    }
    for id in ["x", "..", "67F46037DF638F437B934206", "%00"] {
        assert_eq!(admin.get(&format!("/scans/{id}")).await.status, 404, "{id}");
    }
}
