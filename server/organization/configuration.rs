//! The configuration of the platform's command line, `mass`, so that its users have nothing to set up.

use super::Error;
use super::address::Address;
use super::cache;
use super::secret::{self, Secret};
use crate::syntax::{self, Dialect, to_json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::ffi::OsString;
use std::path::PathBuf;

/// The default address of the platform.
const DEFAULT_URL: &str = "https://api.massdriver.cloud";

/// The profile that is used unless another one is selected.
const DEFAULT_PROFILE: &str = "default";

/// The environment variables of the organization, in order of precedence.
const ORGANIZATION_VARIABLES: [&str; 2] = ["MASSDRIVER_ORGANIZATION_ID", "MASSDRIVER_ORG_ID"];

/// Longer profile files (bytes) are rejected.
const MAX_FILE: u64 = 1 << 20;

/// Looks up an environment variable; a parameter, so that tests do not change the environment.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The organization, the platform's address and the credentials.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    /// The organization's identifier.
    pub(crate) organization: String,
    /// The selected profile.
    pub(crate) profile: String,
    /// The profile file, if it exists.
    pub(crate) file: Option<PathBuf>,
    pub(super) address: Address,
    pub(super) credentials: Option<Credentials>,
    pub(super) cache_file: Option<PathBuf>,
}

/// The credentials of a request.
#[derive(Clone, Debug)]
pub(super) enum Credentials {
    /// A bearer token.
    Bearer(Secret),
    /// HTTP Basic authentication.
    Basic { user: String, password: Secret },
}

impl Configuration {
    /// Reads the environment and the user's profile file. `profile` wins over `MASSDRIVER_PROFILE`.
    ///
    /// # Errors
    /// The file is invalid, the profile does not exist, the organization is missing, or the URL is invalid. A missing key is an
    /// error only when it is needed.
    pub(crate) fn read(profile: Option<&str>) -> Result<Self, Error> {
        read(&|name| std::env::var_os(name), profile)
    }

    /// The platform's address.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        self.address.text()
    }

    /// Whether there is a key.
    #[must_use]
    pub(crate) fn has_key(&self) -> bool {
        self.credentials.is_some()
    }
}

impl Credentials {
    /// The `Authorization` header.
    pub(super) fn header(&self) -> Secret {
        let scheme = match self {
            Self::Bearer(_) => "Bearer",
            Self::Basic { .. } => "Basic",
        };
        Secret::new(format!("{scheme} {}", self.parameter().expose()))
    }

    /// Whether a text contains the key or the header in any encoding.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        secret::are_in(&self.secrets(), text)
    }

    /// The text with the key and the header replaced.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        self.secrets().iter().fold(text.to_owned(), |text, secret| secret.hide_in(&text))
    }

    /// The key, and its form in the header.
    fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Bearer(key) => vec![key.clone()],
            Self::Basic { password, .. } => vec![password.clone(), self.parameter()],
        }
    }

    /// The header without the scheme.
    fn parameter(&self) -> Secret {
        match self {
            Self::Bearer(key) => key.clone(),
            Self::Basic { user, password } => {
                Secret::new(STANDARD.encode(format!("{user}:{}", password.expose())))
            }
        }
    }
}

fn read(variables: Variables<'_>, profile: Option<&str>) -> Result<Configuration, Error> {
    let variable = |name: &str| text(variables, name);
    let named = profile.map(str::to_owned).or_else(|| variable("MASSDRIVER_PROFILE"));
    let file = file(variables).filter(|file| file.exists());
    let profiles = file.as_ref().map(read_file).transpose()?.unwrap_or_default();
    let name = named.clone().unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
    let settings = profiles.get(&name);
    if named.is_some() && settings.is_none() {
        return Err(unknown_profile(&name, &profiles));
    }
    let in_file = |key: &str| settings.and_then(|settings| settings.get(key)).and_then(plain);

    let organization =
        ORGANIZATION_VARIABLES.iter().find_map(|name| variable(name)).or_else(|| in_file("organization_id"));
    let organization = organization.ok_or_else(no_organization)?;
    if is_uuid(&organization) {
        return Err(Error::Configuration(format!(
            "the organization `{organization}` is a UUID; use its identifier, the short name in the address of its pages"
        )));
    }
    let url = variable("MASSDRIVER_URL").or_else(|| in_file("url"));
    let address = Address::parse(url.as_deref().unwrap_or(DEFAULT_URL))?;
    let credentials = credentials(&variable, in_file("api_key"), &organization);
    let cache_file =
        cache::directory(variables).map(|directory| cache::file(&directory, &address, &organization));
    Ok(Configuration { organization, profile: name, file, address, credentials, cache_file })
}

/// The key in the environment, else the token of a deployment, else the key in the profile.
fn credentials(
    variable: &dyn Fn(&str) -> Option<String>,
    in_file: Option<String>,
    organization: &str,
) -> Option<Credentials> {
    let by_key = |key: String| {
        if key.starts_with("mds_") || key.starts_with("md_") {
            return Credentials::Bearer(Secret::new(key));
        }
        Credentials::Basic { user: organization.to_owned(), password: Secret::new(key) }
    };
    let of_deployment = || {
        let (user, token) = (variable("MASSDRIVER_DEPLOYMENT_ID")?, variable("MASSDRIVER_TOKEN")?);
        Some(Credentials::Basic { user, password: Secret::new(token) })
    };
    variable("MASSDRIVER_API_KEY").map(by_key).or_else(of_deployment).or_else(|| in_file.map(by_key))
}

/// The trimmed value of a variable that is not empty.
fn text(variables: Variables<'_>, name: &str) -> Option<String> {
    let text = variables(name)?.into_string().ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn file(variables: Variables<'_>) -> Option<PathBuf> {
    let set = |name: &str| variables(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || set("HOME").or_else(|| set("USERPROFILE"));
    let directory = set("XDG_CONFIG_HOME").or_else(|| Some(home()?.join(".config")))?;
    Some(directory.join("massdriver").join("config.yaml"))
}

/// The profiles of a file by name. Error messages do not repeat its content, as it contains keys.
fn read_file(path: &PathBuf) -> Result<serde_json::Map<String, Value>, Error> {
    let refuse = |why: String| Error::Configuration(format!("the file {} {why}", path.display()));
    let metadata = path.metadata().map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return Err(refuse("is not a profile file".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let syntax = syntax::parse(text);
    if let Some(error) = syntax.fatal_errors().next() {
        let line = syntax.lines().line_of(error.span.start()) + 1;
        return Err(refuse(format!("is not valid YAML in line {line}")));
    }
    let Some(root) = syntax.root() else { return Ok(serde_json::Map::new()) };
    let mut value = to_json(root, Dialect::GoYaml3).map_err(|error| {
        refuse(format!("is not valid YAML in line {}", syntax.lines().line_of(error.span.start()) + 1))
    })?;
    match value.get_mut("profiles").map(Value::take) {
        Some(Value::Object(profiles)) => Ok(profiles),
        None | Some(Value::Null) => Ok(serde_json::Map::new()),
        Some(_) => Err(refuse("has `profiles` that are not a mapping of names to settings".to_owned())),
    }
}

/// A setting as text. Numbers are read as text.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn unknown_profile(name: &str, profiles: &serde_json::Map<String, Value>) -> Error {
    let known: Vec<String> = profiles.keys().take(20).map(|name| format!("`{name}`")).collect();
    let known = match known.is_empty() {
        true => "the profile file has no profiles".to_owned(),
        false => format!("the profiles are {}", known.join(", ")),
    };
    Error::Configuration(format!("there is no profile `{name}`; {known}"))
}

fn no_organization() -> Error {
    let message = "no organization is configured; set `MASSDRIVER_ORGANIZATION_ID`, or `organization_id` in a profile \
                   of ~/.config/massdriver/config.yaml";
    Error::Unconfigured(message.to_owned())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
