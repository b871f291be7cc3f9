//! Where does code lie, and how is it called? Pages of memory that are first written, then made executable, never both.
//! Deliberately knows nothing of what the code does.
//! Read next: `mod.rs`, which calls it.

#[cfg(all(target_arch = "x86_64", any(target_os = "linux", target_os = "macos")))]
mod pages {
    use std::ptr::NonNull;

    /// Executable pages; given back when dropped.
    #[derive(Debug)]
    pub(in super::super) struct Pages {
        start: NonNull<libc::c_void>,
        length: usize,
    }

    // SAFETY: the pages are never written after `new`, and only `drop`, which has them alone, unmaps them.
    #[allow(unsafe_code)]
    unsafe impl Send for Pages {}
    // SAFETY: as above: shared access only reads and executes.
    #[allow(unsafe_code)]
    unsafe impl Sync for Pages {}

    impl Pages {
        /// Pages with these bytes. None where the system gives none, or forbids to execute them.
        #[allow(unsafe_code)]
        pub(in super::super) fn new(bytes: &[u8]) -> Option<Pages> {
            let length = bytes.len().max(1);
            let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANON);
            // SAFETY: a new mapping without a wished address touches nothing that exists.
            let start = unsafe { libc::mmap(std::ptr::null_mut(), length, access, kind, -1, 0) };
            if start == libc::MAP_FAILED {
                return None;
            }
            let pages = Pages { start: NonNull::new(start)?, length };
            // SAFETY: the mapping is ours alone, writable, and at least as long as the bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), start.cast::<u8>(), bytes.len()) };
            // SAFETY: the mapping is ours; from here on nobody writes to it.
            let done = unsafe { libc::mprotect(start, length, libc::PROT_READ | libc::PROT_EXEC) };
            (done == 0).then_some(pages)
        }

        /// Runs the loop at this offset; whether a lane was rare.
        ///
        /// # Safety
        /// At the offset a `Shape::Loop` of `body.rs` starts, for instructions that the machine has. Each pointer of
        /// its columns is valid for the bytes from `first` to the end of the vector at `last`, and for writes where
        /// the loop stores; `first <= last`.
        #[allow(unsafe_code)]
        pub(in super::super) unsafe fn columns(&self, offset: usize, pointers: &[*mut u8], first: usize, last: usize) -> bool {
            type Code = unsafe extern "sysv64" fn(*const *mut u8, usize, usize) -> u32;
            // SAFETY: the caller vouches for code of this signature at the offset, and for its memory.
            unsafe {
                let code: Code = std::mem::transmute(self.start.as_ptr().cast::<u8>().add(offset));
                code(pointers.as_ptr(), first, last) != 0
            }
        }

        /// Runs the code for one point at this offset; whether it was rare.
        ///
        /// # Safety
        /// At the offset a `Shape::Point` of `body.rs` starts, for instructions that the machine has; the pointers are
        /// valid for the floats that it reads and writes.
        #[allow(unsafe_code)]
        pub(in super::super) unsafe fn point(&self, offset: usize, inputs: *const u8, outputs: *mut u8, slots: *mut u8) -> bool {
            type Code = unsafe extern "sysv64" fn(*const u8, *mut u8, *mut u8) -> u32;
            // SAFETY: the caller vouches for code of this signature at the offset, and for its memory.
            unsafe {
                let code: Code = std::mem::transmute(self.start.as_ptr().cast::<u8>().add(offset));
                code(inputs, outputs, slots) != 0
            }
        }
    }

    impl Drop for Pages {
        #[allow(unsafe_code)]
        fn drop(&mut self) {
            // SAFETY: the mapping was made by `new` with this length, and nobody has it any more.
            unsafe { libc::munmap(self.start.as_ptr(), self.length) };
        }
    }

    /// Whether the machine runs code of this level.
    pub(in super::super) fn runs(level: crate::vector::Level) -> bool {
        use crate::vector::Level;
        let small = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
        match level {
            Level::Baseline => false,
            Level::Avx2 => small,
            Level::Avx512 => small && std::is_x86_feature_detected!("avx512f"),
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", any(target_os = "linux", target_os = "macos"))))]
mod pages {
    /// Other machines have no pages: there is no value of this type.
    #[derive(Debug)]
    pub(in super::super) enum Pages {}

    #[allow(unsafe_code)]
    impl Pages {
        pub(in super::super) fn new(_: &[u8]) -> Option<Pages> {
            None
        }

        /// # Safety
        /// Never runs.
        pub(in super::super) unsafe fn columns(&self, _: usize, _: &[*mut u8], _: usize, _: usize) -> bool {
            match *self {}
        }

        /// # Safety
        /// Never runs.
        pub(in super::super) unsafe fn point(&self, _: usize, _: *const u8, _: *mut u8, _: *mut u8) -> bool {
            match *self {}
        }
    }

    /// No machine code is made here.
    pub(in super::super) fn runs(_: crate::vector::Level) -> bool {
        false
    }
}

pub(super) use pages::{Pages, runs};
