use super::*;
use serde_json::json;

#[test]
fn the_whole_catalog_is_loaded() {
    let types = load().unwrap();
    assert!(types.count() > 80);
    let names: Vec<&str> = types.iter().map(|found| found.name.as_str()).collect();
    assert!(names.is_sorted());
    for found in types.iter() {
        assert!(!found.summary.is_empty() && !found.summary.ends_with('.'), "{}", found.name);
        assert!(found.payloads.iter().all(|fields| !fields.is_empty()), "{}", found.name);
        assert!(types.get(&found.name).is_some());
    }
}

#[test]
fn every_form_of_a_reference_finds_its_type() {
    for reference in ["aws-vpc", "massdriver/aws-vpc", "aws-vpc@~1", "acme/aws-vpc@1.2.3"] {
        assert_eq!(resource_types().get(reference).unwrap().name, "aws-vpc", "{reference}");
    }
    assert!(resource_types().get("nothing").is_none());
    assert!(resource_types().get("").is_none());
}

#[test]
fn marks_show_special_types() {
    let redis = resource_types().get("redis-authentication").unwrap();
    let data = &redis.payloads[0][0];
    assert!(data.required && data.name == "data" && data.type_name == "object");
    let authentication = data.fields.iter().find(|field| field.name == "authentication").unwrap();
    let password = authentication.fields.iter().find(|field| field.name == "password").unwrap();
    assert!(password.required && password.sensitive && password.type_name == "string");
    let vpc = resource_types().get("aws-vpc").unwrap();
    let subnets = vpc.payloads[0].iter().find(|field| field.name == "public_subnets").unwrap();
    assert!(subnets.list && subnets.type_name == "object" && subnets.fields[0].name == "id");
}

fn defined(name: &str, schema: Value, source: Source) -> Arc<ResourceType> {
    let definition = Definition { name: name.to_owned(), schema, ..Definition::default() };
    Arc::new(ResourceType::defined(definition, source))
}

fn in_workspace(name: &str) -> Arc<ResourceType> {
    let schema = json!({"title": "Ours.", "properties": {"own": {"type": "string"}, "net": {"properties": {"a": {}}}}});
    defined(name, schema, Source::Workspace(Path::new("/w/massdriver.yaml").into()))
}

#[test]
fn the_nearest_layer_wins() {
    let published = defined("acme/aws-vpc", json!({"properties": {"org": {}}}), Source::Organization);
    let organization = Organization { id: Some("acme".into()), types: vec![published], ..Default::default() };
    let first = |types: &ResourceTypes, reference: &str| {
        types.get(reference).map(|found| found.payloads[0][0].name.clone())
    };
    let both =
        ResourceTypes::layered(organization.clone(), vec![in_workspace("aws-vpc"), in_workspace("mine")]);
    let one = ResourceTypes::layered(organization, Vec::new());
    for (types, reference, field) in [
        (&both, "aws-vpc", "own"),
        (&both, "acme/aws-vpc@~1", "own"),
        (&both, "acme/mine", "own"),
        (&one, "acme/aws-vpc", "org"),
        (&one, "aws-vpc", "org"),
    ] {
        assert_eq!(first(types, reference).as_deref(), Some(field), "{reference}");
    }
    // `massdriver/…` names the public type, not the workspace type with the same name.
    assert_eq!(both.get("massdriver/aws-vpc").unwrap().source, Source::Bundled);
    assert_eq!(both.get("mine").unwrap().summary, "Ours");
    assert!(
        both.names().any(|name| name == "mine")
            && both.names().filter(|name| *name == "aws-vpc").count() == 1
    );
}

#[test]
fn fields_have_numbers() {
    let types =
        ResourceTypes::layered(Organization::default(), vec![in_workspace("aws-vpc"), in_workspace("mine")]);
    for name in ["aws-vpc", "mine", "massdriver/aws-vpc", "redis-authentication"] {
        let found = types.get(name).unwrap();
        let first = types.first_field(types.number(found).unwrap());
        for (index, field) in found.all_fields().enumerate() {
            let (of, same) = types.field(first + index).unwrap();
            assert!(std::ptr::eq(of, found) && std::ptr::eq(same, field), "{name} {index}");
        }
    }
    let names: Vec<&str> = types.get("mine").unwrap().all_fields().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["own", "net", "a"]);
    assert!(types.field(usize::MAX).is_none());
}

#[test]
fn whether_a_type_is_known_depends_on_the_layer() {
    let complete = Organization { id: Some("acme".into()), complete: true, ..Default::default() };
    let asked = ResourceTypes::layered(complete, vec![in_workspace("mine")]);
    let bundled = resource_types();
    for (types, reference, known) in [
        (bundled, "aws-vpc", Known::Yes),
        (bundled, "other", Known::NotHere),
        (bundled, "acme/other", Known::NotHere),
        (&asked, "aws-vpc", Known::No),
        (&asked, "acme/aws-vpc", Known::No),
        (&asked, "massdriver/aws-vpc", Known::Yes),
        (&asked, "other/thing", Known::NotHere),
        (&asked, "mine@~1", Known::Yes),
    ] {
        assert_eq!(types.knows(reference), known, "{reference}");
    }
    assert_eq!(asked.names().collect::<Vec<_>>(), ["mine"]);
}
