//! A person, known by nothing but a keyed hash.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// BLAKE3 of a person's identity number with a key that only the hall and its kiosks have. It tells that the same person asks
/// again, and nothing else: without the key the number cannot be found by trying all there are. Written as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonHash(pub [u8; 32]);

impl PersonHash {
    /// As hex digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// From hex digits; none when the text is something else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let hash = blake3::Hash::from_hex(text).ok()?;
        Some(Self(*hash.as_bytes()))
    }
}

/// The first digits only: enough to tell two apart in a log.
impl fmt::Debug for PersonHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonHash({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

impl Serialize for PersonHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for PersonHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| D::Error::custom("a person's hash has 64 hex digits"))
    }
}

/// The hall's key of these hashes. Only the hall and its kiosks have it; it is shown by nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonKey(pub [u8; 32]);

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey")
    }
}

impl Serialize for PersonKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PersonHash(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PersonKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        PersonHash::deserialize(deserializer).map(|bytes| Self(bytes.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_hex_digits_and_read_back() {
        let hash = PersonHash([0xab; 32]);
        let text = serde_json::to_string(&hash).expect("text");
        assert_eq!(text, format!("\"{}\"", "ab".repeat(32)));
        assert_eq!(
            serde_json::from_str::<PersonHash>(&text).expect("text"),
            hash
        );
        assert_eq!(format!("{hash:?}"), "PersonHash(abab…)");
        assert_eq!(format!("{:?}", PersonKey([0xab; 32])), "PersonKey");
        for wrong in ["", "ab", &"xy".repeat(32), &"ab".repeat(33)] {
            assert_eq!(PersonHash::from_hex(wrong), None, "{wrong}");
        }
    }
}
