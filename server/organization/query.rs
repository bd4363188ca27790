//! The GraphQL query for resource types, page by page.

use super::configuration::Configuration;
use super::http::PlatformClient;
use super::{Error, OrganizationType, Orientation};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// Types per page: the maximum of the platform.
const LIMIT: usize = 100;

/// At most this many pages are fetched; a longer list is an error.
const MAX_PAGES: usize = 200;

/// At most this many characters of the platform's error messages are shown.
const MAX_ERROR_LENGTH: usize = 300;

/// A page of the response.
struct ResultPage {
    types: Vec<OrganizationType>,
    next: Option<String>,
}

/// All types of the organization, sorted by id.
pub(super) fn resource_types(
    configuration: &Configuration,
    timeout: Duration,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<OrganizationType>, Error> {
    let mut client = PlatformClient::new(configuration, timeout)?;
    let mut types = BTreeMap::new();
    let mut cursor = None;
    let mut seen = HashSet::new();
    for _ in 0..MAX_PAGES {
        let response = client.post(&request(&configuration.organization, cursor.as_deref()))?;
        let page = parse_page(&response).map_err(|why| client.error(&why))?;
        types.extend(page.types.into_iter().map(|found| (found.id.clone(), found)));
        progress(types.len());
        match page.next {
            None => return Ok(types.into_values().collect()),
            Some(next) if !seen.insert(next.clone()) => {
                return Err(client.error("the platform returns the same page repeatedly"));
            }
            next => cursor = next,
        }
    }
    Err(client.error(&format!("the platform's list does not end after {MAX_PAGES} pages")))
}

/// The body of a request. The cursor is part of the query text instead of a variable: it must not be null, and the name of its
/// type is not part of the documented API. JSON strings are valid GraphQL strings.
fn request(organization: &str, next: Option<&str>) -> String {
    let next = next.map(|next| format!(", next: {}", Value::from(next))).unwrap_or_default();
    let query = format!(
        "query ($organizationId: ID!) {{ \
         resourceTypes(organizationId: $organizationId, cursor: {{limit: {LIMIT}{next}}}) {{ \
         items {{ id name icon connectionOrientation schema }} cursor {{ next }} }} }}"
    );
    json!({ "query": query, "variables": { "organizationId": organization } }).to_string()
}

fn parse_page(response: &[u8]) -> Result<ResultPage, String> {
    let mut response: Value = serde_json::from_slice(response)
        .map_err(|error| format!("the platform's response is not JSON (line {})", error.line()))?;
    let list = match response.pointer_mut("/data/resourceTypes").map(Value::take) {
        Some(Value::Object(list)) => list,
        _ => return Err(error_message(&response)),
    };
    if response.get("errors").and_then(Value::as_array).is_some_and(|errors| !errors.is_empty()) {
        return Err(error_message(&response));
    }
    let Some(Value::Array(items)) = list.get("items") else {
        return Err(unexpected("`items` is not a list"));
    };
    let next = match list.get("cursor").and_then(|cursor| cursor.get("next")) {
        None | Some(Value::Null) => None,
        Some(Value::String(next)) => Some(next.clone()).filter(|next| !next.is_empty()),
        Some(_) => return Err(unexpected("`cursor.next` is not a string")),
    };
    let types = items.iter().map(resource_type).collect::<Result<_, _>>()?;
    Ok(ResultPage { types, next })
}

/// A type. Only the id is required.
fn resource_type(item: &Value) -> Result<OrganizationType, String> {
    let none = Map::new();
    let item = item.as_object().unwrap_or(&none);
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let id = text("id").ok_or_else(|| unexpected("a type has no `id`"))?;
    Ok(OrganizationType {
        name: text("name").unwrap_or_else(|| id.clone()),
        id,
        icon: text("icon"),
        orientation: match item.get("connectionOrientation").and_then(Value::as_str) {
            Some("LINK") => Some(Orientation::Link),
            Some("ENVIRONMENT_DEFAULT") => Some(Orientation::EnvironmentDefault),
            _ => None,
        },
        schema: match item.get("schema") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(schema @ Value::Object(_)) => schema.clone(),
            _ => Value::Null,
        },
    })
}

/// The platform's error messages, without control characters.
fn error_message(response: &Value) -> String {
    let errors = response.get("errors").and_then(Value::as_array).into_iter().flatten();
    let messages: Vec<&str> = errors.filter_map(|error| error.get("message")?.as_str()).take(3).collect();
    if messages.is_empty() {
        return unexpected("there is no `data.resourceTypes`");
    }
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let messages: String = messages.join("; ").chars().map(clean).take(MAX_ERROR_LENGTH).collect();
    format!("the platform returned an error: {messages}")
}

fn unexpected(what: &str) -> String {
    format!("the platform's response is invalid: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reply: Value) -> Result<ResultPage, String> {
        parse_page(reply.to_string().as_bytes())
    }

    fn list(items: Value, cursor: Value) -> Value {
        json!({ "data": { "resourceTypes": { "items": items, "cursor": cursor } } })
    }

    #[test]
    fn every_request_has_a_limit_and_no_null() {
        for next in [None, Some("a\"b\\")] {
            let body: Value = serde_json::from_str(&request("acme", next)).unwrap();
            let query = body["query"].as_str().unwrap();
            assert!(query.contains("cursor: {limit: 100") && !query.contains("null"), "{query}");
            assert_eq!(query.contains(r#", next: "a\"b\\"}"#), next.is_some(), "{query}");
            assert_eq!(body["variables"]["organizationId"], "acme");
        }
    }

    #[test]
    fn a_page_is_read_leniently() {
        let schema = json!({ "type": "object" });
        let items = json!([
            { "id": "a", "name": "A", "icon": "https://i", "connectionOrientation": "LINK", "schema": schema },
            { "id": "b", "connectionOrientation": "SIDEWAYS", "schema": schema.to_string(), "more": 1 },
            { "id": "c", "name": null, "icon": 3, "schema": [] },
        ]);
        let page = read(list(items, json!({ "next": "n" }))).unwrap();
        assert_eq!(page.next.as_deref(), Some("n"));
        let [a, b, c] = &page.types[..] else { panic!("{} types", page.types.len()) };
        assert_eq!(
            (&*a.name, a.icon.as_deref(), a.orientation),
            ("A", Some("https://i"), Some(Orientation::Link))
        );
        assert_eq!((&*b.name, b.orientation, &b.schema), ("b", None, &schema));
        assert_eq!((&*c.name, &c.icon, &c.schema), ("c", &None, &Value::Null));
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        for cursor in [json!({ "next": null }), json!({ "next": "" }), json!({}), json!(null)] {
            assert_eq!(read(list(json!([]), cursor)).unwrap().next, None);
        }
    }

    #[test]
    fn an_invalid_page_is_an_error() {
        for (reply, why) in [
            (json!(null), "no `data.resourceTypes`"),
            (json!([1]), "no `data.resourceTypes`"),
            (json!({ "data": { "resourceTypes": [] } }), "no `data.resourceTypes`"),
            (list(json!({}), json!({})), "`items` is not a list"),
            (list(json!([]), json!({ "next": 7 })), "`cursor.next` is not a string"),
            (list(json!([{ "name": "a" }]), json!({})), "no `id`"),
            (list(json!(["a"]), json!({})), "no `id`"),
            (
                json!({ "data": null, "errors": [{ "message": "no\u{1b}[31m such" }] }),
                "returned an error: no [31m such",
            ),
        ] {
            let Err(error) = read(reply) else { panic!("{why}") };
            assert!(error.contains(why), "{error}");
        }
        assert!(parse_page(b"<html>").is_err_and(|error| error.contains("not JSON (line 1)")));
        assert!(parse_page("[".repeat(100_000).as_bytes()).is_err_and(|error| error.contains("not JSON")));
    }

    #[test]
    fn a_partial_list_is_an_error() {
        let mut reply = list(json!([{ "id": "a" }]), json!({}));
        reply["errors"] = json!([{ "message": "some were left out" }]);
        assert!(read(reply).is_err_and(|error| error.contains("some were left out")));
    }
}
