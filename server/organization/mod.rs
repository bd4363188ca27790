//! The resource types of the user's organization: fetched from the platform on request and cached on the disk. This is the
//! only module that uses the network, and nothing in it runs unasked.

mod address;
mod cache;
mod configuration;
mod http;
mod query;
mod secret;

pub(crate) use configuration::Configuration;

use crate::reference::{self, Definition, ResourceType, Source};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The default timeout of a whole pull.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// All resource types of an organization at one time.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct OrganizationCatalog {
    /// The time of the request.
    pub(crate) fetched_at: SystemTime,
    /// The types, sorted by id.
    pub(crate) types: Vec<OrganizationType>,
}

/// A resource type as the platform's API returns it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct OrganizationType {
    pub(crate) id: String,
    /// A name or a title; see [`OrganizationType::reference`].
    pub(crate) name: String,
    /// URL of an icon.
    pub(crate) icon: Option<String>,
    /// How it is connected; `None` for unsupported values.
    pub(crate) orientation: Option<Orientation>,
    /// JSON Schema of the payload, or null. The nesting depth is at most 128.
    pub(crate) schema: Value,
}

/// How a resource is connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Orientation {
    /// By a connection in the diagram.
    #[serde(rename = "LINK")]
    Link,
    /// As a default of the environment.
    #[serde(rename = "ENVIRONMENT_DEFAULT")]
    EnvironmentDefault,
}

impl OrganizationCatalog {
    /// The layer of the catalog that documents are checked with; `id` is the organization's.
    #[must_use]
    pub(crate) fn into_layer(self, id: &str) -> reference::Organization {
        let types = self.types.into_iter().map(|found| {
            let orientation = found.orientation.map(|orientation| match orientation {
                Orientation::Link => "link".to_owned(),
                Orientation::EnvironmentDefault => "environmentDefault".to_owned(),
            });
            let name = found.reference().to_owned();
            let (label, icon, schema) = (Some(found.name), found.icon, found.schema);
            let definition = Definition { name, label, icon, orientation, schema };
            Arc::new(ResourceType::defined(definition, Source::Organization))
        });
        let (id, as_of) = (Some(id.to_owned()), Some(self.fetched_at));
        reference::Organization { id, types: types.collect(), complete: true, as_of }
    }
}

/// The cached catalog of the configured organization as a layer of the catalog, and its age; `None` if none was fetched.
///
/// # Errors
/// There is no valid configuration, or the cache file is invalid.
pub(crate) fn cached_layer() -> Result<Option<(reference::Organization, Duration)>, Error> {
    let configuration = Configuration::read(None)?;
    let catalog = cached(&configuration)?;
    Ok(catalog.map(|catalog| {
        let age = catalog.age();
        (catalog.into_layer(&configuration.organization), age)
    }))
}

/// Formats an age in its largest unit: `3 hours`.
#[must_use]
pub(crate) fn format_age(age: Duration) -> String {
    let seconds = age.as_secs();
    let (count, unit) = match seconds {
        0..60 => return "less than a minute".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Why there is no catalog. Its `Display` is a sentence without capital and full stop; it never contains a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Error {
    /// No organization is configured.
    Unconfigured(String),
    /// The configuration is incomplete or invalid.
    Configuration(String),
    /// The platform cannot be reached, refused the request, or returned an invalid response.
    Platform(String),
    /// The cache file cannot be read or written.
    Disk(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unconfigured(message)
            | Self::Configuration(message)
            | Self::Platform(message)
            | Self::Disk(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl OrganizationCatalog {
    /// The time since the catalog was fetched; zero if the clock was set back.
    #[must_use]
    pub(crate) fn age(&self) -> Duration {
        self.fetched_at.elapsed().unwrap_or_default()
    }
}

impl OrganizationType {
    /// The name by which bundles refer to the type, without the organization: `name` if it has the form of a type name, else
    /// `id`, since `name` may be a title.
    #[must_use]
    pub(crate) fn reference(&self) -> &str {
        let (name, id) = (without_organization(&self.name), without_organization(&self.id));
        if is_type_name(name) { name } else { id }
    }
}

fn without_organization(reference: &str) -> &str {
    reference.rsplit_once('/').map_or(reference, |(_, name)| name)
}

fn is_type_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=100).contains(&text.len()) && text.bytes().all(allowed)
}

/// The cached catalog, however old; `None` if there is none.
///
/// # Errors
/// The cache file is invalid. The next pull replaces it.
pub(crate) fn cached(configuration: &Configuration) -> Result<Option<OrganizationCatalog>, Error> {
    cache::read(cache_file(configuration)?, configuration)
}

/// Fetches the catalog from the platform and replaces the cached one. Blocks on the network. `progress` gets the number of
/// types received so far.
///
/// # Errors
/// There is no key, the platform does not return all types within `timeout`, or the cache file cannot be written. The cached
/// catalog stays unchanged.
pub(crate) fn pull(
    configuration: &Configuration,
    timeout: Duration,
    progress: &mut dyn FnMut(usize),
) -> Result<OrganizationCatalog, Error> {
    let file = cache_file(configuration)?;
    let fetched_at = SystemTime::now();
    let types = query::resource_types(configuration, timeout, progress)?;
    let catalog = OrganizationCatalog { fetched_at, types };
    cache::write(file, configuration, &catalog)?;
    Ok(catalog)
}

/// Removes the cached catalog. Returns whether there was one.
///
/// # Errors
/// The file cannot be removed.
pub(crate) fn clear(configuration: &Configuration) -> Result<bool, Error> {
    cache::remove(cache_file(configuration)?)
}

/// The path of the cache file, whether it exists or not.
///
/// # Errors
/// The user has no cache directory.
pub(crate) fn cache_file(configuration: &Configuration) -> Result<&Path, Error> {
    configuration.cache_file.as_deref().ok_or_else(|| {
        let message =
            "there is no cache directory for the catalog: neither `XDG_CACHE_HOME` nor `HOME` is set";
        Error::Configuration(message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_the_form_of_a_type_name() {
        let reference = |id: &str, name: &str| {
            let found = OrganizationType {
                id: id.to_owned(),
                name: name.to_owned(),
                icon: None,
                orientation: None,
                schema: Value::Null,
            };
            found.reference().to_owned()
        };
        assert_eq!(reference("aws-vpc", "AWS VPC"), "aws-vpc");
        assert_eq!(reference("0b5c5c5e-0000-4000-8000-000000000000", "aws-vpc"), "aws-vpc");
        assert_eq!(reference("acme/aws-vpc", "A network"), "aws-vpc");
        assert_eq!(reference("x", "acme/aws-vpc"), "aws-vpc");
    }

    #[test]
    fn an_age_has_its_largest_unit() {
        for (seconds, expected) in [
            (0, "less than a minute"),
            (60, "1 minute"),
            (3599, "59 minutes"),
            (7200, "2 hours"),
            (86_400, "1 day"),
            (864_000, "10 days"),
        ] {
            assert_eq!(format_age(Duration::from_secs(seconds)), expected);
        }
    }
}
