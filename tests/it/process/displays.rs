//! What an operator is told of a display in a picture.

use super::DataFolder;

#[tokio::test(flavor = "multi_thread")]
async fn a_display_is_read_to_an_operator() {
    let folder = DataFolder::new();
    let fixture = |name: &str| format!("{}/tests/it/fixtures/displays/{name}", env!("CARGO_MANIFEST_DIR"));
    for (file, told) in [
        ("/nowhere".to_owned(), "/nowhere cannot be read"),
        (fixture("draw.py"), "draw.py is no picture that can be read"),
    ] {
        let (good, shown, refused) = folder.run(&["admin", "read-display", &file]).await;
        assert!(!good && shown.is_empty() && refused.contains(told), "{file}: {refused}");
    }
    let (good, shown, told) = folder.run(&["admin", "read-display", &fixture("glucose-meter.png")]).await;
    assert!(good, "{told}");
    let numbers: Vec<_> = shown.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(numbers.first(), Some(&"5.4"), "{shown}");
}
