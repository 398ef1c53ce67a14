//! Clients and people, as an operator adds them beside a running server.

use super::DataFolder;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_added_used_listed_and_removed_beside_a_server() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    for (arguments, told) in [
        (vec!["--scope", "system/*.rs"], "|--secret|--public>"),
        (vec!["--scope", "system/*.rs", "--public"], "could never get a token"),
        (vec!["--scope", "system/*", "--secret"], "is not a scope"),
        (vec!["--scope", "system/*.rs", "--secret", "--purpose", "FUN"], "is not a purpose such as TREAT"),
        (vec!["--scope", "system/*.rs", "--jwks", "/nowhere"], "/nowhere cannot be read"),
        (vec!["--scope", "system/*.rs", "--secret", "--tenant", "nobody"], "there is no tenant named"),
    ] {
        let (good, shown, refused) = folder.run(&[&["admin", "client", "add"], &*arguments].concat()).await;
        assert!(!good && shown.is_empty() && refused.contains(told), "{arguments:?}: {refused}");
    }
    let add = ["admin", "client", "add", "--secret", "--scope", "system/Patient.rs", "--name", "nightly"];
    let add = [&add[..], &["--purpose", "HRESCH", "--purpose", "TREAT"]].concat();
    let (good, shown, told) = folder.run(&add).await;
    assert!(good, "{told}");
    let lines: Vec<_> = shown.lines().collect();
    let [secret, id] = lines.as_slice() else { panic!("{shown}") };
    let secret = secret.strip_prefix("secret, shown only now: ").unwrap();
    let http = reqwest::Client::new();
    let ask = || {
        let form = [("grant_type", "client_credentials"), ("scope", "system/*.rs")];
        http.post(format!("{}/oauth/token", running.url)).basic_auth(id, Some(secret)).form(&form).send()
    };
    let given: serde_json::Value = ask().await.unwrap().json().await.unwrap();
    assert_eq!((&given["scope"], &given["purpose_of_use"]), (&"system/Patient.rs".into(), &"HRESCH".into()));
    let (_, listed, _) = folder.run(&["admin", "client", "list"]).await;
    assert_eq!(listed, format!("{id}\tconfidential\tsystem/Patient.rs\tnightly\n"));
    let (good, removed, _) = folder.run(&["admin", "client", "remove", id]).await;
    assert!(good && removed == format!("{id}\n"));
    assert!(!folder.run(&["admin", "client", "remove", id]).await.0, "it is gone");
    assert_eq!(ask().await.unwrap().status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_keys_are_the_operators_to_change() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let add = ["admin", "add-person", "--email", "bob@example.org", "--name", "Bob"];
    let (good, shown, told) = folder.run(&add).await;
    assert!(good && shown.starts_with("password, shown only now: "), "{told}");
    let (good, _, told) = folder.run(&add).await;
    assert!(!good && told.contains("an account with this e-mail address exists"), "{told}");
    let patient = [&add[..3], &["carol@example.org", "--name", "Carol", "--patient", "none"]].concat();
    let (good, _, told) = folder.run(&patient).await;
    assert!(!good && told.contains("the tenant has no Patient with the id \"none\""), "{told}");
    let keys =
        async || reqwest::get(format!("{}/oauth/jwks", running.url)).await.unwrap().text().await.unwrap();
    let before = keys().await;
    let (good, _, told) = folder.run(&["admin", "rotate-keys"]).await;
    assert!(good, "{told}");
    let after: serde_json::Value = serde_json::from_str(&keys().await).unwrap();
    assert_eq!(after["keys"].as_array().unwrap().len(), 2);
    assert!(before.contains(after["keys"][1]["kid"].as_str().unwrap()), "the old one is published on");
}
