//! Selection from many items: by time window, and by value.

use crate::index::ItemIndex;

/// Fills `items` with the indices for which `from[i] <= now < before[i]`, except those in `except`, ascending (repeats allowed).
#[inline(never)]
pub fn within(from: &[i64], before: &[i64], now: i64, except: &[ItemIndex], items: &mut Vec<ItemIndex>) {
    let all = from.len().min(before.len());
    items.clear();
    items.resize(all, ItemIndex(0));
    let (mut count, mut start) = (0, 0);
    for end in except.iter().map(|&index| all.min(index.as_usize())).chain([all]) {
        for index in start..end {
            items[count] = ItemIndex(index as u32);
            count += usize::from((from[index] <= now) & (now < before[index]));
        }
        start = end + 1;
    }
    items.truncate(count);
}

/// Returns the largest of finite values; −∞ if there are none.
#[inline(never)]
pub fn largest(values: &[f64]) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |largest, &value| if value > largest { value } else { largest })
}

/// Returns the first index from `start` on with a value of at least `least`.
#[inline(never)]
pub fn at_least(values: &[f64], start: usize, least: f64) -> Option<usize> {
    (start..values.len()).find(|&index| values[index] >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_within_their_window_are_selected_except_some() {
        let (from, before) = ([0, 5, 9, 0, 0], [9, 9, 9, 6, 4]);
        for (now, except, expected) in [
            (5, vec![], vec![0, 1, 3]),
            (5, vec![1, 1, 2], vec![0, 3]),
            (3, vec![0, 4, 9], vec![3]),
            (9, vec![], vec![]),
        ] {
            let mut items = vec![ItemIndex(7); 9];
            let except: Vec<ItemIndex> = except.into_iter().map(ItemIndex).collect();
            within(&from, &before, now, &except, &mut items);
            assert_eq!(items, expected.into_iter().map(ItemIndex).collect::<Vec<_>>(), "{now}");
        }
    }

    #[test]
    fn the_largest_is_found_at_any_index() {
        let values = [1.0, 3.0, -0.0, 3.0];
        assert_eq!((largest(&values), largest(&[])), (3.0, f64::NEG_INFINITY));
        assert_eq!([0, 2, 4].map(|start| at_least(&values, start, 3.0)), [Some(1), Some(3), None]);
    }
}
