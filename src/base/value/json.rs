//! A JSON parser with the error messages of `serde_json` (compared by tests).
//!
//! `serde_json`'s own parser is not used: with exact numbers it adds about 14 KB to the module, for tables of powers
//! and a second copy for `f32`.

use nextpick_kernel as kernel;

use crate::base::order;

use super::decimal::Decimal;
use super::{MAX_DEPTH, Value};

const NO_VALUE: &str = "EOF while parsing a value";
const NO_LIST: &str = "EOF while parsing a list";
const NO_OBJECT: &str = "EOF while parsing an object";
const NO_STRING: &str = "EOF while parsing a string";
const NO_NUMBER: &str = "invalid number";
const NO_ESCAPE: &str = "invalid escape";
const NO_KEY: &str = "key must be a string";
const LONE: &str = "lone leading surrogate in hex escape";
const ONE_COMMA_TOO_MANY: &str = "trailing comma";
const REPEATED_KEY: &str = "a key is given twice";

/// The error of a text that is not JSON, or that gives a key of an object twice.
#[derive(Debug, PartialEq)]
pub struct JsonError {
    /// The cause with line and column.
    pub reason: String,
    /// The path of a key given twice; empty for other errors.
    pub path: String,
}

/// Parses text that is exactly one value. A key given twice is refused, because one of its values would be lost.
pub fn read(text: &str) -> Result<Value, JsonError> {
    let mut reader = JsonReader { text, at: 0, values: Vec::new(), fields: Vec::new(), repeated: None };
    reader.whole().map_err(|(cause, at)| {
        let before = &text.as_bytes()[..at];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        let reason = format!("{cause} at line {line} column {column}");
        JsonError { reason, path: reader.repeated.unwrap_or_default() }
    })
}

/// Cause of an error, and number of bytes read before it.
type Fault = (&'static str, usize);

struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    /// Stack of the elements of all open lists and records: each takes its own from here at its end, in one allocation.
    values: Vec<Value>,
    fields: Vec<(String, Value)>,
    /// The path of a key given twice, relative to the value that is read.
    repeated: Option<String>,
}

impl<'a> JsonReader<'a> {
    fn whole(&mut self) -> Result<Value, Fault> {
        let value = self.value(MAX_DEPTH)?;
        match self.next() {
            None => Ok(value),
            Some(_) => self.wrong_next("trailing characters"),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        match self.next() {
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.record(depth),
            Some(_) => self.wrong_next("expected value"),
            None => self.wrong(NO_VALUE),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        let depth = self.deeper(depth)?;
        let start = self.values.len();
        loop {
            match self.next() {
                Some(b']') => break,
                None => return self.wrong(NO_LIST),
                Some(_) if self.values.len() == start => {}
                Some(b',') => {
                    self.at += 1;
                    if self.next() == Some(b']') {
                        return self.wrong_next(ONE_COMMA_TOO_MANY);
                    }
                }
                Some(_) => return self.wrong_next("expected `,` or `]`"),
            }
            match self.value(depth) {
                Ok(value) => self.values.push(value),
                Err(fault) => return self.wrong_within(fault, &format!("[{}]", self.values.len() - start)),
            }
        }
        self.at += 1;
        Ok(Value::List(self.values.split_off(start)))
    }

    fn record(&mut self, depth: usize) -> Result<Value, Fault> {
        let depth = self.deeper(depth)?;
        let start = self.fields.len();
        loop {
            match self.next() {
                Some(b'}') => break,
                None => return self.wrong(NO_OBJECT),
                Some(_) if self.fields.len() == start => {}
                Some(b',') => {
                    self.at += 1;
                    match self.next() {
                        Some(b'}') => return self.wrong_next(ONE_COMMA_TOO_MANY),
                        None => return self.wrong(NO_VALUE),
                        Some(_) => {}
                    }
                }
                Some(_) => return self.wrong_next("expected `,` or `}`"),
            }
            if self.next() != Some(b'"') {
                return self.wrong_next(NO_KEY);
            }
            let key = self.string()?;
            match self.next() {
                Some(b':') => self.at += 1,
                Some(_) => return self.wrong_next("expected `:`"),
                None => return self.wrong(NO_OBJECT),
            }
            match self.value(depth) {
                Ok(value) => self.fields.push((key, value)),
                Err(fault) => return self.wrong_within(fault, &key),
            }
        }
        self.at += 1;
        let fields = self.fields.split_off(start);
        match repeated_key(&fields) {
            None => Ok(Value::Record(fields)),
            Some(key) => {
                self.repeated = Some(key.to_owned());
                self.wrong(REPEATED_KEY)
            }
        }
    }

    fn deeper(&mut self, depth: usize) -> Result<usize, Fault> {
        self.at += 1;
        match depth {
            0 => self.wrong("nested deeper than 32 levels"),
            left => Ok(left - 1),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        for expected in word.bytes() {
            match self.take() {
                Some(byte) if byte == expected => {}
                Some(_) => return self.wrong("expected ident"),
                None => return self.wrong(NO_VALUE),
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let whole = match self.take() {
            Some(b'0') if self.peek().is_some_and(|byte| byte.is_ascii_digit()) => return self.wrong_next(NO_NUMBER),
            Some(b'0'..=b'9') => self.digits(self.at - 1),
            Some(_) => return self.wrong(NO_NUMBER),
            None => return self.wrong(NO_VALUE),
        };
        let mut decimal = Decimal::new(whole);
        if self.peek() == Some(b'.') {
            let fraction = self.digits(self.at + 1);
            match self.peek() {
                None if fraction.is_empty() => return self.wrong(NO_VALUE),
                Some(_) if fraction.is_empty() => return self.wrong_next(NO_NUMBER),
                _ => decimal.fraction = fraction,
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            let down = self.peek() == Some(b'-');
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            let digits = match self.take() {
                Some(b'0'..=b'9') => self.digits(self.at - 1),
                Some(_) => return self.wrong(NO_NUMBER),
                None => return self.wrong(NO_VALUE),
            };
            let add = |sum: i32, digit: u8| sum.saturating_mul(10).saturating_add(i32::from(digit - b'0'));
            let exponent = digits.bytes().fold(0, add);
            decimal.exponent = if down { -exponent } else { exponent };
        }
        match decimal.nearest() {
            f64::INFINITY => self.wrong("number out of range"),
            number => Ok(Value::Number(if negative { -number } else { number })),
        }
    }

    /// Returns the digits from byte `from` on and advances past them.
    fn digits(&mut self, from: usize) -> &'a str {
        let rest = &self.text.as_bytes()[from..];
        self.at = from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        &self.text[from..self.at]
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.at += 1;
        let mut string = self.plain().to_owned();
        loop {
            match self.take() {
                Some(b'"') => return Ok(string),
                Some(b'\\') => {
                    string.push(self.escaped()?);
                    string.push_str(self.plain());
                }
                Some(_) => return self.wrong("control character (\\u0000-\\u001F) found while parsing a string"),
                None => return self.wrong(NO_STRING),
            }
        }
    }

    /// Returns the unescaped characters before the next quote, backslash or control character, and advances past them.
    fn plain(&mut self) -> &'a str {
        let start = self.at;
        self.at += kernel::text::plain(&self.text.as_bytes()[start..]);
        &self.text[start..self.at]
    }

    fn escaped(&mut self) -> Result<char, Fault> {
        match self.take() {
            Some(c @ (b'"' | b'\\' | b'/')) => Ok(c.into()),
            Some(b'b') => Ok('\u{8}'),
            Some(b'f') => Ok('\u{c}'),
            Some(b'n') => Ok('\n'),
            Some(b'r') => Ok('\r'),
            Some(b't') => Ok('\t'),
            Some(b'u') => self.unicode(),
            Some(_) => self.wrong(NO_ESCAPE),
            None => self.wrong(NO_STRING),
        }
    }

    /// Reads the digits after `\u`: a character or a surrogate pair.
    fn unicode(&mut self) -> Result<char, Fault> {
        let code = self.hexadecimal()?;
        if let Some(c) = char::from_u32(code) {
            return Ok(c);
        }
        if code >= 0xdc00 {
            return self.wrong(LONE);
        }
        for expected in [b'\\', b'u'] {
            match self.take() {
                Some(byte) if byte == expected => {}
                Some(_) => return self.wrong("unexpected end of hex escape"),
                None => return self.wrong(NO_STRING),
            }
        }
        match self.hexadecimal()? {
            low @ 0xdc00..0xe000 => {
                Ok(char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00)).unwrap_or_default())
            }
            _ => self.wrong(LONE),
        }
    }

    fn hexadecimal(&mut self) -> Result<u32, Fault> {
        let digits = self.text.as_bytes()[self.at..].iter().take(4);
        self.at += digits.len();
        if digits.len() < 4 {
            return self.wrong(NO_STRING);
        }
        match digits.map(|digit| char::from(*digit).to_digit(16)).try_fold(0, |sum, digit| Some(sum * 16 + digit?)) {
            Some(code) => Ok(code),
            None => self.wrong(NO_ESCAPE),
        }
    }

    /// Skips white space and returns the next byte without consuming it.
    fn next(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Passes on the error of an inner value, and prepends `location` to the path of a key given twice.
    #[cold]
    #[inline(never)]
    fn wrong_within(&mut self, fault: Fault, location: &str) -> Result<Value, Fault> {
        if let Some(inner) = &mut self.repeated {
            let separator = if inner.starts_with('[') { "" } else { "." };
            *inner = [location, separator, inner].concat();
        }
        Err(fault)
    }

    /// Returns an error at the last byte read.
    fn wrong<T>(&self, cause: &'static str) -> Result<T, Fault> {
        Err((cause, self.at))
    }

    /// Returns an error at the next byte.
    fn wrong_next<T>(&self, cause: &'static str) -> Result<T, Fault> {
        Err((cause, self.text.len().min(self.at + 1)))
    }
}

/// Records of at most this many fields are compared pair by pair, which is faster than sorting.
const FEW_FIELDS: usize = 16;

/// Returns a key that is given twice.
pub fn repeated_key(fields: &[(String, Value)]) -> Option<&str> {
    if fields.len() <= FEW_FIELDS {
        let is_repeated = |n: &usize| fields[..*n].iter().any(|(key, _)| *key == fields[*n].0);
        return (1..fields.len()).find(is_repeated).map(|n| &*fields[n].0);
    }
    let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
    order::sort(&mut keys);
    keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

#[cfg(test)]
mod tests;
