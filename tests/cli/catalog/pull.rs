//! Pulls that succeed, some of them after retries.

use crate::catalog::sandbox::Sandbox;
use crate::support::platform::{KEY, Platform, page, reply, resource_type, well_behaved};
use std::fs;

#[test]
fn all_pages_are_fetched_and_cached() {
    let (platform, sandbox) = (Platform::start(well_behaved(250)), Sandbox::new());
    let ran = sandbox.at(&platform, &["pull"]);
    assert_eq!((ran.code, &*ran.stdout), (Some(0), "Fetched 250 resource types of `acme`.\n"));
    assert!(ran.stderr.contains("100 resource types so far"), "{ran:?}");
    let requests = platform.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.line, "POST /api/v2 HTTP/1.1");
        assert_eq!(request.body["variables"]["organizationId"], "acme");
        assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    }
    let [file] = &sandbox.cached()[..] else { panic!("{:?}", sandbox.cached()) };
    let kept: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let types = kept["types"].as_array().unwrap();
    assert_eq!((types.len(), &types[249]["id"]), (250, &"type-0249".into()));
    assert_eq!(types[0]["schema"]["properties"]["arn"]["type"], "string");
}

#[test]
fn status_reports_the_cached_types_and_their_age_offline() {
    let sandbox = Sandbox::new();
    let url = {
        let platform = Platform::start(well_behaved(3));
        assert_eq!(sandbox.at(&platform, &["pull"]).code, Some(0));
        platform.url
    };
    let [file] = &sandbox.cached()[..] else { panic!("{:?}", sandbox.cached()) };
    let text = fs::read_to_string(file).unwrap();
    let mut kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    kept["fetched_at"] = (kept["fetched_at"].as_u64().unwrap() - 3 * 86_400).into();
    fs::write(file, kept.to_string()).unwrap();
    // `status` sends no request to this address; the variables hold no key either.
    let variables = [("MASSDRIVER_URL", &*url), ("MASSDRIVER_ORG_ID", "acme")];
    let ran = sandbox.run(&["status"], &variables);
    assert_eq!((ran.code, &*ran.stderr), (Some(0), ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "organization  acme");
    assert_eq!(lines[2..4], ["types         3", "age           3 days"]);
    assert!(lines[4].ends_with(file.to_str().unwrap()), "{ran:?}");

    assert_eq!(sandbox.run(&["clear"], &variables).stdout, "The catalog of `acme` was removed.\n");
    sandbox.run(&["status"], &variables).failed(1, "run `massdriver-ls catalog pull` to fetch it");
    assert_eq!(sandbox.run(&["clear"], &variables).stdout, "The catalog of `acme` is not cached.\n");
}

#[test]
fn only_pull_uses_the_network() {
    let (platform, sandbox) = (Platform::start(well_behaved(3)), Sandbox::new());
    sandbox.at(&platform, &["status"]);
    sandbox.at(&platform, &["clear"]);
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_temporary_failure_is_retried() {
    let platform = Platform::start(|number, request, stream| match number {
        0 => reply(stream, 429, "Retry-After: 0\r\n", "slow down"),
        1 => reply(stream, 503, "", ""),
        2 => (), // Close the connection without a response.
        _ => well_behaved(3)(number, request, stream),
    });
    let ran = Sandbox::new().at(&platform, &["pull"]);
    assert_eq!((ran.code, platform.requests().len()), (Some(0), 4), "{ran:?}");
}

#[test]
fn a_redirect_on_the_same_host_is_followed() {
    let platform = Platform::start(|number, request, stream| match number {
        0 => reply(stream, 308, "Location: /elsewhere\r\n", ""),
        _ => well_behaved(1)(number, request, stream),
    });
    let ran = Sandbox::new().at(&platform, &["pull"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(platform.requests()[1].line, "POST /elsewhere HTTP/1.1");
}

#[test]
fn a_second_pull_replaces_the_first() {
    let platform = Platform::start(|number, _, stream| {
        reply(stream, 200, "", &page(&[resource_type(["old", "new"][number])], None));
    });
    let sandbox = Sandbox::new();
    for name in ["old", "new"] {
        assert_eq!(sandbox.at(&platform, &["pull"]).code, Some(0));
        let [file] = &sandbox.cached()[..] else { panic!("{:?}", sandbox.cached()) };
        assert!(fs::read_to_string(file).unwrap().contains(&format!("\"id\":\"{name}\"")));
    }
}
