//! Files readable by the current user only: recordings, logs, cached catalogs.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file for writing and truncates it; creates it if it does not exist.
///
/// # Errors
/// The file cannot be opened or is a symbolic link to another file.
pub(crate) fn overwrite(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().write(true).create(true).truncate(true))
}

/// Opens a file for appending; creates it if it does not exist.
///
/// # Errors
/// The file cannot be opened or is a symbolic link to another file.
pub(crate) fn append(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().append(true).create(true))
}

/// Creates a file and its parent directories.
///
/// # Errors
/// The file exists or cannot be created.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        create_directory(directory)?;
    }
    open(path, OpenOptions::new().write(true).create_new(true))
}

/// Symbolic links to devices, such as `/dev/stderr`, are followed. Links to files are rejected, as they may point
/// anywhere.
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if path.is_symlink() && path.is_file() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is a symbolic link to another file"));
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options.open(path)?;
    restrict(&file)?;
    Ok(file)
}

/// Removes the permissions of other users from an existing file.
#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn restrict(_: &File) -> io::Result<()> {
    Ok(())
}

fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_user_can_read_private_files() {
        let directory = tempfile::tempdir().unwrap();
        for (name, open) in [("over", overwrite as fn(&Path) -> _), ("end", append)] {
            let path = directory.path().join(name);
            drop(open(&path).unwrap());
            assert_eq!(mode(&path), 0o600, "{name}");
            fs::write(&path, "old\n").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
            open(&path).unwrap().write_all(b"new\n").unwrap();
            assert_eq!(mode(&path), 0o600, "{name}");
            assert_eq!(fs::read_to_string(&path).unwrap().contains("old"), name == "end");
        }
        let path = directory.path().join("a/b/new");
        drop(create_new(&path).unwrap());
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert!(create_new(&path).is_err());
    }

    #[test]
    fn symlinks_are_followed_only_to_devices() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "kept").unwrap();
        symlink(&file, &link).unwrap();
        assert!(overwrite(&link).is_err() && append(&link).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "kept");
        fs::remove_file(&link).unwrap();
        symlink("/dev/null", &link).unwrap();
        assert!(overwrite(&link).is_ok() && append(&link).is_ok());
    }
}
