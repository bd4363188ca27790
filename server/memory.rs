//! Gives freed memory back to the system. The C library on Linux has to be told; elsewhere large blocks go back when they
//! are freed.

/// Limits how much freed memory the C library keeps; call it before the first thread starts.
///
/// By default it keeps up to 64 MiB free at the end of the heap of each thread, because its thresholds grow with the
/// largest block that was freed. Fixed thresholds cost a keystroke in an ordinary bundle nothing: none of its blocks is as
/// large.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "a foreign function")]
pub(crate) fn limit_free() {
    let parameters =
        [(libc::M_MMAP_THRESHOLD, 1 << 20), (libc::M_TRIM_THRESHOLD, 8 << 20), (libc::M_ARENA_MAX, 2)];
    for (parameter, value) in parameters {
        // SAFETY: takes no pointers (mallopt(3)). If a parameter is refused, its default remains.
        unsafe { libc::mallopt(parameter, value) };
    }
}

/// Other allocators need no limits.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn limit_free() {}

/// Gives the free pages of the heap back. Takes milliseconds per 100 MiB: not for the keystroke path.
///
/// The C library keeps what is freed below a block that is in use, hundreds of MiB after a hostile document was closed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "a foreign function")]
pub(crate) fn trim() {
    // SAFETY: takes no pointers, and may be called at any time from any thread (malloc_trim(3)).
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators give large blocks back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn trim() {}
