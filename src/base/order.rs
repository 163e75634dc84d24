//! Sorting in one copy for all types: `std`'s sort is compiled for every type and comparison, about 10 KB each. This
//! one sorts indices through a `dyn` comparison.

use std::cmp::Ordering;

use nextpick_kernel as kernel;

/// Sorts a list; stable.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let indices = sorted_indices(list.len(), &|a, b| compare(&list[a as usize], &list[b as usize]));
    apply_permutation(indices, &mut |a, b| list.swap(a as usize, b as usize));
}

/// Sorts a list by a key, ascending; stable.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Sorts a list by a number, ascending; stable. Numbers are compared in the kernel, compiled for speed.
pub fn sort_by_number<T>(list: &mut [T], number: impl Fn(&T) -> u64) {
    let mut keys: Vec<(u64, u32)> = list.iter().map(number).zip(0..).collect();
    kernel::text::sort(&mut keys);
    apply_permutation(keys.into_iter().map(|key| key.1).collect(), &mut |a, b| list.swap(a as usize, b as usize));
}

/// Returns the first eight bytes of a string as a number of the same order.
pub fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let taken = text.len().min(8);
    bytes[..taken].copy_from_slice(&text.as_bytes()[..taken]);
    u64::from_be_bytes(bytes)
}

/// Sorts a list ascending; stable.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// Retains the `count` smallest elements in their original order; ties at the border are broken arbitrarily.
pub fn retain_smallest<T>(list: &mut Vec<T>, count: usize, compare: impl Fn(&T, &T) -> Ordering) {
    if list.len() <= count {
        return;
    }
    let keep = first_flags(list.len(), count, &|a, b| compare(&list[a as usize], &list[b as usize]));
    let mut index = 0;
    list.retain(|_| {
        index += 1;
        keep[index - 1]
    });
}

/// Returns the source index of each position; empty if the list is sorted already.
#[inline(never)]
fn sorted_indices(count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let count = count as u32;
    if (1..count).all(|index| compare(index - 1, index).is_le()) {
        return Vec::new();
    }
    let mut indices: Vec<u32> = (0..count).collect();
    sort_indices(&mut indices, compare);
    indices
}

/// Applies a permutation, cycle by cycle.
#[inline(never)]
fn apply_permutation(mut indices: Vec<u32>, swap: &mut dyn FnMut(u32, u32)) {
    for start in 0..indices.len() as u32 {
        let mut index = start;
        loop {
            let next = std::mem::replace(&mut indices[index as usize], index);
            if next == start {
                break;
            }
            swap(index, next);
            index = next;
        }
    }
}

/// Returns for each index true if it is among the first `count`.
#[inline(never)]
fn first_flags(all: usize, count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<bool> {
    let mut indices: Vec<u32> = (0..all as u32).collect();
    select_indices(&mut indices, count, compare);
    let mut first = vec![false; all];
    indices[..count].iter().for_each(|&index| first[index as usize] = true);
    first
}

/// Sorts indices in the order of `compare`; stable.
#[inline(never)]
pub fn sort_indices(indices: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    indices.sort_by(|&a, &b| compare(a, b));
}

/// Moves the first `count` indices in the order of `compare` to the front, in any order (quickselect, Hoare 1961).
/// Three-way partitioning (Dijkstra) keeps the number of comparisons linear for equal keys too.
#[inline(never)]
pub fn select_indices(indices: &mut [u32], count: usize, compare: &dyn Fn(u32, u32) -> Ordering) {
    // Invariant: indices before `low` belong to the front, those from `high` on do not.
    let (mut low, mut high) = (0, indices.len());
    // Adversarial keys could make every pivot bad: when this budget is spent, the rest is sorted.
    let mut left = MAX_MEAN_VISITS * indices.len();
    // Pivots are drawn pseudo-randomly: partitioning reverses sorted runs, on which fixed positions would stay bad.
    let mut state = 1u32;
    while low < count && count < high {
        if left < high - low {
            return sort_indices(&mut indices[low..high], compare);
        }
        left -= high - low;
        let mut any = || {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            indices[low + ((u64::from(state) * (high - low) as u64) >> 32) as usize]
        };
        let pivot = median(any(), any(), any(), compare);
        // Smaller elements start at `low`, equal ones at `equal`, greater ones at `greater`.
        let (mut equal, mut index, mut greater) = (low, low, high);
        while index < greater {
            match compare(indices[index], pivot) {
                Ordering::Less => {
                    indices.swap(equal, index);
                    (equal, index) = (equal + 1, index + 1);
                }
                Ordering::Equal => index += 1,
                Ordering::Greater => {
                    greater -= 1;
                    indices.swap(index, greater);
                }
            }
        }
        if count < equal {
            high = equal;
        } else if count > greater {
            low = greater;
        } else {
            return;
        }
    }
}

/// Maximum mean number of visits per element before sorting; selection by medians of three visits each about three
/// times.
const MAX_MEAN_VISITS: usize = 16;

fn median(first: u32, middle: u32, last: u32, compare: &dyn Fn(u32, u32) -> Ordering) -> u32 {
    let before = |a: u32, b: u32| compare(a, b).is_lt();
    match (before(first, middle), before(middle, last), before(first, last)) {
        (true, true, _) | (false, false, _) => middle,
        (true, false, true) | (false, true, false) => last,
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_elements_keep_their_order() {
        let mut list = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        sort_by_key(&mut list, |pair| pair.0);
        assert_eq!(list, [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }

    #[test]
    fn selection_returns_the_first_of_the_sorted_list() {
        for count in 0..300u32 {
            let all: Vec<(u32, u32)> = (0..300).map(|n| (n * n * 7919 % 41, n)).collect();
            let compare = |a: u32, b: u32| all[a as usize].cmp(&all[b as usize]);
            let mut sorted: Vec<u32> = (0..all.len() as u32).collect();
            sort_indices(&mut sorted, &compare);
            let mut selected: Vec<u32> = (0..all.len() as u32).collect();
            select_indices(&mut selected, count as usize, &compare);
            sort_indices(&mut selected[..count as usize], &compare);
            assert_eq!(selected[..count as usize], sorted[..count as usize]);
        }
    }

    /// Returns the number of comparisons for selecting `count` of these keys, after checking the selection.
    fn comparisons(keys: &[u32], count: usize) -> usize {
        let made = std::cell::Cell::new(0);
        let compare = |a: u32, b: u32| {
            made.set(made.get() + 1);
            keys[a as usize].cmp(&keys[b as usize])
        };
        let mut indices: Vec<u32> = (0..keys.len() as u32).collect();
        select_indices(&mut indices, count, &compare);
        let made = made.get();
        let mut selected: Vec<u32> = indices[..count].iter().map(|&index| keys[index as usize]).collect();
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        selected.sort_unstable();
        assert_eq!(selected, sorted[..count]);
        made
    }

    #[test]
    fn a_selection_compares_each_element_a_few_times_for_any_keys() {
        const N: u32 = 20_000;
        let distinct = |n: u32| n.wrapping_mul(2_654_435_761) % 1_000_003;
        let made: [(&str, &dyn Fn(u32) -> u32); 7] = [
            ("equal", &|_| 7),
            ("two", &|n| n % 2),
            ("seven, by turns", &|n| n % 7),
            ("seven, one after the other", &|n| n / (N / 7)),
            ("ascending", &|n| n),
            ("descending", &|n| N - n),
            ("distinct", &distinct),
        ];
        for (name, key) in made {
            let keys: Vec<u32> = (0..N).map(key).collect();
            for count in [1, 10, N / 3, N / 2, N - 10, N - 1] {
                let made = comparisons(&keys, count as usize);
                assert!(made <= 8 * N as usize, "{name}, {count} of {N}: {made} comparisons");
            }
        }
    }

    #[test]
    fn adversarial_keys_do_not_make_selection_quadratic() {
        const N: usize = 4000;
        let keys = std::cell::RefCell::new(vec![u32::MAX; N]);
        let (next, candidate) = (std::cell::Cell::new(0), std::cell::Cell::new(0u32));
        // McIlroy's adversary (1999): of two undecided elements, the one that may be the pivot becomes the smaller.
        let compare = |a: u32, b: u32| {
            let mut keys = keys.borrow_mut();
            let undecided = |key: u32| key == u32::MAX;
            if undecided(keys[a as usize]) && undecided(keys[b as usize]) {
                let decided = if a == candidate.get() { a } else { b };
                keys[decided as usize] = next.replace(next.get() + 1);
            }
            if undecided(keys[a as usize]) {
                candidate.set(a);
            } else if undecided(keys[b as usize]) {
                candidate.set(b);
            }
            keys[a as usize].cmp(&keys[b as usize])
        };
        select_indices(&mut (0..N as u32).collect::<Vec<u32>>(), N - 1, &compare);
        let keys = keys.into_inner();
        let made = comparisons(&keys, N - 1);
        // The budget, three comparisons a round for the pivot, and a full sort: log₂ 4000 = 12.
        assert!(made <= (MAX_MEAN_VISITS + 2 + 12 + 4) * N, "{made} comparisons");
    }

    #[test]
    fn retained_elements_keep_their_order() {
        let mut list = vec![5, 1, 4, 2, 3];
        retain_smallest(&mut list, 3, i32::cmp);
        assert_eq!(list, [1, 2, 3]);
        retain_smallest(&mut list, 9, i32::cmp);
        assert_eq!(list.len(), 3);
        let mut equal = vec![1; 9];
        retain_smallest(&mut equal, 4, i32::cmp);
        assert_eq!(equal, [1; 4]);
    }
}
