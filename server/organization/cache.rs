//! The catalogue on the disk: a file per platform and organization. It is read as if anybody could have written it.

use super::address::Address;
use super::configuration::{Configuration, Variables};
use super::{Catalog, Error, OrganizationType};
use crate::private;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Changes with the file's meaning; a file of another format is as good as none.
const FORMAT: u32 = 1;

/// More than all replies of a pull together.
const MAX_FILE: u64 = 96 << 20;

/// The file.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    url: String,
    organization: String,
    /// Seconds since 1970.
    fetched_at: u64,
    types: Vec<OrganizationType>,
}

/// Where programs of the machine's user keep what they can fetch again; ours within.
pub(super) fn directory(variables: Variables<'_>) -> Option<PathBuf> {
    let set = |name: &str| variables(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let platform = || match () {
        () if cfg!(target_os = "windows") => set("LOCALAPPDATA"),
        () if cfg!(target_os = "macos") => Some(set("HOME")?.join("Library/Caches")),
        () => Some(set("HOME")?.join(".cache")),
    };
    let directory = set("XDG_CACHE_HOME").or_else(platform)?;
    Some(directory.join(env!("CARGO_PKG_NAME")))
}

/// The file of an organization: its name for people, and a number that differs where the names that files can have
/// do not.
pub(super) fn file(directory: &Path, address: &Address, organization: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = organization.chars().take(40).map(plain).collect();
    let number = fnv(format!("{} {organization}", address.text()).as_bytes());
    directory.join(format!("catalog-{name}-{number:016x}.json"))
}

/// Reads the file; `None` when there is none.
pub(super) fn read(path: &Path, configuration: &Configuration) -> Result<Option<Catalog>, Error> {
    let refuse = |why: &str| Error::Disk(format!("the catalogue in {} {why}; pull it again", path.display()));
    let text = match bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(&format!("cannot be read: {error}"))),
    };
    let stored: Stored = serde_json::from_slice(&text).map_err(|_| refuse("is damaged"))?;
    if stored.format != FORMAT {
        return Err(refuse("was written by another version"));
    }
    if stored.url != configuration.url() || stored.organization != configuration.organization {
        return Err(refuse("belongs to somebody else"));
    }
    let fetched_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(stored.fetched_at));
    let fetched_at = fetched_at.ok_or_else(|| refuse("is damaged"))?;
    Ok(Some(Catalog { fetched_at, types: stored.types }))
}

/// Writes the file beside its place and moves it there, so that a reader never sees half of it.
pub(super) fn write(path: &Path, configuration: &Configuration, catalog: &Catalog) -> Result<(), Error> {
    let since = catalog.fetched_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stored = Stored {
        format: FORMAT,
        url: configuration.url(),
        organization: configuration.organization.clone(),
        fetched_at: since.as_secs(),
        types: catalog.types.clone(),
    };
    let text = serde_json::to_vec(&stored).map_err(|error| Error::Disk(error.to_string()))?;
    if configuration.credentials.as_ref().is_some_and(|credentials| credentials.are_in(&text)) {
        return Err(Error::Platform(
            "the platform repeats the key in its reply, which is not kept".to_owned(),
        ));
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = || -> io::Result<()> {
        // One of a process with the same number that ended half-way.
        let _ = fs::remove_file(&beside);
        private::create_new(&beside)?.write_all(&text)?;
        fs::rename(&beside, path)
    };
    written().map_err(|error| {
        let _ = fs::remove_file(&beside);
        Error::Disk(format!("the catalogue cannot be kept in {}: {error}", path.display()))
    })
}

/// Removes the file; tells whether there was one.
pub(super) fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::Disk(format!("{} cannot be removed: {error}", path.display()))),
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "it is no file, or far too large");
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return Err(odd());
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE { Err(odd()) } else { Ok(bytes) }
}

/// FNV-1a: the same in every version, unlike the standard library's.
fn fnv(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests;
