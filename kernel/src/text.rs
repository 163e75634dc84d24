//! Byte loops for text: JSON strings and numbers, and sorting of many short lists of names.

/// Returns the number of leading bytes of a JSON string before a quote, backslash or control character.
#[inline(never)]
pub fn plain(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ').unwrap_or(bytes.len())
}

/// Appends a text as a quoted and escaped JSON string.
#[inline(never)]
pub fn quote(text: &[u8], to: &mut Vec<u8>) {
    to.reserve(text.len() + 2);
    to.push(b'"');
    let mut rest = text;
    loop {
        let (plain, after) = rest.split_at(plain(rest));
        to.extend_from_slice(plain);
        let Some((&byte, after)) = after.split_first() else { break };
        escape(byte, to);
        rest = after;
    }
    to.push(b'"');
}

#[cold]
fn escape(byte: u8, to: &mut Vec<u8>) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        8 => b'b',
        9 => b't',
        10 => b'n',
        12 => b'f',
        13 => b'r',
        _ => {
            let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
            return to.extend([b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
        }
    };
    to.extend([b'\\', letter]);
}

/// Appends a field name, which needs no escapes, preceded by a comma unless it is the first.
#[inline(never)]
pub fn field(name: &str, is_first: bool, to: &mut Vec<u8>) {
    debug_assert_eq!(plain(name.as_bytes()), name.len());
    to.reserve(name.len() + 4);
    if !is_first {
        to.push(b',');
    }
    to.push(b'"');
    to.extend_from_slice(name.as_bytes());
    to.extend_from_slice(b"\":");
}

/// Appends a whole number's digits.
#[inline(never)]
pub fn whole(mut number: u64, to: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[start..]);
}

/// Lists up to this length are sorted by insertion.
const MAX_INSERTION: usize = 24;

/// Sorts keys, each with its index.
#[inline(never)]
pub fn sort(keys: &mut [(u64, u32)]) {
    if keys.len() > MAX_INSERTION {
        return keys.sort_unstable();
    }
    for end in 1..keys.len() {
        let key = keys[end];
        let mut index = end;
        while index > 0 && keys[index - 1] > key {
            keys[index] = keys[index - 1];
            index -= 1;
        }
        keys[index] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_end_at_a_special_character() {
        for (text, length) in [("ab\"c", 2), ("a\\n", 1), ("\u{1f}", 0), ("\u{8336} x", 5), ("", 0)] {
            assert_eq!(plain(text.as_bytes()), length, "{text:?}");
        }
    }

    #[test]
    fn few_and_many_keys_are_sorted() {
        for count in [0, 1, 2, MAX_INSERTION as u32, MAX_INSERTION as u32 + 1, 300] {
            let mut keys: Vec<(u64, u32)> = (0..count).map(|n| (u64::from(n * 7919 % 13), n)).collect();
            sort(&mut keys);
            assert!(keys.is_sorted() && keys.len() == count as usize);
        }
    }
}
