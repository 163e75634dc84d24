//! Loops over the bytes of texts, and the order of many short lists of names.

/// How many bytes of a JSON string stand for themselves: those before a quote, a backslash or a control character.
#[inline(never)]
pub fn plain(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ').unwrap_or(bytes.len())
}

/// Up to this many are sorted by insertion.
const FEW: usize = 24;

/// Sorts keys, each with its place.
#[inline(never)]
pub fn sort(keys: &mut [(u64, u32)]) {
    if keys.len() > FEW {
        return keys.sort_unstable();
    }
    for end in 1..keys.len() {
        let key = keys[end];
        let mut place = end;
        while place > 0 && keys[place - 1] > key {
            keys[place] = keys[place - 1];
            place -= 1;
        }
        keys[place] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_end_where_json_says_something() {
        for (text, length) in [("ab\"c", 2), ("a\\n", 1), ("\u{1f}", 0), ("\u{8336} x", 5), ("", 0)] {
            assert_eq!(plain(text.as_bytes()), length, "{text:?}");
        }
    }

    #[test]
    fn few_keys_and_many_come_into_order() {
        for count in [0, 1, 2, FEW as u32, FEW as u32 + 1, 300] {
            let mut keys: Vec<(u64, u32)> = (0..count).map(|n| (u64::from(n * 7919 % 13), n)).collect();
            sort(&mut keys);
            assert!(keys.is_sorted() && keys.len() == count as usize);
        }
    }
}
