//! Failures of `catalog pull`: each is reported, leaves the previous catalog in place, and ends within a time limit.

use crate::catalog::sandbox::{Ran, Sandbox};
use crate::support::platform::{KEY, Line, Platform, Request, page, reply, resource_type, well_behaved};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Time limit of a failing pull.
const SOON: Duration = Duration::from_secs(20);

/// Runs `catalog pull` against a platform with these answers, with a catalog already on disk, which must not change.
/// Returns the program's output and the number of requests.
#[track_caller]
fn pull(answer: impl Fn(usize, &Request, &mut dyn Line) + Send + Sync + 'static) -> (Ran, usize) {
    pull_within(5, answer)
}

/// [`pull`] with another timeout (seconds).
fn pull_within(
    timeout: u64,
    answer: impl Fn(usize, &Request, &mut dyn Line) + Send + Sync + 'static,
) -> (Ran, usize) {
    let sandbox = Sandbox::new();
    let platform = Platform::start(move |number, request, stream| match number {
        0 => well_behaved(1)(0, request, stream),
        _ => answer(number - 1, request, stream),
    });
    assert_eq!(sandbox.at(&platform, &["pull"]).code, Some(0));
    let [file] = &sandbox.cached()[..] else { panic!("{:?}", sandbox.cached()) };
    let before = fs::read(file).unwrap();
    let start = Instant::now();
    let ran = sandbox.at(&platform, &["pull", "--timeout", &timeout.to_string()]);
    assert!(start.elapsed() < SOON + Duration::from_secs(timeout), "it took {:?}", start.elapsed());
    assert_eq!(sandbox.cached(), std::slice::from_ref(file), "something else is kept");
    assert_eq!(fs::read(file).unwrap(), before, "the previous catalog is gone");
    (ran, platform.requests().len() - 1)
}

/// A platform that always sends the same response.
fn always(status: u16, body: impl Into<String>) -> impl Fn(usize, &Request, &mut dyn Line) + Send + Sync {
    let body = body.into();
    move |_, _, stream| reply(stream, status, "", &body)
}

#[test]
fn a_rejection_is_not_retried() {
    for (status, why) in [
        (400, "returned status 400"),
        (401, "rejected the key (status 401)"),
        (403, "may not list resource types"),
        (404, "check the URL"),
        (418, "returned status 418"),
    ] {
        let (ran, asked) = pull(always(status, "no"));
        ran.failed(1, why);
        assert_eq!(asked, 1, "{status}");
    }
}

#[test]
fn a_persistent_failure_is_retried_a_few_times() {
    for status in [429, 500, 503] {
        let (ran, asked) = pull(always(status, ""));
        ran.failed(1, &format!("(status {status}) (tried 4 times)"));
        assert_eq!(asked, 4);
    }
}

#[test]
fn a_retry_delay_beyond_the_timeout_is_not_awaited() {
    let (ran, asked) = pull(|_, _, stream| reply(stream, 429, "Retry-After: 86400\r\n", ""));
    ran.failed(1, "is rate limiting");
    assert_eq!(asked, 1);
}

#[test]
fn a_slow_platform_times_out() {
    let (ran, asked) = pull(|_, _, _| thread::sleep(Duration::from_secs(60)));
    ran.failed(1, "did not respond in time");
    assert_eq!(asked, 1);

    // Sending one byte at a time does not keep the connection open beyond the timeout.
    let (ran, _) = pull(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 S\r\nContent-Length: 1000000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    ran.failed(1, "did not respond in time");
}

#[test]
fn a_truncated_body_is_an_error() {
    let (ran, asked) = pull(|_, _, stream| {
        let body = page(&[resource_type("a")], None);
        let head = format!("HTTP/1.1 200 S\r\nContent-Length: {}\r\n\r\n", body.len() + 10);
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    });
    ran.failed(1, "(tried 4 times)");
    assert_eq!(asked, 4);
}

#[test]
fn a_huge_body_is_not_read_to_the_end() {
    let blanks = |stream: &mut dyn Line, head: &str| {
        let _ = stream.write_all(head.as_bytes());
        let block = [b' '; 1 << 16];
        (0..16_384).all(|_| stream.write_all(&block).is_ok())
    };
    for head in [
        "HTTP/1.1 200 S\r\nContent-Length: 1073741824\r\n\r\n",
        "HTTP/1.1 200 S\r\nConnection: close\r\n\r\n",
    ] {
        let (ran, asked) = pull(move |_, _, stream| _ = blanks(stream, head));
        ran.failed(1, "is too large");
        assert_eq!(asked, 1);
    }
}

#[test]
fn the_total_size_of_the_pages_is_limited() {
    let filler = "x".repeat(10 << 20);
    // Tens of megabytes take an unoptimized build some seconds.
    let (ran, asked) = pull_within(60, move |number, _, stream| {
        let mut item = resource_type(&format!("t{number}"));
        item["schema"]["title"] = Value::from(&*filler);
        reply(stream, 200, "", &page(&[item], Some(&format!("n{number}"))));
    });
    ran.failed(1, "is too large");
    assert!(asked <= 8, "{asked}");
}

#[test]
fn an_endless_list_is_abandoned() {
    let (ran, asked) = pull(always(200, page(&[resource_type("a")], Some("same"))));
    ran.failed(1, "the same page repeatedly");
    assert_eq!(asked, 2);

    let (ran, asked) =
        pull(|number, _, stream| reply(stream, 200, "", &page(&[], Some(&format!("next {number}")))));
    ran.failed(1, "does not end after 200 pages");
    assert_eq!(asked, 200);
}

#[test]
fn an_invalid_list_is_reported() {
    let list = |items: Value, next: Value| {
        json!({ "data": { "resourceTypes": { "items": items, "cursor": { "next": next } } } }).to_string()
    };
    for (body, why) in [
        ("<html>Sign in</html>".to_owned(), "is not JSON"),
        (String::new(), "is not JSON"),
        ("\u{0}\u{1}".to_owned(), "is not JSON"),
        ("[".repeat(1_000_000), "is not JSON"),
        (format!(r#"{{"data": {}"#, r#"{"a":"#.repeat(1_000_000)), "is not JSON"),
        ("{}".to_owned(), "no `data.resourceTypes`"),
        ("null".to_owned(), "no `data.resourceTypes`"),
        (
            json!({ "data": null, "errors": [{ "message": "no organization `acme`" }] }).to_string(),
            "no organization `acme`",
        ),
        (json!({ "errors": "yes" }).to_string(), "no `data.resourceTypes`"),
        (list(json!(7), Value::Null), "`items` is not a list"),
        (list(json!([null]), Value::Null), "no `id`"),
        (list(json!([{ "id": {} }]), Value::Null), "no `id`"),
        (list(json!([]), json!({})), "`cursor.next` is not a string"),
    ] {
        let (ran, asked) = pull(always(200, body));
        ran.failed(1, why);
        assert_eq!(asked, 1, "{why}");
    }
}

#[test]
fn control_characters_of_the_platform_do_not_reach_the_terminal() {
    let body = json!({ "errors": [{ "message": "\u{1b}]0;owned\u{7}\nnew line" }] });
    let (ran, _) = pull(always(200, body.to_string()));
    ran.failed(1, "]0;owned  new line");
    assert!(!ran.stderr.contains(['\u{1b}', '\u{7}']), "{ran:?}");
}

#[test]
fn the_key_is_hidden_where_the_platform_repeats_it() {
    let (ran, _) = pull(always(200, json!({ "errors": [{ "message": KEY }] }).to_string()));
    ran.failed(1, "contains the key");
    let (ran, _) = pull(always(200, page(&[resource_type(KEY)], None)));
    ran.failed(1, "contains the key");
    // An escaped key is found only after parsing.
    let escaped: String = KEY.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
    let list = page(&[resource_type("some-type")], None).replace("some-type", &escaped);
    let (ran, _) = pull(always(200, list));
    ran.failed(1, "contains the key");
    let (ran, _) = pull(always(200, format!(r#"{{"errors":[{{"message":"Bearer {escaped} is bad"}}]}}"#)));
    ran.failed(1, "contains the key");
}

/// A proxy in debug mode may include the request's header in its response.
#[test]
fn an_echo_of_the_header_is_discarded_in_every_form() {
    let forms: [fn(&str) -> String; 7] = [
        str::to_owned,
        |header| header.split_once(' ').unwrap().1.to_owned(),
        |header| header.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
        |header| header.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        |header| header.bytes().map(|byte| format!("{byte:02x}")).collect(),
        |header| STANDARD.encode(header),
        |header| URL_SAFE.encode(format!("{{\"Authorization\":\"{header}\"}}")),
    ];
    let key = [("MASSDRIVER_API_KEY", KEY)];
    let basic = [("MASSDRIVER_DEPLOYMENT_ID", "dep-0123"), ("MASSDRIVER_TOKEN", KEY)];
    for (number, form) in forms.into_iter().enumerate() {
        for credentials in [&key[..], &basic] {
            let platform = Platform::start(move |_, request, stream| {
                let echo = form(&request.headers["authorization"]);
                reply(stream, 200, "", &page(&[resource_type("an-icon")], None).replace("an-icon", &echo));
            });
            let sandbox = Sandbox::new();
            let place = [("MASSDRIVER_URL", &*platform.url), ("MASSDRIVER_ORGANIZATION_ID", "acme")];
            let ran = sandbox.run(&["pull"], &[credentials, &place].concat());
            ran.failed(1, "contains the key");
            assert!(sandbox.cached().is_empty(), "form {number}");
        }
    }
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_the_catalog() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, platform) = (Sandbox::new(), Platform::start(well_behaved(1)));
    let pull = || assert_eq!(sandbox.at(&platform, &["pull"]).code, Some(0));
    pull();
    let [file] = &sandbox.cached()[..] else { panic!("{:?}", sandbox.cached()) };
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
    pull();
    assert_eq!(mode(file), 0o600);
}

#[test]
fn the_key_goes_to_no_other_host() {
    let elsewhere = Platform::start(well_behaved(1));
    for location in
        [elsewhere.url.clone(), format!("{}/api/v2", elsewhere.url), "https://elsewhere.example/".to_owned()]
    {
        let headers = format!("Location: {location}\r\n");
        let (ran, asked) = pull(move |_, _, stream| reply(stream, 307, &headers, ""));
        ran.failed(1, "to which the key is not sent");
        assert_eq!(asked, 1);
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn a_redirect_loop_is_abandoned() {
    let (ran, asked) = pull(|_, _, stream| reply(stream, 302, "Location: /api/v2\r\n", ""));
    ran.failed(1, "redirects too often");
    assert_eq!(asked, 4);
}

#[test]
fn a_response_that_is_not_http_is_reported() {
    for noise in ["SSH-2.0-OpenSSH_9.6\r\n\r\n", "HTTP/1.1 999999 S\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}\r\n\r\n"]
    {
        let (ran, _) = pull(move |_, _, stream| _ = stream.write_all(noise.as_bytes()));
        assert_eq!(ran.code, Some(1), "{ran:?}");
    }
    let header = format!("X: {}\r\n", "x".repeat(1 << 20));
    let (ran, _) = pull(move |_, _, stream| reply(stream, 200, &header, "{}"));
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn a_plain_text_response_to_tls_is_an_error() {
    let platform = Platform::start(|_, _, _| ());
    let url = platform.url.replace("http://", "https://");
    let variables = [("MASSDRIVER_URL", &*url), ("MASSDRIVER_ORG_ID", "acme"), ("MASSDRIVER_API_KEY", KEY)];
    let ran = Sandbox::new().run(&["pull", "--timeout", "2"], &variables);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_damaged_catalog_is_reported_and_replaced() {
    let (platform, sandbox) = (Platform::start(well_behaved(2)), Sandbox::new());
    assert_eq!(sandbox.at(&platform, &["pull"]).code, Some(0));
    let [file] = &sandbox.cached()[..] else { panic!("{:?}", sandbox.cached()) };
    let whole = fs::read(file).unwrap();
    fs::write(file, &whole[..whole.len() / 2]).unwrap();
    sandbox.at(&platform, &["status"]).failed(1, "is damaged; pull it again");
    assert_eq!(sandbox.at(&platform, &["pull"]).code, Some(0));
    assert_eq!(sandbox.at(&platform, &["status"]).code, Some(0));
}

#[test]
fn an_unwritable_cache_directory_is_reported() {
    let (platform, sandbox) = (Platform::start(well_behaved(2)), Sandbox::new());
    sandbox.write("cache", "a file where a directory should be");
    sandbox.at(&platform, &["pull"]).failed(1, "cannot write the catalog to");
}
