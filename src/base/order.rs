//! Sorting, once for all types: the standard library's sort is compiled anew for every type and comparison, some ten
//! kilobytes each, and this module goes over the wire. Here one copy sorts places, through a borrowed comparison.

use std::cmp::Ordering;

use nextpick_kernel as kernel;

/// Sorts a list; equal elements keep their order.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let places = sorted_places(list.len(), &|a, b| compare(&list[a as usize], &list[b as usize]));
    settle(places, &mut |a, b| list.swap(a as usize, b as usize));
}

/// Sorts a list by a key, ascending; equal elements keep their order.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Sorts a list by a number, ascending; equal elements keep their order. Numbers are compared in the kernel.
pub fn sort_by_number<T>(list: &mut [T], number: impl Fn(&T) -> u64) {
    let mut keys: Vec<(u64, u32)> = list.iter().map(number).zip(0..).collect();
    kernel::text::sort(&mut keys);
    settle(keys.into_iter().map(|key| key.1).collect(), &mut |a, b| list.swap(a as usize, b as usize));
}

/// A number that orders strings as far as their first eight bytes do.
pub fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let taken = text.len().min(8);
    bytes[..taken].copy_from_slice(&text.as_bytes()[..taken]);
    u64::from_be_bytes(bytes)
}

/// Sorts a list ascending.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// Keeps the first `count` of a list in the order of `compare`, without moving them; of equal elements any are kept.
pub fn retain_smallest<T>(list: &mut Vec<T>, count: usize, compare: impl Fn(&T, &T) -> Ordering) {
    if list.len() <= count {
        return;
    }
    let keep = first_places(list.len(), count, &|a, b| compare(&list[a as usize], &list[b as usize]));
    let mut place = 0;
    list.retain(|_| {
        place += 1;
        keep[place - 1]
    });
}

/// Which place's element belongs to each place; none at all if all stand in order.
#[inline(never)]
fn sorted_places(count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let count = count as u32;
    if (1..count).all(|place| compare(place - 1, place).is_le()) {
        return Vec::new();
    }
    let mut places: Vec<u32> = (0..count).collect();
    sort_places(&mut places, compare);
    places
}

/// Brings every place the element that belongs there, a cycle at a time.
#[inline(never)]
fn settle(mut places: Vec<u32>, swap: &mut dyn FnMut(u32, u32)) {
    for start in 0..places.len() as u32 {
        let mut place = start;
        loop {
            let next = std::mem::replace(&mut places[place as usize], place);
            if next == start {
                break;
            }
            swap(place, next);
            place = next;
        }
    }
}

/// Of each place whether it is among the first `count`.
#[inline(never)]
fn first_places(all: usize, count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<bool> {
    let mut places: Vec<u32> = (0..all as u32).collect();
    select_places(&mut places, count, compare);
    let mut first = vec![false; all];
    places[..count].iter().for_each(|&place| first[place as usize] = true);
    first
}

/// Sorts places in the order of `compare`; equal ones keep their order.
#[inline(never)]
pub fn sort_places(places: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    places.sort_by(|&a, &b| compare(a, b));
}

/// Moves the first `count` places in the order of `compare` to the front, in any order (Hoare 1961). Partitions in three
/// (Dijkstra), so that equal elements cost no more than distinct ones: the comparisons grow with the number of places.
#[inline(never)]
pub fn select_places(places: &mut [u32], count: usize, compare: &dyn Fn(u32, u32) -> Ordering) {
    // Places before `low` belong to the front, places from `high` on do not.
    let (mut low, mut high) = (0, places.len());
    // Keys made against the choice of pivots would need as many rounds as there are places: what is left is then sorted.
    let mut left = MOST_LOOKED_AT * places.len();
    // Pivots come from scattered places: partitioning turns runs of sorted keys around, which fixed places would meet again.
    let mut state = 1u32;
    while low < count && count < high {
        if left < high - low {
            return sort_places(&mut places[low..high], compare);
        }
        left -= high - low;
        let mut any = || {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            places[low + ((u64::from(state) * (high - low) as u64) >> 32) as usize]
        };
        let pivot = median(any(), any(), any(), compare);
        // From `low` on stand the smaller ones, from `equal` on the equal ones, from `greater` on the greater ones.
        let (mut equal, mut place, mut greater) = (low, low, high);
        while place < greater {
            match compare(places[place], pivot) {
                Ordering::Less => {
                    places.swap(equal, place);
                    (equal, place) = (equal + 1, place + 1);
                }
                Ordering::Equal => place += 1,
                Ordering::Greater => {
                    greater -= 1;
                    places.swap(place, greater);
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

/// How often each place may be looked at on average; a selection by medians of three looks at each about three times.
const MOST_LOOKED_AT: usize = 16;

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
    fn what_is_selected_is_what_sorting_puts_first() {
        for count in 0..300u32 {
            let all: Vec<(u32, u32)> = (0..300).map(|n| (n * n * 7919 % 41, n)).collect();
            let compare = |a: u32, b: u32| all[a as usize].cmp(&all[b as usize]);
            let mut sorted: Vec<u32> = (0..all.len() as u32).collect();
            sort_places(&mut sorted, &compare);
            let mut selected: Vec<u32> = (0..all.len() as u32).collect();
            select_places(&mut selected, count as usize, &compare);
            sort_places(&mut selected[..count as usize], &compare);
            assert_eq!(selected[..count as usize], sorted[..count as usize]);
        }
    }

    /// How many comparisons a selection of `count` of these keys makes, which must be the right ones.
    fn comparisons(keys: &[u32], count: usize) -> usize {
        let made = std::cell::Cell::new(0);
        let compare = |a: u32, b: u32| {
            made.set(made.get() + 1);
            keys[a as usize].cmp(&keys[b as usize])
        };
        let mut places: Vec<u32> = (0..keys.len() as u32).collect();
        select_places(&mut places, count, &compare);
        let made = made.get();
        let mut selected: Vec<u32> = places[..count].iter().map(|&place| keys[place as usize]).collect();
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        selected.sort_unstable();
        assert_eq!(selected, sorted[..count]);
        made
    }

    #[test]
    fn a_selection_compares_each_element_a_few_times_whatever_the_keys_are() {
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
    fn keys_that_make_every_pivot_a_bad_one_do_not_make_it_quadratic() {
        const N: usize = 4000;
        let keys = std::cell::RefCell::new(vec![u32::MAX; N]);
        let (next, candidate) = (std::cell::Cell::new(0), std::cell::Cell::new(0u32));
        // McIlroy's adversary (1999): of two elements not decided yet, the one that may be the pivot is decided as small.
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
        select_places(&mut (0..N as u32).collect::<Vec<u32>>(), N - 1, &compare);
        let keys = keys.into_inner();
        let made = comparisons(&keys, N - 1);
        // The places looked at, three more a round for the pivot, and a sort of all: log₂ 4000 = 12.
        assert!(made <= (MOST_LOOKED_AT + 2 + 12 + 4) * N, "{made} comparisons");
    }

    #[test]
    fn the_first_stay_where_they_were() {
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
