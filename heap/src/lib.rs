//! The module's memory: `dlmalloc`, as std uses it for this target, asking the host for more in larger steps.
//!
//! Each time the memory grows, a host takes the whole of it for newly allocated and may look through all of its own heap
//! for what it can free; growing 64 KiB at a time, as std does, a log of 300,000 interactions made V8 do so 300 times (`benches/log.mjs`).
//!
//! A crate of its own, since an allocator cannot be written without `unsafe`, which the rest forbids itself.
#![cfg(target_arch = "wasm32")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

use dlmalloc::{Allocator, Dlmalloc};

/// A page of the memory.
const PAGE: usize = 64 * 1024;

/// It grows by at least this part of what it is. What is not written to costs a host nothing.
const STEP: usize = 8;

/// Pages from the host.
struct Pages;

// SAFETY: `alloc` hands over a fresh region of the size it says, which nobody else has or gets.
unsafe impl Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let needed = size.div_ceil(PAGE);
        let grown = |pages: usize| (memory_grow(0, pages), pages);
        let (first, pages) = match grown(needed.max(memory_size(0) / STEP)) {
            // Near the end of what a host allows a step may be too large where what is needed is not.
            (usize::MAX, _) => grown(needed),
            done => done,
        };
        if first == usize::MAX {
            return (null_mut(), 0, 0);
        }
        // The last bytes of the address space stay unused: no pointer may wrap around.
        let (start, size) = (first * PAGE, pages * PAGE);
        (start as *mut u8, if start.wrapping_add(size) == 0 { size - 16 } else { size }, 0)
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
}

#[cfg(target_feature = "atomics")]
compile_error!("the heap is for one thread alone");

// SAFETY: the module has one thread, and no call of the allocator calls it again.
unsafe impl Sync for Heap {}

// SAFETY: what `Dlmalloc` promises is what is asked for here.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(place, layout.size(), layout.align()) }
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(place, layout.size(), layout.align(), size) }
    }
}
