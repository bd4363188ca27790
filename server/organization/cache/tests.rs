use super::*;
use crate::organization::configuration::Credentials;
use crate::organization::secret::Secret;
use serde_json::{Value, json};
use tempfile::TempDir;

fn configuration(directory: &TempDir) -> Configuration {
    let address = Address::parse("https://api.example").unwrap();
    let path = file(directory.path(), &address, "acme");
    Configuration {
        organization: "acme".to_owned(),
        profile: "default".to_owned(),
        file: None,
        address,
        credentials: Some(Credentials::Bearer(Secret::new("mds_secret".to_owned()))),
        cache_file: Some(path),
    }
}

fn catalog() -> OrganizationCatalog {
    let schema = json!({ "type": "object", "properties": { "z": {}, "a": {} } });
    let vpc = OrganizationType {
        id: "aws-vpc".to_owned(),
        name: "AWS VPC".to_owned(),
        icon: Some("https://icons.example/vpc.svg".to_owned()),
        orientation: Some(crate::organization::Orientation::Link),
        schema,
    };
    let plain = OrganizationType {
        id: "x".to_owned(),
        icon: None,
        orientation: None,
        schema: Value::Null,
        ..vpc.clone()
    };
    OrganizationCatalog {
        fetched_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        types: vec![vpc, plain],
    }
}

#[test]
fn a_written_catalog_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let configuration = configuration(&directory);
    let path = configuration.cache_file.as_deref().unwrap();
    assert_eq!(read(path, &configuration), Ok(None));
    write(path, &configuration, &catalog()).unwrap();
    assert_eq!(read(path, &configuration), Ok(Some(catalog())));
    assert!(!fs::read_to_string(path).unwrap().contains("mds_secret"));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "a temporary file is left");
    assert_eq!((remove(path), remove(path)), (Ok(true), Ok(false)));
}

#[test]
fn invalid_and_foreign_files_are_rejected() {
    let directory = tempfile::tempdir().unwrap();
    let configuration = configuration(&directory);
    let path = configuration.cache_file.as_deref().unwrap();
    write(path, &configuration, &catalog()).unwrap();
    let good = fs::read_to_string(path).unwrap();
    for (text, why) in [
        (good[..good.len() / 2].to_owned(), "is damaged"),
        (String::new(), "is damaged"),
        ("\u{0}".repeat(1000), "is damaged"),
        ("[".repeat(100_000), "is damaged"),
        (good.replace("1800000000", "18446744073709551615"), "is damaged"),
        (good.replace("\"types\":[", "\"types\":[7,"), "is damaged"),
        (good.replace("\"format\":1", "\"format\":2"), "another version"),
        (good.replace("\"acme\"", "\"other\""), "another organization"),
        (good.replace("https://api.example", "https://api2.example"), "another organization"),
    ] {
        fs::write(path, &text).unwrap();
        let error = read(path, &configuration).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("pull it again"), "{error}");
    }
    fs::remove_file(path).unwrap();
    fs::create_dir(path).unwrap();
    assert!(read(path, &configuration).is_err());
}

#[test]
fn each_organization_and_platform_has_its_own_file() {
    let name = |url: &str, organization: &str| {
        let path = file(Path::new("/c"), &Address::parse(url).unwrap(), organization);
        path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let names = [
        name("https://a.example", "acme"),
        name("https://b.example", "acme"),
        name("https://a.example", "Acme"),
        name("https://a.example", "../acme"),
    ];
    assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    assert!(
        names.iter().all(|name| !name.contains(['/', '.']) || name.matches('.').count() == 1),
        "{names:?}"
    );
}

#[test]
fn the_directory_is_in_the_users_cache() {
    let with = |set: &'static [(&str, &str)]| {
        directory(&move |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into()))
    };
    assert_eq!(with(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")]).unwrap(), Path::new("/c/massdriver-ls"));
    assert_eq!(with(&[]), None);
    if cfg!(target_os = "linux") {
        assert_eq!(
            with(&[("XDG_CACHE_HOME", "c"), ("HOME", "/h")]).unwrap(),
            Path::new("/h/.cache/massdriver-ls")
        );
    }
}
