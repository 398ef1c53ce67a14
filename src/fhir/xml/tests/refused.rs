use super::super::{MOST_ATTRIBUTES, parse_resource};
use super::read;

/// Why a document is refused: the code, the place if there is one, and the text.
#[track_caller]
fn refusal(xml: impl AsRef<[u8]>) -> String {
    let issue = parse_resource(xml.as_ref()).unwrap_err();
    format!("{} {issue}", issue.code.as_str())
}

/// Why a Patient with this content is refused.
#[track_caller]
fn in_patient(content: &str) -> String {
    refusal(format!(r#"<Patient xmlns="http://hl7.org/fhir">{content}</Patient>"#))
}

/// Why a Patient with this narrative is refused.
#[track_caller]
fn in_div(content: &str) -> String {
    let div = format!(r#"<div xmlns="http://www.w3.org/1999/xhtml">{content}</div>"#);
    in_patient(&format!(r#"<text><status value="generated"/>{div}</text>"#))
}

#[test]
fn what_is_no_document_is_refused() {
    assert_eq!(refusal(""), "structure The body is empty; a resource is expected.");
    assert_eq!(refusal(" \n"), "structure The body is empty; a resource is expected.");
    assert_eq!(refusal("<!-- -->"), "structure The body holds no element; a resource is expected.");
    for declared in [
        "version='1.0' encoding='ISO-8859-1'",
        "version='1.1'",
        "version='2.0' encoding='utf-8'",
        "encoding='utf-8'",
        "",
    ] {
        let refusal = refusal(format!("<?xml {declared}?><Patient xmlns='http://hl7.org/fhir'/>"));
        assert_eq!(refusal, "structure The document must be XML 1.0 in UTF-8.", "{declared}");
    }
    assert_eq!(refusal("{}"), "structure Text stands between elements; values are written as attributes.");
    assert_eq!(refusal(b"<Patient \xff"), "structure The body is not UTF-8: byte 9 starts no character.");
    let ill_formed = [
        ("<Patient xmlns='http://hl7.org/fhir'>", "an element is not ended, at line 1, column 38"),
        ("\n <Patient", "markup is not ended, at line 2, column 2"),
        (
            "<Patient xmlns='http://hl7.org/fhir'></patient>",
            "an end tag does not match its start tag, at line 1, column 38",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'/><Patient/>",
            "there is a second root element, at line 1, column 39",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'/></Patient>",
            "an end tag does not match its start tag, at line 1, column 39",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir' a='1' a='2'/>",
            "a tag has an attribute twice, at line 1, column 1",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir' id/>",
            "an attribute must be written name=\"value\", at line 1, column 1",
        ),
        ("<!-- a -- b --><Patient/>", "a comment holds two hyphens, at line 1, column 8"),
        (
            "<Patient xmlns='http://hl7.org/fhir'>&</Patient>",
            "an & starts no reference, at line 1, column 38",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'>\u{1}</Patient>",
            "XML has no such character, at line 1, column 38",
        ),
        (" <?xml version='1.0'?><Patient/>", "a declaration stands inside, at line 1, column 2"),
    ];
    for (xml, problem) in ill_formed {
        assert_eq!(refusal(xml), format!("structure The body is not well-formed XML: {problem}."), "{xml}");
    }
}

#[test]
fn a_document_declares_nothing_and_fetches_nothing() {
    let declared = "structure A document type declaration is not taken.";
    assert_eq!(refusal("<!DOCTYPE Patient [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Patient/>"), declared);
    assert_eq!(refusal("<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>"), declared);
    assert_eq!(
        in_patient(r#"<birthDate value="&x;"/>"#),
        "value Patient.birthDate: The attribute value holds a reference that XML does not define."
    );
    assert_eq!(
        in_patient(r#"<birthDate value="&#1;"/>"#),
        "value Patient.birthDate: The attribute value holds a reference that XML does not define."
    );
    assert_eq!(
        in_patient("&x;"),
        "structure Patient: Text stands between elements; values are written as attributes."
    );
}

#[test]
fn names_and_namespaces_are_those_of_r4() {
    let no_type = |name: &str| format!("structure Resource: {name} is not the name of an R4 resource type.");
    assert_eq!(refusal("<Petient xmlns='http://hl7.org/fhir'/>"), no_type("Petient"));
    assert_eq!(refusal("<HumanName xmlns='http://hl7.org/fhir'/>"), no_type("HumanName"));
    assert_eq!(refusal("<DomainResource xmlns='http://hl7.org/fhir'/>"), no_type("DomainResource"));
    let space = |name: &str| format!("The element {name} is not in the namespace http://hl7.org/fhir.");
    assert_eq!(refusal("<Patient/>"), format!("structure Patient: {}", space("Patient")));
    assert_eq!(
        refusal("<Patient xmlns='urn:hl7-org:v3'/>"),
        format!("structure Patient: {}", space("Patient"))
    );
    assert_eq!(
        refusal("<f:Patient xmlns='http://hl7.org/fhir'/>"),
        format!("structure Patient: {}", space("Patient"))
    );
    assert_eq!(
        in_patient(r#"<active xmlns="urn:x" value="true"/>"#),
        format!("structure Patient.active: {}", space("active"))
    );
    assert_eq!(in_patient("<nickname value='x'/>"), "structure Patient: Patient has no element nickname.");
    assert_eq!(
        in_patient("<name><Family/></name>"),
        "structure Patient.name[0]: HumanName has no element Family."
    );
    assert_eq!(in_patient("<deceased value='true'/>"), "structure Patient: Patient has no element deceased.");
    assert_eq!(
        in_patient("<contact><name><given value='a'/><given value='b' lang='de'/></name></contact>"),
        "structure Patient.contact[0].name.given[1]: The element given has no attribute lang."
    );
    assert_eq!(
        in_patient("<name value='x'/>"),
        "structure Patient.name[0]: The element name has no attribute value."
    );
    assert_eq!(
        refusal("<Patient xmlns='http://hl7.org/fhir' id='1'/>"),
        "structure Patient: The element Patient has no attribute id."
    );
    assert_eq!(
        in_patient("<name><id value='x'/></name>"),
        "structure Patient.name[0]: id must be an attribute of HumanName."
    );
    assert_eq!(
        in_patient("<extension><url value='x'/></extension>"),
        "structure Patient.extension[0]: url must be an attribute of Extension."
    );
}

#[test]
fn elements_have_their_order_and_number() {
    assert_eq!(
        in_patient("<birthDate value='2000'/><gender value='male'/>"),
        "structure Patient.gender: gender must stand before birthDate; R4 gives the elements of XML an order."
    );
    assert_eq!(
        in_patient("<name><text value='a'/></name><active value='true'/>"),
        "structure Patient.active: active must stand before name; R4 gives the elements of XML an order."
    );
    assert_eq!(
        in_patient("<gender value='male'/><name><text value='a'/></name><gender value='male'/>"),
        "structure Patient.name: name must stand before gender; R4 gives the elements of XML an order."
    );
    assert_eq!(
        in_patient("<active value='true'/><active value='true'/>"),
        "structure Patient.active: active must be there only once."
    );
    assert_eq!(
        in_patient("<deceasedBoolean value='true'/><deceasedDateTime value='2000'/>"),
        "structure Patient.deceased.ofType(dateTime): deceasedDateTime must be there only once."
    );
    assert_eq!(in_patient("<name/>"), "structure Patient.name[0]: name is empty; leave the element out.");
    assert_eq!(
        in_patient("<name></name>"),
        "structure Patient.name[0]: name is empty; leave the element out."
    );
    assert_eq!(in_patient("<active/>"), "structure Patient.active: active is empty; leave the element out.");
}

#[test]
fn values_are_attributes_in_the_form_of_their_type() {
    let text = "Text stands between elements; values are written as attributes.";
    assert_eq!(in_patient("<active>true</active>"), format!("structure Patient.active: {text}"));
    assert_eq!(in_patient("<name><![CDATA[]]></name>"), format!("structure Patient.name[0]: {text}"));
    assert_eq!(in_patient("x"), format!("structure Patient: {text}"));
    assert_eq!(in_patient("<active value='1'/>"), "value Patient.active: active must be true or false.");
    assert_eq!(
        in_patient("<multipleBirthInteger value='x1'/>"),
        "value Patient.multipleBirth.ofType(integer): multipleBirthInteger must be a whole number."
    );
    for number in ["", " 1", "1 ", "01", ".5", "1.", "+1.0", "NaN", "INF", "1e", "0x1", "--1", "1_0"] {
        assert_eq!(
            refusal(format!(
                "<Observation xmlns='http://hl7.org/fhir'><valueQuantity><value value='{number}'/></valueQuantity></Observation>"
            )),
            "value Observation.value.ofType(Quantity).value: value must be a decimal number.",
            "{number}"
        );
    }
}

#[test]
fn a_resource_in_a_resource_stands_alone() {
    let one = "structure Patient.contained[0]: contained must hold one resource.";
    assert_eq!(in_patient("<contained/>"), one);
    assert_eq!(in_patient("<contained></contained>"), one);
    assert_eq!(in_patient("<contained><Patient><active value='true'/></Patient><Patient/></contained>"), one);
    assert_eq!(
        in_patient("<contained><Basic><code><text/></code></Basic></contained>"),
        "structure Patient.contained[0].code.text: text is empty; leave the element out."
    );
    assert_eq!(
        in_patient("<contained><name/></contained>"),
        "structure Patient.contained[0]: name is not the name of an R4 resource type."
    );
}

#[test]
fn a_narrative_does_nothing() {
    let active = "invariant Patient.text.div: div must be text, pictures and links: no scripts, forms, event attributes or embedded objects.";
    for markup in [
        "<script>1</script>",
        "<form/>",
        "<iframe src='x'/>",
        "<object/>",
        "<input/>",
        "<link/>",
        "<base href='x'/>",
        "<style>a</style>",
        "<p onclick='x'>a</p>",
        "<p onClick='x'>a</p>",
        "<a href='javascript:x'>a</a>",
        "<a href=' &#106;ava&#x9;Script:x'>a</a>",
        "<a href='vbscript:x'>a</a>",
        "<!--><script>1</script>-->",
        "<![CDATA[><script>1</script>]]>",
    ] {
        assert_eq!(in_div(markup), active, "{markup}");
    }
    let must = |must: &str| format!("structure Patient.text.div: div must {must}.");
    let entities = must("write characters as themselves or by number: XML knows no HTML entities");
    assert_eq!(in_div("a&nbsp;b"), entities);
    assert_eq!(in_div("a&#0;b"), entities);
    assert_eq!(in_div("<p title='&nbsp;'>b</p>"), must("have well-formed attributes"));
    assert_eq!(
        in_div("<p xlink:href='x' xmlns:xlink='http://www.w3.org/1999/xlink'>b</p>"),
        must("have attributes of XHTML only")
    );
    assert_eq!(in_div("<p xmlns='urn:x'>b</p>"), must("declare the XHTML namespace"));
    assert_eq!(in_div("<p title='a'class='b'>b</p>"), must("have well-formed attributes"));
    assert_eq!(in_div("<p xmlns:a='&b;'>b</p>"), must("have well-formed attributes"));
    assert_eq!(in_div("<?php ?>"), must("not have processing instructions"));
    assert_eq!(in_div("a ]]> b"), must("write ]]> as ]]&gt;"));
    assert_eq!(in_div("<p>"), must("be one XHTML div element"));
    assert_eq!(in_div(&"<b>".repeat(300)), must("not be nested so deeply"));
    assert_eq!(in_patient("<text><div>x</div></text>"), must("declare the XHTML namespace"));
}

#[test]
fn hostile_documents_end_early() {
    let deep = format!("{}<name/>", "<contained><Patient>".repeat(100));
    let issue = in_patient(&deep);
    assert!(issue.starts_with("too-costly Patient.contained[0].contained[0]"), "{issue}");
    assert!(issue.ends_with(": Elements are nested more than 64 deep."), "{issue}");
    let attributes: String = (0..=MOST_ATTRIBUTES).map(|at| format!(" a{at}=''")).collect();
    assert_eq!(
        in_patient(&format!("<active{attributes}/>")),
        "structure The body is not well-formed XML: a tag has too many attributes, at line 1, column 38."
    );
    let namespaces: String = (0..40).map(|at| format!(" xmlns:a{at}='u'")).collect();
    assert_eq!(
        in_patient(&format!("<active{namespaces}/>")),
        "structure The body is not well-formed XML: a namespace declaration is not allowed, or there are too many, at line 1, column 38."
    );
}

#[test]
fn time_grows_with_the_length_only() {
    let names = "<name><given value='a'/></name>".repeat(30_000);
    let started = std::time::Instant::now();
    read(&format!("<Patient xmlns='http://hl7.org/fhir'>{names}</Patient>"));
    let attributes: String = (0..200_000).map(|at| format!(" a{at}=''")).collect();
    assert!(in_patient(&format!("<active{attributes}/>")).contains("too many attributes"));
    assert!(in_div(&"<b>".repeat(100_000)).contains("deeply"));
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
