use super::*;
use std::fs;
use tempfile::TempDir;

/// A home directory with a profile file.
fn home(file: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".config/massdriver/config.yaml");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, file).unwrap();
    home
}

fn read_with(home: &TempDir, set: &[(&str, &str)], profile: Option<&str>) -> Result<Configuration, Error> {
    let variables = |name: &str| match name {
        "HOME" => Some(home.path().into()),
        name => set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)),
    };
    read(&variables, profile)
}

fn refused(home: &TempDir, set: &[(&str, &str)], profile: Option<&str>) -> String {
    read_with(home, set, profile).unwrap_err().to_string()
}

fn header(configuration: &Configuration) -> String {
    configuration.credentials.as_ref().unwrap().header().expose().to_owned()
}

const PROFILES: &str = "\
version: 1
profiles:
  default: { organization_id: acme, api_key: mds_file }
  staging:
    organization_id: acme2
    api_key: old
    url: https://staging.example/
";

#[test]
fn the_default_profile_is_named_default() {
    let configuration = read_with(&home(PROFILES), &[], None).unwrap();
    assert_eq!(
        (&*configuration.organization, configuration.url()),
        ("acme", "https://api.massdriver.cloud".into())
    );
    assert_eq!(header(&configuration), "Bearer mds_file");
}

#[test]
fn an_argument_or_a_variable_selects_a_profile() {
    let home = home(PROFILES);
    for (set, profile) in [
        (&[("MASSDRIVER_PROFILE", "staging")][..], None),
        (&[], Some("staging")),
        (&[("MASSDRIVER_PROFILE", "default")], Some("staging")),
    ] {
        let configuration = read_with(&home, set, profile).unwrap();
        assert_eq!(
            (&*configuration.organization, configuration.url()),
            ("acme2", "https://staging.example".into())
        );
        // base64 of `acme2:old`
        assert_eq!(header(&configuration), "Basic YWNtZTI6b2xk");
    }
    let message = refused(&home, &[], Some("prod"));
    assert_eq!(message, "there is no profile `prod`; the profiles are `default`, `staging`");
}

#[test]
fn the_environment_takes_precedence() {
    let home = home(PROFILES);
    let set =
        [("MASSDRIVER_ORG_ID", "other"), ("MASSDRIVER_API_KEY", ""), ("MASSDRIVER_URL", "https://u.example")];
    let configuration = read_with(&home, &set, None).unwrap();
    assert_eq!((&*configuration.organization, configuration.url()), ("other", "https://u.example".into()));
    assert_eq!(header(&configuration), "Bearer mds_file");

    let both = [
        ("MASSDRIVER_ORG_ID", "alias"),
        ("MASSDRIVER_ORGANIZATION_ID", "name"),
        ("MASSDRIVER_API_KEY", "md_x"),
    ];
    let configuration = read_with(&home, &both, None).unwrap();
    assert_eq!((&*configuration.organization, &*header(&configuration)), ("name", "Bearer md_x"));
}

#[test]
fn a_deployment_uses_its_token() {
    let set = [("MASSDRIVER_ORG_ID", "acme"), ("MASSDRIVER_DEPLOYMENT_ID", "d"), ("MASSDRIVER_TOKEN", "t")];
    let empty = tempfile::tempdir().unwrap();
    // base64 of `d:t`
    assert_eq!(header(&read_with(&empty, &set, None).unwrap()), "Basic ZDp0");
    assert_eq!(header(&read_with(&home(PROFILES), &set, None).unwrap()), "Basic ZDp0");
    let without_token = &set[..2];
    assert!(!read_with(&empty, without_token, None).unwrap().has_key());
}

#[test]
fn missing_and_invalid_values_are_named() {
    let nothing = tempfile::tempdir().unwrap();
    assert!(refused(&nothing, &[], None).starts_with("no organization is configured"));
    assert!(refused(&nothing, &[], Some("p")).contains("the profile file has no profiles"));
    let uuid = [("MASSDRIVER_ORG_ID", "0B5c5c5e-1111-4222-8333-0123456789ab")];
    assert!(refused(&nothing, &uuid, None).contains("is a UUID"));
    let open = [("MASSDRIVER_ORG_ID", "acme"), ("MASSDRIVER_URL", "http://api.example")];
    assert!(refused(&nothing, &open, None).contains("unencrypted"));
}

#[test]
fn an_invalid_file_is_reported_without_its_content() {
    for (file, why) in [
        ("profiles:\n  default: {api_key: mds_secret\n", "is not valid YAML in line"),
        ("a: &x [*x, mds_secret]\nb: {mds_secret: 1, mds_secret: 2}\n", "is not valid YAML in line"),
        ("profiles: mds_secret\n", "not a mapping"),
        ("profiles:\n  default: mds_secret\n", "no organization is configured"),
        ("profiles:\n  default: {organization_id: [mds_secret]}\n", "no organization is configured"),
        ("- mds_secret\n", "no organization is configured"),
    ] {
        let message = refused(&home(file), &[], None);
        assert!(message.contains(why) && !message.contains("mds_secret"), "{file}: {message}");
    }
}

#[test]
fn a_directory_instead_of_the_file_is_rejected() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join(".config/massdriver/config.yaml")).unwrap();
    assert!(refused(&home, &[], None).contains("is not a profile file"));
}

#[test]
fn numbers_are_read_as_text() {
    let file = "profiles: {default: {organization_id: 42, api_key: 7}}\n";
    let configuration = read_with(&home(file), &[], None).unwrap();
    assert_eq!(configuration.organization, "42");
}

#[test]
fn debug_output_has_no_key() {
    let configuration = read_with(&home(PROFILES), &[], None).unwrap();
    let shown = format!("{configuration:#?}");
    assert!(shown.contains("acme") && !shown.contains("mds_file"), "{shown}");
}
