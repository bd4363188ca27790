//! The cached catalog: one file per platform and organization. Its content is not trusted.

use super::address::Address;
use super::configuration::{Configuration, Variables};
use super::{Error, OrganizationCatalog, OrganizationType};
use crate::private;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The version of the file format; files of another version are invalid.
const FORMAT: u32 = 1;

/// Longer files (bytes) are not read; larger than all responses of a pull together.
const MAX_FILE: u64 = 96 << 20;

/// The content of the file.
#[derive(Serialize, Deserialize)]
struct CacheFile {
    format: u32,
    url: String,
    organization: String,
    /// Seconds since the Unix epoch.
    fetched_at: u64,
    types: Vec<OrganizationType>,
}

/// The directory of this program in the user's cache directory.
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

/// The path of an organization's file: a readable name, and a hash, as different organizations may have the same readable name.
pub(super) fn file(directory: &Path, address: &Address, organization: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = organization.chars().take(40).map(plain).collect();
    let number = fnv(format!("{} {organization}", address.text()).as_bytes());
    directory.join(format!("catalog-{name}-{number:016x}.json"))
}

/// Reads the file; `None` if it does not exist.
pub(super) fn read(path: &Path, configuration: &Configuration) -> Result<Option<OrganizationCatalog>, Error> {
    let refuse = |why: &str| Error::Disk(format!("the catalog in {} {why}; pull it again", path.display()));
    let text = match bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(&format!("cannot be read: {error}"))),
    };
    let stored: CacheFile = serde_json::from_slice(&text).map_err(|_| refuse("is damaged"))?;
    if stored.format != FORMAT {
        return Err(refuse("was written by another version"));
    }
    if stored.url != configuration.url() || stored.organization != configuration.organization {
        return Err(refuse("belongs to another organization or platform"));
    }
    let fetched_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(stored.fetched_at));
    let fetched_at = fetched_at.ok_or_else(|| refuse("is damaged"))?;
    Ok(Some(OrganizationCatalog { fetched_at, types: stored.types }))
}

/// Writes the file atomically.
pub(super) fn write(
    path: &Path,
    configuration: &Configuration,
    catalog: &OrganizationCatalog,
) -> Result<(), Error> {
    let since = catalog.fetched_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stored = CacheFile {
        format: FORMAT,
        url: configuration.url(),
        organization: configuration.organization.clone(),
        fetched_at: since.as_secs(),
        types: catalog.types.clone(),
    };
    let text = serde_json::to_vec(&stored).map_err(|error| Error::Disk(error.to_string()))?;
    if configuration.credentials.as_ref().is_some_and(|credentials| credentials.are_in(&text)) {
        return Err(Error::Platform(
            "the response of the platform contains the key and was discarded".to_owned(),
        ));
    }
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let write = || -> io::Result<()> {
        // May be left over from a process with the same id.
        let _ = fs::remove_file(&temporary);
        private::create_new(&temporary)?.write_all(&text)?;
        fs::rename(&temporary, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&temporary);
        Error::Disk(format!("cannot write the catalog to {}: {error}", path.display()))
    })
}

/// Removes the file. Returns whether it existed.
pub(super) fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::Disk(format!("cannot remove {}: {error}", path.display()))),
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let invalid = || io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file, or too large");
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return Err(invalid());
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE { Err(invalid()) } else { Ok(bytes) }
}

/// The FNV-1a hash, which is stable across versions, unlike the standard library's.
fn fnv(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests;
