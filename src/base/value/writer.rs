//! A JSON writer with the output of `serde_json` (compared by tests).
//!
//! `serde_json`'s own writer is not used: it also escapes field names and checks each write for an error, although a
//! `Vec` never fails.

use std::fmt;

use nextpick_kernel as kernel;
use serde::ser;
use serde::{Serialize, Serializer};

/// Returns a record as JSON text. Numbers that are not finite become `null`.
pub fn json<T: Serialize + ?Sized>(record: &T) -> String {
    let mut writer = JsonWriter(Vec::with_capacity(ROOM));
    let Ok(()) = record.serialize(&mut writer);
    let mut text = String::from_utf8(writer.0).expect("whole strings, one after the other, are a string");
    // Callers may keep many of these texts.
    text.shrink_to_fit();
    text
}

/// Initial capacity in bytes: most records fit.
const ROOM: usize = 1024;

/// A serializer that appends to a buffer.
struct JsonWriter(Vec<u8>);

impl JsonWriter {
    fn word(&mut self, word: &str) -> Done {
        self.0.extend_from_slice(word.as_bytes());
        Ok(())
    }

    fn open(&mut self, bracket: u8, close: &'static str) -> Result<Parts<'_>, Never> {
        self.0.push(bracket);
        Ok(Parts { writer: self, is_first: true, close })
    }

    fn open_variant(&mut self, name: &str, bracket: u8, close: &'static str) -> Result<Parts<'_>, Never> {
        self.0.push(b'{');
        kernel::text::field(name, true, &mut self.0);
        self.open(bracket, close)
    }
}

/// Result of one write. It cannot fail, so that `?` compiles to nothing in all that is derived.
type Done = Result<(), Never>;

/// The error that no write returns.
#[derive(Debug)]
enum Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(message: T) -> Self {
        panic!("{message}")
    }
}
impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter) -> fmt::Result {
        match *self {}
    }
}
impl std::error::Error for Never {}

/// Serializes narrow numbers as wider ones.
macro_rules! by_way_of {
    ($wider:ident, $($method:ident: $number:ty),*) => {
        $(fn $method(self, number: $number) -> Done {
            self.$wider(number.into())
        })*
    };
}

impl<'a> Serializer for &'a mut JsonWriter {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    fn serialize_bool(self, flag: bool) -> Done {
        self.word(if flag { "true" } else { "false" })
    }
    by_way_of!(serialize_i64, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32);
    fn serialize_i64(self, number: i64) -> Done {
        if number < 0 {
            self.0.push(b'-');
        }
        self.serialize_u64(number.unsigned_abs())
    }
    by_way_of!(serialize_u64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32);
    fn serialize_u64(self, number: u64) -> Done {
        kernel::text::whole(number, &mut self.0);
        Ok(())
    }
    fn serialize_f32(self, _: f32) -> Done {
        unreachable!("no record holds floats of 32 bits")
    }
    fn serialize_f64(self, number: f64) -> Done {
        match number.is_finite() {
            true => self.word(zmij::Buffer::new().format_finite(number)),
            false => self.serialize_unit(),
        }
    }
    fn serialize_char(self, c: char) -> Done {
        self.serialize_str(c.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, text: &str) -> Done {
        kernel::text::quote(text.as_bytes(), &mut self.0);
        Ok(())
    }
    fn serialize_bytes(self, _: &[u8]) -> Done {
        unreachable!("no record holds bytes")
    }
    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Done {
        self.word("null")
    }
    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.0.push(b'{');
        kernel::text::field(variant, true, &mut self.0);
        value.serialize(&mut *self)?;
        self.word("}")
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Never> {
        self.open(b'[', "]")
    }
    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Never> {
        self.open(b'[', "]")
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Never> {
        self.open(b'[', "]")
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Never> {
        self.open_variant(variant, b'[', "]}")
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Never> {
        self.open(b'{', "}")
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Never> {
        self.open(b'{', "}")
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Never> {
        self.open_variant(variant, b'{', "}}")
    }
}

/// An open list or object.
struct Parts<'a> {
    writer: &'a mut JsonWriter,
    is_first: bool,
    close: &'static str,
}

impl Parts<'_> {
    fn part(&mut self, part: &(impl Serialize + ?Sized)) -> Done {
        if !std::mem::take(&mut self.is_first) {
            self.writer.0.push(b',');
        }
        part.serialize(&mut *self.writer)
    }
    fn field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Done {
        kernel::text::field(name, std::mem::take(&mut self.is_first), &mut self.writer.0);
        value.serialize(&mut *self.writer)
    }
    fn close(self) -> Done {
        self.writer.word(self.close)
    }
}

/// Implements the serializers of lists and tuples.
macro_rules! listed {
    ($($name:ident: $method:ident),*) => {
        $(impl ser::$name for Parts<'_> {
            type Ok = ();
            type Error = Never;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.part(value)
            }
            fn end(self) -> Done {
                self.close()
            }
        })*
    };
}
listed!(SerializeSeq: serialize_element, SerializeTuple: serialize_element);
listed!(SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field);

/// Implements the serializers of structs.
macro_rules! named {
    ($($name:ident),*) => {
        $(impl ser::$name for Parts<'_> {
            type Ok = ();
            type Error = Never;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
                self.field(name, value)
            }
            fn end(self) -> Done {
                self.close()
            }
        })*
    };
}
named!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Never;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.part(key)?;
        debug_assert!(self.writer.0.ends_with(b"\""), "keys are strings");
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.writer.0.push(b':');
        value.serialize(&mut *self.writer)
    }
    fn end(self) -> Done {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::base::value::Value;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Record {
        small: (i8, u8, i16, u16, i32, u32),
        large: (i64, u64, f64),
        one_text: Option<String>,
        unit: (),
        letter: char,
        kinds: Vec<Kind>,
        rules: Vec<Named>,
        named: BTreeMap<String, f64>,
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Serialize)]
    struct Inner {
        wrapped: Wrapped,
        pair: Pair,
    }

    #[derive(Serialize)]
    struct Wrapped(bool);
    #[derive(Serialize)]
    struct Pair(i64, String);

    #[derive(Serialize)]
    #[serde(tag = "type", rename_all = "kebab-case")]
    enum Kind {
        Plain,
        WithMore { amount: f64 },
    }

    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Named {
        OnlyThis,
        Whole(f64),
        Two(u8, String),
        Fields { amount: f64, kinds: Vec<Kind> },
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_map(Value::Number),
            (-1e6..1e6).prop_map(|number: f64| Value::Number(number.round())),
            any::<String>().prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(Value::Record),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_written_as_serde_json_writes_it(value in value()) {
            prop_assert_eq!(json(&value), serde_json::to_string(&value).unwrap());
        }

        #[test]
        fn any_record_is_written_as_serde_json_writes_it(
            small: (i8, u8, i16, u16, i32, u32),
            large: (i64, u64, f64),
            text: String,
            letter: char,
            named: BTreeMap<String, f64>,
        ) {
            let record = Record {
                small,
                large,
                one_text: (small.0 > 0).then(|| text.clone()),
                unit: (),
                letter,
                kinds: vec![Kind::Plain, Kind::WithMore { amount: large.2 }],
                rules: vec![
                    Named::OnlyThis,
                    Named::Whole(large.2),
                    Named::Two(small.1, text.clone()),
                    Named::Fields { amount: 1.0, kinds: vec![Kind::Plain] },
                ],
                named,
                inner: Inner { wrapped: Wrapped(small.1 > 9), pair: Pair(large.0, text) },
            };
            prop_assert_eq!(json(&record), serde_json::to_string(&record).unwrap());
        }
    }

    #[test]
    fn every_character_is_escaped_as_serde_json_escapes_it() {
        for c in (0..=0x7f).map(char::from).chain(['é', '\u{2028}', '茶', '🍵']) {
            let text = format!("{c}a{c}{c}茶");
            assert_eq!(json(&text), serde_json::to_string(&text).unwrap());
        }
    }
}
