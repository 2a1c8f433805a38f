//! Has glibc's allocator give back the memory that reading a vault takes for a while.
//!
//! By itself it takes the largest piece that was ever freed for the size of ordinary ones, and from then on
//! keeps that much and more of what is freed: a seventh of what the server takes at rest. Which size it goes by
//! can be said from outside only, when a program starts. Absent: other systems, which need no telling.

/// Starts the program anew, in the same process, with what the allocator is to go by. Does nothing where the
/// user has something to say to it, or where that cannot be done: all works without, in more memory.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn frugal() {
    use std::os::unix::process::CommandExt as _;
    if std::env::var_os(TUNABLES).is_some() {
        return;
    }
    let mut args = std::env::args_os();
    if let (Ok(program), Some(name)) = (std::env::current_exe(), args.next()) {
        let sizes = "glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=131072";
        let error = std::process::Command::new(program).arg0(name).args(args).env(TUNABLES, sizes).exec();
        tracing::debug!("the allocator is as it is by itself: {error}");
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
const TUNABLES: &str = "GLIBC_TUNABLES";

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn frugal() {}
