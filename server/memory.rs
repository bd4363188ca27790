//! Gives freed memory back to the system.

/// Gives the free pages of the heap back. Takes milliseconds per 100 MiB: not for the keystroke path.
///
/// The C library keeps what is freed below a block that is in use, hundreds of MiB after a hostile document was closed.
/// Other systems and C libraries give large blocks back when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "a foreign function")]
pub(crate) fn trim() {
    // SAFETY: takes no pointers, and may be called at any time from any thread (malloc_trim(3)).
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators give large blocks back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn trim() {}
