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

/// Keeps the first `count` of a list in the order of `compare`, which must tell all elements apart; in any order.
pub fn keep_first<T>(list: &mut Vec<T>, count: usize, compare: impl Fn(&T, &T) -> Ordering) {
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

/// Moves the first `count` places in the order of `compare` to the front, in any order (Hoare 1961).
#[inline(never)]
pub fn select_places(places: &mut [u32], count: usize, compare: &dyn Fn(u32, u32) -> Ordering) {
    // What stands before `low` comes before the rest, what stands from `high` on comes after it.
    let (mut low, mut high) = (0, places.len());
    while low < count && count < high {
        let (first, middle, last) = (low, low + (high - low) / 2, high - 1);
        let before = |a: usize, b: usize| compare(places[a], places[b]).is_lt();
        let median = match (before(first, middle), before(middle, last), before(first, last)) {
            (true, true, _) | (false, false, _) => middle,
            (true, false, true) | (false, true, false) => last,
            _ => first,
        };
        places.swap(low, median);
        let (pivot, mut end) = (places[low], low);
        for place in low + 1..high {
            if compare(places[place], pivot).is_lt() {
                end += 1;
                places.swap(end, place);
            }
        }
        places.swap(low, end);
        if end < count { low = end + 1 } else { high = end }
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

    #[test]
    fn the_first_stay_where_they_were() {
        let mut list = vec![5, 1, 4, 2, 3];
        keep_first(&mut list, 3, i32::cmp);
        assert_eq!(list, [1, 2, 3]);
        keep_first(&mut list, 9, i32::cmp);
        assert_eq!(list.len(), 3);
    }
}
