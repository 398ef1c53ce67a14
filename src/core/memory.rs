//! Handing freed memory back to the system.

/// Gives freed heap pages back to the system; does nothing where the C library cannot.
///
/// A detection run or a large Bundle allocates a few hundred megabytes in small steps. glibc keeps them when they are freed,
/// which would leave an idle server four times as large as it has to be.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            fn malloc_trim(pad: usize) -> std::ffi::c_int;
        }
        // SAFETY: malloc_trim(3) takes no pointer and may be called from any thread at any time.
        unsafe { malloc_trim(0) };
    }
}
