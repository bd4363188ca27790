use super::*;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A directory of its own for a test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("massdriver-ls-disk-{}-{number}", std::process::id()));
        fs::create_dir_all(directory.join("workspace/bundle/src")).unwrap();
        fs::create_dir_all(directory.join("outside")).unwrap();
        fs::write(directory.join("outside/secret"), "s").unwrap();
        fs::write(directory.join("workspace/readme"), "r").unwrap();
        fs::write(directory.join("workspace/bundle/src/main.tf"), "m").unwrap();
        Self(directory)
    }

    fn place(&self) -> Place {
        Place::new(self.0.join("workspace/bundle/massdriver.yaml"), &[self.0.join("workspace")])
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_workspace_is_seen() {
    let scratch = Scratch::new();
    let place = scratch.place();
    assert_eq!(look(&place, "src"), Look::Directory);
    assert_eq!(look(&place, "./src/main.tf"), Look::File);
    assert_eq!(look(&place, "src/other.tf"), Look::Missing);
    assert_eq!(look(&place, "src/main.tf/x"), Look::Missing);
    assert_eq!(look(&place, "no/such/place"), Look::Missing);
    assert_eq!(list(&place, "."), Some(vec!["src".into()]));
    assert_eq!(list(&place, "src/main.tf"), None);
    assert_eq!(read(&place, "../readme").as_deref(), Some("r"));
}

#[test]
fn nothing_outside_is_seen() {
    let scratch = Scratch::new();
    let place = scratch.place();
    let absolute = scratch.0.join("outside/secret");
    for path in ["../../outside/secret", "../../outside/nothing", "../../../../../../..", "/", ""] {
        assert!(matches!(look(&place, path), Look::Unknown | Look::Directory), "{path}");
        assert_eq!(read(&place, path), None);
    }
    assert_eq!(look(&place, absolute.to_str().unwrap()), Look::Unknown);
    assert_eq!(look(&place, "../../outside/nothing"), Look::Unknown);
    assert_eq!(list(&place, "../.."), None);
}

#[test]
fn links_out_of_the_workspace_lead_nowhere() {
    let scratch = Scratch::new();
    let place = scratch.place();
    let bundle = scratch.0.join("workspace/bundle");
    symlink(scratch.0.join("outside"), bundle.join("out")).unwrap();
    symlink("../readme", bundle.join("in")).unwrap();
    symlink("nothing", bundle.join("dangling")).unwrap();
    symlink("loop", bundle.join("loop")).unwrap();
    assert_eq!(look(&place, "out"), Look::Unknown);
    assert_eq!(look(&place, "out/secret"), Look::Unknown);
    assert_eq!(look(&place, "out/nothing"), Look::Unknown);
    assert_eq!(read(&place, "out/secret"), None);
    assert_eq!(list(&place, "out"), None);
    assert_eq!(read(&place, "in").as_deref(), Some("r"));
    assert_eq!(look(&place, "dangling"), Look::Missing);
    assert_eq!(look(&place, "loop"), Look::Unknown);
}

#[test]
fn pipes_large_files_and_other_encodings_are_not_read() {
    let scratch = Scratch::new();
    let place = scratch.place();
    let bundle = scratch.0.join("workspace/bundle");
    fs::write(bundle.join("large"), vec![b'x'; MAX_FILE as usize + 1]).unwrap();
    fs::write(bundle.join("latin"), [0xE9]).unwrap();
    assert_eq!(look(&place, "large"), Look::File);
    assert_eq!(read(&place, "large"), None);
    assert_eq!(read(&place, "latin"), None);
    if Command::new("mkfifo").arg(bundle.join("pipe")).status().is_ok_and(|status| status.success()) {
        assert_eq!(look(&place, "pipe"), Look::Unknown);
        assert_eq!(read(&place, "pipe"), None);
    }
}

#[test]
fn without_a_workspace_the_directory_above_is_the_limit() {
    let scratch = Scratch::new();
    let place = Place::new(scratch.0.join("workspace/bundle/massdriver.yaml"), &[]);
    assert_eq!(look(&place, "src/main.tf"), Look::File);
    assert_eq!(look(&place, "../readme"), Look::File);
    assert_eq!(look(&place, "../../outside/secret"), Look::Unknown);
}
