use super::super::{NotWritten, write};
use super::{json, read, written};

/// Asserts that JSON and XML say the same, either way.
#[track_caller]
fn same(json_text: &str, xml: &str) {
    let resource = json(json_text);
    assert_eq!(written(&resource), xml);
    assert_eq!(read(xml).to_string(), resource.to_string());
    assert_eq!(read(&write(&resource, true).unwrap()), resource);
}

#[test]
fn each_sort_of_element_has_its_form() {
    same(
        r#"{"resourceType":"Patient","id":"p1","meta":{"versionId":"2"},"active":true,"name":[{"id":"n","family":"A & <B> \"C\"","given":["x","y"]},{"text":"z"}],"deceasedDateTime":"2000","multipleBirthInteger":2}"#,
        concat!(
            r#"<Patient xmlns="http://hl7.org/fhir"><id value="p1"/><meta><versionId value="2"/></meta><active value="true"/>"#,
            r#"<name id="n"><family value="A &amp; &lt;B&gt; &quot;C&quot;"/><given value="x"/><given value="y"/></name><name><text value="z"/></name>"#,
            r#"<deceasedDateTime value="2000"/><multipleBirthInteger value="2"/></Patient>"#
        ),
    );
}

#[test]
fn digits_and_blanks_stay_as_they_are() {
    same(
        r#"{"resourceType":"Observation","valueQuantity":{"value":1.00},"note":[{"text":" a\n\tb\r\n "}],"component":[{"valueQuantity":{"value":-0.0e+10}},{"valueQuantity":{"value":123456789012345678901234567890.10}}]}"#,
        concat!(
            r#"<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="1.00"/></valueQuantity>"#,
            r#"<note><text value=" a&#10;&#9;b&#13;&#10; "/></note><component><valueQuantity><value value="-0.0e+10"/></valueQuantity></component>"#,
            r#"<component><valueQuantity><value value="123456789012345678901234567890.10"/></valueQuantity></component></Observation>"#
        ),
    );
    // Blanks as themselves are all the same in an attribute, and R4's integers may have a plus sign.
    let xml = "<Patient xmlns='http://hl7.org/fhir'><name><text value='a\r\nb\tc'/></name><multipleBirthInteger value='+3'/></Patient>";
    let patient = json(r#"{"resourceType":"Patient","name":[{"text":"a b c"}],"multipleBirthInteger":3}"#);
    assert_eq!(read(xml), patient);
}

#[test]
fn primitives_have_ids_and_extensions() {
    same(
        r#"{"resourceType":"Patient","_language":{"id":"l"},"extension":[{"id":"e","url":"u","extension":[{"url":"v","valueDecimal":0.10,"_valueDecimal":{"id":"d"}}]}],"name":[{"given":["a",null,"c"],"_given":[null,{"extension":[{"url":"u","valueCode":"x"}]},{"id":"i"}]},{"_given":[{"id":"j"}]}],"birthDate":"2000","_birthDate":{"extension":[{"url":"u","valueBoolean":false}]}}"#,
        concat!(
            r#"<Patient xmlns="http://hl7.org/fhir"><language id="l"/>"#,
            r#"<extension id="e" url="u"><extension url="v"><valueDecimal id="d" value="0.10"/></extension></extension>"#,
            r#"<name><given value="a"/><given><extension url="u"><valueCode value="x"/></extension></given><given id="i" value="c"/></name><name><given id="j"/></name>"#,
            r#"<birthDate value="2000"><extension url="u"><valueBoolean value="false"/></extension></birthDate></Patient>"#
        ),
    );
}

#[test]
fn resources_stand_in_resources() {
    same(
        r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:x","resource":{"resourceType":"Patient","contained":[{"resourceType":"Basic","id":"b"}],"active":true}},{"response":{"status":"200","outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}}}]}"#,
        concat!(
            r#"<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><entry><fullUrl value="urn:x"/><resource><Patient>"#,
            r#"<contained><Basic><id value="b"/></Basic></contained><active value="true"/></Patient></resource></entry>"#,
            r#"<entry><response><status value="200"/><outcome><OperationOutcome><issue><severity value="error"/></issue></OperationOutcome></outcome></response></entry></Bundle>"#
        ),
    );
    same(r#"{"resourceType":"Binary"}"#, r#"<Binary xmlns="http://hl7.org/fhir"/>"#);
}

#[test]
fn xml_has_the_order_of_r4_whatever_the_order_of_the_json() {
    let unordered = json(
        r#"{"birthDate":"2000","_active":{"id":"a"},"name":[{"given":["x"],"family":"y"}],"resourceType":"Patient"}"#,
    );
    let xml = r#"<Patient xmlns="http://hl7.org/fhir"><active id="a"/><name><family value="y"/><given value="x"/></name><birthDate value="2000"/></Patient>"#;
    assert_eq!(written(&unordered), xml);
    assert_eq!(read(xml), unordered);
}

#[test]
fn narratives_are_copied_byte_by_byte() {
    let div = "<div  xmlns='http://www.w3.org/1999/xhtml' class=\"a\" >\n<!-- c --><p title='\"'>a &lt; b &#160;\u{a0}<br /></p><![CDATA[&]]><img src=\"data:x\" alt=\"\"/>\r\n</div >";
    let patient = serde_json::json!({"resourceType": "Patient", "text": {"status": "generated", "div": div}});
    let xml = format!(
        r#"<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/>{div}</text></Patient>"#
    );
    assert_eq!(written(&patient), xml);
    assert_eq!(read(&xml), patient);
    assert_eq!(read(&write(&patient, true).unwrap()), patient);
}

#[test]
fn a_narrative_means_the_same_without_what_is_around_it() {
    let prefixed = concat!(
        r#"<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"><f:text><f:status value="generated"/>"#,
        r#"<h:div class='"' xml:lang="de">a<h:br/><h:p xmlns:x="urn:x" title="&lt;">&amp;</h:p></h:div></f:text></f:Patient>"#
    );
    let div = r#"<div xmlns="http://www.w3.org/1999/xhtml" class='"' xml:lang="de">a<br/><p title="&lt;">&amp;</p></div>"#;
    assert_eq!(read(prefixed)["text"]["div"], div);
    let inherited = prefixed.replace("xmlns:h=", "xmlns=").replace("h:", "");
    assert_eq!(read(&inherited)["text"]["div"], div);
}

#[test]
fn what_means_nothing_may_stand_anywhere() {
    let xml = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<!-- a --><?xml-stylesheet href='x'?>\n<Patient xmlns=\"http://hl7.org/fhir\">\n  <!-- b --><active value=\"true\"><!-- c -->\n</active >\n</Patient>\n<!-- d -->\n";
    assert_eq!(read(xml).to_string(), r#"{"resourceType":"Patient","active":true}"#);
}

#[test]
fn what_r4_has_no_place_for_is_not_written() {
    let refused = [
        (r#"{"resourceType":"Patient","nickname":"x"}"#, "Patient"),
        (r#"{"resourceType":"Patient","_nickname":{}}"#, "Patient"),
        (r#"{"resourceType":"Petient"}"#, "Resource"),
        (r#"{"resourceType":"Patient","name":{"text":"x"}}"#, "Patient.name"),
        (r#"{"resourceType":"Patient","name":["x"]}"#, "Patient.name[0]"),
        (r#"{"resourceType":"Patient","active":["x"]}"#, "Patient.active"),
        (r#"{"resourceType":"Patient","text":{"div":"<div>"}}"#, "Patient.text.div"),
        (r#"{"resourceType":"Patient","contained":[{"resourceType":"x"}]}"#, "Patient.contained[0]"),
    ];
    for (resource, place) in refused {
        assert_eq!(write(&json(resource), false), Err(NotWritten(place.to_owned())), "{resource}");
    }
    // What XML cannot hold at all is shown as such.
    let odd = serde_json::json!({"resourceType": "Patient", "name": [{"text": "a\u{1}\u{FFFF}b"}]});
    assert!(written(&odd).contains("\"a\u{FFFD}\u{FFFD}b\""));
}

#[test]
fn pretty_is_one_element_a_line() {
    let patient = json(r#"{"resourceType":"Patient","active":true,"name":[{"text":"x"}]}"#);
    assert_eq!(
        write(&patient, true).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Patient xmlns=\"http://hl7.org/fhir\">\n  <active value=\"true\"/>\n  <name>\n    <text value=\"x\"/>\n  </name>\n</Patient>"
    );
}
