//! The module's allocator: `dlmalloc`, as in std for this target, growing in larger steps.
//!
//! At each growth a host counts the whole memory as newly allocated and may collect its own garbage: with std's steps
//! of 64 KiB, V8 did so 300 times for a log of 300,000 interactions (`benches/log.mjs`).
//!
//! Bytes in use are counted, so that callers can check for room beforehand: after a failed allocation the module is
//! lost.
//!
//! A separate crate, because an allocator needs `unsafe`, which the main crate forbids.
#![cfg(target_arch = "wasm32")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use dlmalloc::{Allocator, Dlmalloc};

/// Size of a memory page in bytes.
const PAGE: usize = 64 * 1024;

/// Growth is at least 1/8 of the current size or of the room below the ceiling. Pages not written to cost a host
/// nothing.
const STEP: usize = 8;

/// Size of the address space without its last page, so that no pointer past the end of an allocation overflows.
pub const LARGEST: usize = usize::MAX - PAGE + 1;

/// Maximum memory size in bytes.
static CEILING: AtomicUsize = AtomicUsize::new(LARGEST);
/// Bytes allocated, including the allocator's overhead.
static USED: AtomicUsize = AtomicUsize::new(0);
/// Maximum of `USED` since [`measure_peak`] was last called.
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// True after a failed allocation.
static EXHAUSTED: AtomicBool = AtomicBool::new(false);

/// Returns the bytes in use.
pub fn used() -> usize {
    USED.load(Relaxed)
}

/// Returns the maximum of bytes in use since the previous call, or since the start.
pub fn measure_peak() -> usize {
    PEAK.swap(used(), Relaxed)
}

/// Returns the maximum memory size in bytes.
pub fn ceiling() -> usize {
    CEILING.load(Relaxed)
}

/// Sets the maximum memory size in bytes. Memory beyond it is kept.
pub fn set_ceiling(bytes: usize) {
    CEILING.store(bytes.min(LARGEST), Relaxed);
}

/// True after a failed allocation; the module's state is then unreliable.
pub fn is_exhausted() -> bool {
    EXHAUSTED.load(Relaxed)
}

/// Returns the bytes an allocation occupies: `dlmalloc` adds a word and rounds up to 8.
fn occupied(size: usize) -> usize {
    (size + 11) & !7
}

fn count(more: usize, less: usize) {
    let used = USED.load(Relaxed).wrapping_add(more).wrapping_sub(less);
    USED.store(used, Relaxed);
    if used > PEAK.load(Relaxed) {
        PEAK.store(used, Relaxed);
    }
}

/// Counts an allocation unless it failed.
fn count_allocation(pointer: *mut u8, more: usize, less: usize) -> *mut u8 {
    match pointer.is_null() {
        true => EXHAUSTED.store(true, Relaxed),
        false => count(occupied(more), if less == 0 { 0 } else { occupied(less) }),
    }
    pointer
}

/// The source of pages: the host.
struct Pages;

// SAFETY: `alloc` returns a new region of the size it states, which is given out once.
unsafe impl Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let needed = size.div_ceil(PAGE);
        let grown = |pages: usize| match memory_size(0) + pages <= ceiling() / PAGE {
            true => (memory_grow(0, pages), pages),
            false => (usize::MAX, 0),
        };
        let left = (ceiling() / PAGE).saturating_sub(memory_size(0));
        let (first, pages) = match grown(needed.max(memory_size(0).min(left) / STEP)) {
            // Near the host's limit a step may be too large although the bytes needed fit.
            (usize::MAX, _) => grown(needed),
            done => done,
        };
        if first == usize::MAX {
            return (null_mut(), 0, 0);
        }
        ((first * PAGE) as *mut u8, pages * PAGE, 0)
    }
    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        null_mut()
    }
    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }
    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }
    fn can_release_part(&self, _: u32) -> bool {
        false
    }
    fn allocates_zeros(&self) -> bool {
        true
    }
    fn page_size(&self) -> usize {
        PAGE
    }
}

/// The global allocator.
pub struct Heap(UnsafeCell<Dlmalloc<Pages>>);

impl Heap {
    /// Returns an allocator without memory.
    #[allow(clippy::new_without_default)] // A static wants a constant.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages)))
    }

    /// True if there is room for `bytes` more, in pieces of at most half of that size.
    pub fn has_room(&self, bytes: usize) -> bool {
        if bytes <= ceiling().saturating_sub(memory_size(0) * PAGE) {
            return true;
        }
        if bytes > ceiling().saturating_sub(used()) {
            return false;
        }
        // SAFETY: allocated and freed with the same size and alignment.
        unsafe {
            let pointer = (*self.0.get()).malloc(bytes / 2, 8);
            if pointer.is_null() {
                return false;
            }
            (*self.0.get()).free(pointer, bytes / 2, 8);
        }
        true
    }
}

#[cfg(target_feature = "atomics")]
compile_error!("the heap is for one thread alone");

// SAFETY: the module has one thread, and the allocator is not re-entrant.
unsafe impl Sync for Heap {}

// SAFETY: `Dlmalloc` gives the guarantees that `GlobalAlloc` requires.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_allocation(unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }, layout.size(), 0)
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count_allocation(unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }, layout.size(), 0)
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, occupied(layout.size()));
        unsafe { (*self.0.get()).free(pointer, layout.size(), layout.align()) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_allocation(
            unsafe { (*self.0.get()).realloc(pointer, layout.size(), layout.align(), size) },
            size,
            layout.size(),
        )
    }
}
