//! Checks that the description is complete: it loads, its links and references resolve, and every example shows the key
//! that it documents.

mod corpus;
pub(super) mod walk;

use super::*;
use walk::{Walk, yaml};

/// Every key with its object (inherited keys once), and the arguments of fields.
fn keys() -> impl Iterator<Item = (&'static Object, &'static Key)> {
    get().objects.iter().flat_map(|object| {
        let base = object.extends.as_deref().and_then(|base| get().object(base));
        let own = move |key: &&Key| {
            base.and_then(|base| base.key(&key.name)).is_none_or(|inherited| !std::ptr::eq(inherited, *key))
        };
        object.keys().filter(own).map(move |key| (object, key))
    })
}

fn words() -> impl Iterator<Item = (&'static str, &'static Word)> {
    let reference = get();
    [
        ("types", &reference.types),
        ("formats", &reference.formats),
        ("widgets", &reference.widgets),
        ("fields", &reference.fields),
    ]
    .into_iter()
    .flat_map(|(sort, words)| words.iter().map(move |word| (sort, word)))
}

/// Fails with all complaints at once, so that a contributor sees everything that is missing.
#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Problems of the texts of a description.
fn texts(at: &str, summary: &str, doc: &str, link: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if summary.is_empty() || summary.len() > 90 || summary.contains('\n') || summary.ends_with('.') {
        complaints.push(format!("{at}: a summary is one short line without a full stop: {summary:?}"));
    }
    if !doc.trim_end().ends_with(['.', ')']) {
        complaints.push(format!("{at}: a doc is made of sentences: {doc:?}"));
    }
    if !link.starts_with("https://") {
        complaints.push(format!("{at}: the link leads nowhere: {link:?}"));
    }
    complaints
}

/// Problems of an example of a key in an object.
fn example(object: &str, key: &str, text: &str) -> Vec<String> {
    let at = format!("{object}.{key}");
    let value = match yaml(text) {
        Ok(value) => value,
        Err(error) => return vec![format!("{at}: the example is not YAML: {error}")],
    };
    let mut walk = Walk::new(get());
    walk.object(object, &value, &at);
    if value.get(key).is_none() {
        walk.faults.push(format!("{at}: the example does not show the key"));
    }
    walk.faults
}

#[test]
fn reads() {
    if let Err(error) = load::load() {
        panic!("{error}");
    }
}

#[test]
fn names_that_descriptions_mention_exist() {
    let mut complaints = Vec::new();
    for (object, key) in keys() {
        let at = format!("{}.{}", object.name, key.name);
        for shape in key.shape.objects() {
            if get().object(shape).is_none() {
                complaints.push(format!("{at}: there is no object `{shape}`"));
            }
        }
        let replacement = key.deprecated.iter().filter_map(|old| old.replacement.as_ref());
        for sibling in key.or.iter().chain(&key.needs).chain(&key.excludes).chain(replacement) {
            if object.key(sibling).is_none() {
                complaints.push(format!("{at}: there is no key `{sibling}` beside it"));
            }
        }
        for other in key.excludes.iter().filter_map(|other| object.key(other)) {
            if !other.excludes.contains(&key.name) {
                complaints.push(format!("{at}: `{}` does not exclude it in turn", other.name));
            }
        }
        for pattern in key.pattern.iter().chain(&key.names) {
            if let Err(error) = regex::Regex::new(pattern) {
                complaints.push(format!("{at}: {error}"));
            }
        }
    }
    for object in get().objects.iter() {
        for shape in object.others.iter().flat_map(Shape::objects) {
            if get().object(shape).is_none() {
                complaints.push(format!("{}: there is no object `{shape}`", object.name));
            }
        }
    }
    for provisioner in get().provisioners.iter() {
        if !get().object(&provisioner.config).is_some_and(|object| object.jq) {
            complaints.push(format!("{}: its options are not described", provisioner.name));
        }
    }
    for foreign in get().foreign.iter() {
        if foreign.replacement.as_ref().is_some_and(|keyword| get().keyword(keyword).is_none()) {
            complaints.push(format!("{}: its replacement is not a keyword", foreign.name));
        }
    }
    none(complaints);
}

#[test]
fn every_object_is_reached() {
    // `md_metadata` is only reached from jq.
    let mut reached = vec!["bundle", "resource-type", "md-metadata"];
    reached.extend(get().provisioners.iter().map(|provisioner| provisioner.config.as_str()));
    let mut at = 0;
    while let Some(object) = reached.get(at).and_then(|name| get().object(name)) {
        let shapes = object.keys().map(|key| &key.shape).chain(&object.others);
        for name in shapes.flat_map(Shape::objects) {
            if !reached.contains(&name) {
                reached.push(name);
            }
        }
        at += 1;
    }
    let lost = get().objects.names().filter(|name| !reached.contains(name));
    none(lost.map(|name| format!("nothing leads to the object `{name}`")).collect());
}

#[test]
fn nothing_is_left_undescribed() {
    let mut complaints = Vec::new();
    for object in get().objects.iter() {
        complaints.extend(texts(&object.name, &object.summary, &object.doc, &object.link));
    }
    for (object, key) in keys() {
        let at = format!("{}.{}", object.name, key.name);
        complaints.extend(texts(&at, &key.summary, &key.doc, &key.link));
        complaints.extend(choices(&at, key));
    }
    for (sort, word) in words() {
        complaints.extend(texts(&format!("{sort}.{}", word.name), &word.summary, &word.doc, &word.link));
    }
    for provisioner in get().provisioners.iter() {
        complaints.extend(texts(
            &provisioner.name,
            &provisioner.summary,
            &provisioner.doc,
            &provisioner.link,
        ));
    }
    for context in get().jq_contexts.iter() {
        complaints.extend(texts(&context.name, &context.input, &context.doc, &context.link));
        for root in context.roots.iter() {
            complaints.extend(texts(&root.name, &root.summary, &context.doc, &context.link));
        }
    }
    for identifier in get().identifiers.iter() {
        complaints.extend(texts(&identifier.name, &identifier.scope, &identifier.doc, &identifier.link));
    }
    for foreign in get().foreign.iter().filter(|foreign| !foreign.note.ends_with('.')) {
        complaints.push(format!("{}: a note is a sentence", foreign.name));
    }
    none(complaints);
}

fn choices(at: &str, key: &Key) -> Vec<String> {
    let unexplained =
        key.values.iter().filter(|choice| choice.summary.is_empty() || choice.summary.ends_with('.'));
    unexplained
        .map(|choice| format!("{at}: the value `{}` is not explained in a line", choice.value))
        .collect()
}

#[test]
fn examples_show_what_they_document() {
    let mut complaints: Vec<String> =
        keys().flat_map(|(object, key)| example(&object.name, &key.name, &key.example)).collect();
    for (sort, word) in words() {
        let (object, key) = match sort {
            "types" => ("schema", "type"),
            "formats" => ("schema", "format"),
            "widgets" => ("ui-entry", "ui:widget"),
            _ => ("ui-entry", "ui:field"),
        };
        for fault in example(object, key, &word.example) {
            // `type` and `format` may be nested deeper in the example.
            if !(fault.ends_with("does not show the key") && word.example.contains(&word.name)) {
                complaints.push(format!("{}: {fault}", word.name));
            }
        }
        if !word.example.contains(&word.name) {
            complaints.push(format!("{sort}.{}: the example does not show it", word.name));
        }
        for argument in word.arguments.iter() {
            let at = format!("{}.{}", word.name, argument.name);
            complaints.extend(texts(&at, &argument.summary, &argument.doc, &argument.link));
            complaints.extend(choices(&at, argument));
            complaints.extend(example("ui-entry", &argument.name, &argument.example));
        }
    }
    for provisioner in get().provisioners.iter() {
        complaints.extend(example("step", "provisioner", &provisioner.example));
        let value = yaml(&provisioner.example).unwrap();
        if let Some(config) = value.get("config") {
            let mut walk = Walk::new(get());
            walk.object(&provisioner.config, config, &provisioner.name);
            complaints.extend(walk.faults);
        }
    }
    for identifier in get().identifiers.iter() {
        if let Some(pattern) = &identifier.pattern
            && !regex::Regex::new(pattern).unwrap().is_match(&identifier.example)
        {
            complaints.push(format!("{}: the example does not match", identifier.name));
        }
    }
    none(complaints);
}

#[test]
fn defaults_are_allowed_values() {
    let mut complaints = Vec::new();
    let arguments = get().fields.iter().flat_map(|word| word.arguments.iter());
    let ui_entry = get().object("ui-entry").unwrap();
    for (object, key) in keys().chain(arguments.map(|key| (ui_entry, key))) {
        let Some(default) = &key.default else { continue };
        let mut walk = Walk::new(get());
        walk.key(object, key, default, &format!("{}.{}", object.name, key.name));
        complaints.extend(walk.faults);
        // In jq objects any string is accepted as a program, but a default is a value.
        if let Some(text) = default.as_str()
            && !(key.shape.allows(JsonType::String)
                && (key.values.is_empty() || key.values.contains(text) || key.open))
        {
            complaints.push(format!("{}.{}: the default is not an allowed value", object.name, key.name));
        }
    }
    none(complaints);
}

#[test]
fn mistaken_names_are_not_valid_names() {
    let mut complaints = Vec::new();
    for object in get().objects.iter() {
        let mut seen = Vec::new();
        for mistake in object.keys().flat_map(|key| &key.mistaken) {
            let clash = object.key(mistake).is_some()
                || seen.contains(&mistake)
                || (object.name == "schema" && get().foreign_keyword(mistake).is_some());
            if clash {
                complaints.push(format!("{}: `{mistake}` means two things", object.name));
            }
            seen.push(mistake);
        }
    }
    let mut seen = Vec::new();
    for (sort, word) in words() {
        for mistake in &word.mistaken {
            if words().any(|(of, known)| of == sort && known.name == *mistake)
                || seen.contains(&(sort, mistake))
            {
                complaints.push(format!("{sort}: `{mistake}` means two things"));
            }
            seen.push((sort, mistake));
        }
    }
    for foreign in get().foreign.iter().filter(|foreign| get().keyword(&foreign.name).is_some()) {
        complaints.push(format!("`{}` is both a keyword and foreign", foreign.name));
    }
    none(complaints);
}

#[test]
fn looks_up() {
    let reference = get();
    assert_eq!(reference.key("step", "path").unwrap().presence, Presence::Required);
    assert!(reference.key("connection", "oneOf").is_some(), "a connection is a schema, too");
    assert_eq!(reference.key("connection", "$ref").unwrap().presence, Presence::Required);
    assert!(reference.ui_option("rows").is_some());
    assert!(reference.ui_option("field").is_none());
    assert_eq!(reference.provisioner("opentofu:1.10").unwrap().name, "opentofu");
    assert!(reference.provisioner("registry.example.com/opentofu:1").is_none());
    assert!(reference.keyword("minLength").unwrap().applies_to(JsonType::String));
    assert!(!reference.keyword("minLength").unwrap().applies_to(JsonType::Integer));
    assert!(reference.keyword("minimum").unwrap().applies_to(JsonType::Integer));
    assert_eq!(reference.types.meant("int").unwrap().name, "integer");
    assert_eq!(reference.types.meant("strnig").unwrap().name, "string");
    assert_eq!(reference.provisioners.meant("tofu").unwrap().name, "opentofu");
    assert_eq!(reference.object("app").unwrap().meant("env").unwrap().name, "envs");
    assert_eq!(reference.keyword("$md.imutable").map(|key| &key.name), None);
}
