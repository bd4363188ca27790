//! Sources of the configuration: environment variables and profiles.

use crate::catalog::sandbox::Sandbox;
use crate::support::platform::{KEY, Platform, well_behaved};

#[test]
fn a_profile_of_the_platforms_cli_is_sufficient() {
    let (platform, sandbox) = (Platform::start(well_behaved(2)), Sandbox::new());
    let profiles = format!(
        "version: 1\nprofiles:\n  default: {{organization_id: acme, api_key: wrong, url: {0}}}\n  \
         work: {{organization_id: acme, api_key: {KEY}, url: {0}}}\n",
        platform.url
    );
    sandbox.write(".config/massdriver/config.yaml", &profiles);
    sandbox.run(&["pull"], &[]).failed(1, "rejected the key (status 401)");
    assert_eq!(sandbox.run(&["pull", "--profile", "work"], &[]).code, Some(0));
    assert_eq!(sandbox.run(&["pull"], &[("MASSDRIVER_PROFILE", "work")]).code, Some(0));
    assert_eq!(sandbox.run(&["pull"], &[("MASSDRIVER_API_KEY", KEY)]).code, Some(0));
    sandbox.run(&["--profile", "home", "status"], &[]).failed(2, "there is no profile `home`");
}

#[test]
fn a_legacy_key_is_sent_with_the_organization() {
    let platform = Platform::start(|_, _, stream| {
        crate::support::platform::reply(stream, 200, "", &crate::support::platform::page(&[], None));
    });
    let variables = [
        ("MASSDRIVER_URL", &*platform.url),
        ("MASSDRIVER_ORG_ID", "acme"),
        ("MASSDRIVER_API_KEY", "old-key"),
    ];
    let ran = Sandbox::new().run(&["pull"], &variables);
    assert_eq!((ran.code, &*ran.stdout), (Some(0), "Fetched 0 resource types of `acme`.\n"));
    assert_eq!(platform.requests()[0].headers["authorization"], "Basic YWNtZTpvbGQta2V5");
}

#[test]
fn missing_configuration_is_reported_before_any_request() {
    let (platform, sandbox) = (Platform::start(well_behaved(1)), Sandbox::new());
    let url = ("MASSDRIVER_URL", &*platform.url);
    let organization = ("MASSDRIVER_ORG_ID", "acme");
    sandbox.run(&["pull"], &[url]).failed(2, "set `MASSDRIVER_ORGANIZATION_ID`");
    sandbox.run(&["pull"], &[url, organization]).failed(2, "there is no API key; set `MASSDRIVER_API_KEY`");
    let uuid = ("MASSDRIVER_ORG_ID", "0b5c5c5e-1111-4222-8333-0123456789ab");
    sandbox.run(&["pull"], &[url, uuid, ("MASSDRIVER_API_KEY", KEY)]).failed(2, "is a UUID");
    let open = ("MASSDRIVER_URL", "http://api.example");
    sandbox.run(&["pull"], &[open, organization, ("MASSDRIVER_API_KEY", KEY)]).failed(2, "unencrypted");
    let broken = format!("{KEY}\u{7}");
    let ran = sandbox.run(&["pull"], &[url, organization, ("MASSDRIVER_API_KEY", &broken)]);
    ran.failed(2, "contains invalid characters");
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn an_unreachable_address_is_reported() {
    let url = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let variables = [("MASSDRIVER_URL", &*url), ("MASSDRIVER_ORG_ID", "acme"), ("MASSDRIVER_API_KEY", KEY)];
    let ran = Sandbox::new().run(&["pull"], &variables);
    ran.failed(1, "(tried 4 times)");
}

#[test]
fn loopback_requests_bypass_the_proxy() {
    let (platform, proxy, sandbox) =
        (Platform::start(well_behaved(1)), Platform::start(well_behaved(1)), Sandbox::new());
    let variables = [
        ("MASSDRIVER_URL", &*platform.url),
        ("MASSDRIVER_ORG_ID", "acme"),
        ("MASSDRIVER_API_KEY", KEY),
        ("HTTP_PROXY", &*proxy.url),
        ("http_proxy", &*proxy.url),
        ("ALL_PROXY", &*proxy.url),
    ];
    assert_eq!(sandbox.run(&["pull"], &variables).code, Some(0));
    assert_eq!((platform.requests().len(), proxy.requests().len()), (1, 0));
}

#[test]
fn tls_requires_a_trusted_certificate_authority() {
    let (platform, sandbox) = (Platform::start_secure(well_behaved(150)), Sandbox::new());
    sandbox.at(&platform, &["pull"]).failed(1, "cannot establish a secure connection");
    assert_eq!(platform.requests().len(), 0);

    let certificate = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/certificate.pem");
    let with = |file: &str, url: &str| {
        let variables = [
            ("MASSDRIVER_URL", url),
            ("MASSDRIVER_ORG_ID", "acme"),
            ("MASSDRIVER_API_KEY", KEY),
            ("SSL_CERT_FILE", file),
        ];
        sandbox.run(&["pull"], &variables)
    };
    let ran = with(certificate, &platform.url);
    assert_eq!((ran.code, platform.requests().len()), (Some(0), 2), "{ran:?}");
    // The certificate covers only the IP address.
    with(certificate, &platform.url.replace("127.0.0.1", "localhost"))
        .failed(1, "cannot establish a secure connection");
    with("/nowhere.pem", &platform.url).failed(2, "which cannot be read");
    with(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), &platform.url)
        .failed(2, "contains no certificate");
}
