//! The module's memory: `dlmalloc`, as std uses it for this target, asking the host for more in larger steps.
//!
//! Each time the memory grows, a host takes the whole of it for newly allocated and may look through all of its own heap
//! for what it can free; growing 64 KiB at a time, as std does, a log of 300,000 interactions made V8 do so 300 times (`benches/log.mjs`).
//!
//! It counts the bytes in use, so that a caller can ask beforehand whether there is room: once an allocation has failed,
//! the module is lost.
//!
//! A crate of its own, since an allocator cannot be written without `unsafe`, which the rest forbids itself.
#![cfg(target_arch = "wasm32")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use dlmalloc::{Allocator, Dlmalloc};

/// A page of the memory.
const PAGE: usize = 64 * 1024;

/// It grows by at least this part of what it is, or of what it may still grow by. What is not written to costs a host
/// nothing.
const STEP: usize = 8;

/// The size of the address space but for its last page: no pointer to the end of an allocation wraps around.
pub const LARGEST: usize = usize::MAX - PAGE + 1;

/// The memory does not grow beyond this.
static CEILING: AtomicUsize = AtomicUsize::new(LARGEST);
/// Bytes allocated, with the allocator's own.
static USED: AtomicUsize = AtomicUsize::new(0);
/// The most that were allocated at once since [`measure_peak`].
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// Whether an allocation failed.
static EXHAUSTED: AtomicBool = AtomicBool::new(false);

/// Bytes in use.
pub fn used() -> usize {
    USED.load(Relaxed)
}

/// The most bytes in use at once since the call before, or since the start.
pub fn measure_peak() -> usize {
    PEAK.swap(used(), Relaxed)
}

/// Bytes that the memory may grow to.
pub fn ceiling() -> usize {
    CEILING.load(Relaxed)
}

/// Lets the memory grow to another number of bytes at most. What it has already it keeps.
pub fn set_ceiling(bytes: usize) {
    CEILING.store(bytes.min(LARGEST), Relaxed);
}

/// Whether an allocation failed: nothing in the module can be relied upon any more.
pub fn is_exhausted() -> bool {
    EXHAUSTED.load(Relaxed)
}

/// What an allocation takes: `dlmalloc` adds a word and rounds up.
fn taken(size: usize) -> usize {
    (size + 11) & !7
}

fn count(more: usize, less: usize) {
    let used = USED.load(Relaxed).wrapping_add(more).wrapping_sub(less);
    USED.store(used, Relaxed);
    if used > PEAK.load(Relaxed) {
        PEAK.store(used, Relaxed);
    }
}

/// An allocation of some size, counted unless it failed.
fn counted(place: *mut u8, more: usize, less: usize) -> *mut u8 {
    match place.is_null() {
        true => EXHAUSTED.store(true, Relaxed),
        false => count(taken(more), if less == 0 { 0 } else { taken(less) }),
    }
    place
}

/// Pages from the host.
struct Pages;

// SAFETY: `alloc` hands over a fresh region of the size it says, which nobody else has or gets.
unsafe impl Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let needed = size.div_ceil(PAGE);
        let grown = |pages: usize| match memory_size(0) + pages <= ceiling() / PAGE {
            true => (memory_grow(0, pages), pages),
            false => (usize::MAX, 0),
        };
        let left = (ceiling() / PAGE).saturating_sub(memory_size(0));
        let (first, pages) = match grown(needed.max(memory_size(0).min(left) / STEP)) {
            // Near the end of what a host allows a step may be too large where what is needed is not.
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

/// The allocator.
pub struct Heap(UnsafeCell<Dlmalloc<Pages>>);

impl Heap {
    /// One that has no memory yet.
    #[allow(clippy::new_without_default)] // A static wants a constant.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages)))
    }

    /// Whether there is room for so many bytes more, half of them in one piece at most.
    pub fn has_room(&self, bytes: usize) -> bool {
        if bytes <= ceiling().saturating_sub(memory_size(0) * PAGE) {
            return true;
        }
        if bytes > ceiling().saturating_sub(used()) {
            return false;
        }
        // SAFETY: what is allocated here is freed here.
        unsafe {
            let place = (*self.0.get()).malloc(bytes / 2, 8);
            if place.is_null() {
                return false;
            }
            (*self.0.get()).free(place, bytes / 2, 8);
        }
        true
    }
}

#[cfg(target_feature = "atomics")]
compile_error!("the heap is for one thread alone");

// SAFETY: the module has one thread, and no call of the allocator calls it again.
unsafe impl Sync for Heap {}

// SAFETY: what `Dlmalloc` promises is what is asked for here.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        counted(unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }, layout.size(), 0)
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        counted(unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }, layout.size(), 0)
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(0, taken(layout.size()));
        unsafe { (*self.0.get()).free(place, layout.size(), layout.align()) }
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        counted(unsafe { (*self.0.get()).realloc(place, layout.size(), layout.align(), size) }, size, layout.size())
    }
}
