//! Which of many items: those whose time it is, and the largest.

/// Fills `items` with the places whose times hold `now`, from the one and before the other; but for those of `but`,
/// which do not descend.
#[inline(never)]
pub fn within(from: &[i64], before: &[i64], now: i64, but: &[u32], items: &mut Vec<u32>) {
    let all = from.len().min(before.len());
    items.clear();
    items.resize(all, 0);
    let (mut count, mut start) = (0, 0);
    for end in but.iter().map(|&place| all.min(place as usize)).chain([all]) {
        for place in start..end {
            items[count] = place as u32;
            count += usize::from((from[place] <= now) & (now < before[place]));
        }
        start = end + 1;
    }
    items.truncate(count);
}

/// The largest of finite values; −∞ of none.
#[inline(never)]
pub fn largest(values: &[f64]) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |largest, &value| if value > largest { value } else { largest })
}

/// The first place from `start` on whose value is at least `least`.
#[inline(never)]
pub fn at_least(values: &[f64], start: usize, least: f64) -> Option<usize> {
    (start..values.len()).find(|&place| values[place] >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_within_is_told_but_for_some() {
        let (from, before) = ([0, 5, 9, 0, 0], [9, 9, 9, 6, 4]);
        for (now, but, told) in [
            (5, vec![], vec![0, 1, 3]),
            (5, vec![1, 1, 2], vec![0, 3]),
            (3, vec![0, 4, 9], vec![3]),
            (9, vec![], vec![]),
        ] {
            let mut items = vec![7; 9];
            within(&from, &before, now, &but, &mut items);
            assert_eq!(items, told, "{now}");
        }
    }

    #[test]
    fn the_largest_is_found_wherever_it_stands() {
        let values = [1.0, 3.0, -0.0, 3.0];
        assert_eq!((largest(&values), largest(&[])), (3.0, f64::NEG_INFINITY));
        assert_eq!([0, 2, 4].map(|start| at_least(&values, start, 3.0)), [Some(1), Some(3), None]);
    }
}
