//! The resource types of the user's own organization: fetched from the platform when the user asks for it, and kept on
//! the disk. This is the only room that knows the network, and nothing in it runs by itself.

mod address;
mod cache;
mod configuration;
mod http;
mod query;
mod secret;

pub use configuration::Configuration;

use crate::reference::{self, Definition, ResourceType, Source};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long a whole pull may take unless the user says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The resource types that an organization had at one moment: all of them, or there is no catalogue.
#[derive(Clone, PartialEq, Debug)]
pub struct Catalog {
    /// When they were asked for.
    pub fetched_at: SystemTime,
    /// The types, by id.
    pub types: Vec<OrganizationType>,
}

/// A resource type as the platform describes it (`spec §16.2`).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OrganizationType {
    /// The platform's id.
    pub id: String,
    /// The platform's name; see [`OrganizationType::reference`].
    pub name: String,
    /// URL of an icon.
    pub icon: Option<String>,
    /// How it is connected; `None` where the platform says something new.
    pub orientation: Option<Orientation>,
    /// JSON Schema of the payload; null where there is none. It nests at most 128 deep.
    pub schema: Value,
}

/// How a resource is connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Orientation {
    /// By a line in the diagram.
    #[serde(rename = "LINK")]
    Link,
    /// As a default of the environment.
    #[serde(rename = "ENVIRONMENT_DEFAULT")]
    EnvironmentDefault,
}

impl Catalog {
    /// The same as a layer of what documents are read with; `id` is the organization's.
    #[must_use]
    pub fn into_layer(self, id: &str) -> reference::Organization {
        let types = self.types.into_iter().map(|one| {
            let orientation = one.orientation.map(|orientation| match orientation {
                Orientation::Link => "link".to_owned(),
                Orientation::EnvironmentDefault => "environmentDefault".to_owned(),
            });
            let name = one.reference().to_owned();
            let definition =
                Definition { name, label: Some(one.name), icon: one.icon, orientation, schema: one.schema };
            Arc::new(ResourceType::defined(definition, Source::Organization))
        });
        let (id, as_of) = (Some(id.to_owned()), Some(self.fetched_at));
        reference::Organization { id, types: types.collect(), complete: true, as_of }
    }
}

/// The catalogue of the configured organization as it was fetched last, as a layer of what documents are read with, and
/// its age; `None` where none was fetched.
///
/// # Errors
/// There is no configuration, or what lies on the disk is damaged.
pub fn fetched() -> Result<Option<(reference::Organization, Duration)>, Error> {
    let configuration = Configuration::read(None)?;
    let catalog = cached(&configuration)?;
    Ok(catalog.map(|catalog| {
        let age = catalog.age();
        (catalog.into_layer(&configuration.organization), age)
    }))
}

/// An age in its largest unit.
#[must_use]
pub fn in_words(age: Duration) -> String {
    let seconds = age.as_secs();
    let (count, unit) = match seconds {
        0..60 => return "less than a minute".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Why there is no catalogue. Displayed, it is a sentence without capital and full stop, and without any key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The user has configured nothing.
    Unconfigured(String),
    /// The user's configuration is missing something or makes no sense.
    Configuration(String),
    /// The platform was not reached, refused, or said what cannot be.
    Platform(String),
    /// The disk did not take or give the catalogue.
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

impl Catalog {
    /// How old it is; nothing where the clock was set back.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.fetched_at.elapsed().unwrap_or_default()
    }
}

impl OrganizationType {
    /// What bundles write to refer to it, without the organization: of `name` and `id` the one that has the form of a
    /// type's name (`spec §11`), since the name may be a title for people.
    #[must_use]
    pub fn reference(&self) -> &str {
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

/// The catalogue that the last pull for this organization left on the disk, however old; `None` when there is none.
///
/// # Errors
/// What lies there is damaged or no catalogue. The next pull replaces it.
pub fn cached(configuration: &Configuration) -> Result<Option<Catalog>, Error> {
    cache::read(cache_file(configuration)?, configuration)
}

/// Fetches the catalogue and keeps it on the disk in place of the last one. Takes its time, and goes to the network.
/// `progress` is told how many types have come so far.
///
/// # Errors
/// There is no key, the platform does not give all the types within `patience`, or the disk does not take them. The
/// catalogue before stays what it was.
pub fn pull(
    configuration: &Configuration,
    patience: Duration,
    progress: &mut dyn FnMut(usize),
) -> Result<Catalog, Error> {
    let file = cache_file(configuration)?;
    let fetched_at = SystemTime::now();
    let types = query::resource_types(configuration, patience, progress)?;
    let catalog = Catalog { fetched_at, types };
    cache::write(file, configuration, &catalog)?;
    Ok(catalog)
}

/// Removes the catalogue of this organization from the disk; tells whether there was one.
///
/// # Errors
/// The disk does not let go of it.
pub fn clear(configuration: &Configuration) -> Result<bool, Error> {
    cache::remove(cache_file(configuration)?)
}

/// Where the catalogue of this organization lies or would lie.
///
/// # Errors
/// The machine's user has no cache directory.
pub fn cache_file(configuration: &Configuration) -> Result<&Path, Error> {
    configuration.cache_file.as_deref().ok_or_else(|| {
        let message = "there is no place for the catalogue: neither `XDG_CACHE_HOME` nor `HOME` is set";
        Error::Configuration(message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_referred_to_by_what_has_the_form_of_a_name() {
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
    fn an_age_is_told_in_its_largest_unit() {
        for (seconds, expected) in [
            (0, "less than a minute"),
            (60, "1 minute"),
            (3599, "59 minutes"),
            (7200, "2 hours"),
            (86_400, "1 day"),
            (864_000, "10 days"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), expected);
        }
    }
}
