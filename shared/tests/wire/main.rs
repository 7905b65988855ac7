//! The wire, word for word: every kind of message and of request and reply is written as its golden file says, and read
//! back from it as it was.
//!
//! Other programs and older builds speak this wire, so its JSON may only be added to within one version. The files are
//! under `tests/golden/wire/v1`, one for each kind. `BLESS=1` writes them anew: look at what changed before you commit it.

#![allow(
    clippy::disallowed_methods,
    reason = "golden files are read and written here, not by the rules"
)]

mod board;
mod hook;
mod http;
mod kiosk;
mod socket;
mod wall;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use nowserving_shared::model::{Language, Localized, Moment};
use nowserving_shared::protocol::SCHEMA;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The golden files, and what was found different.
struct Golden {
    directory: PathBuf,
    bless: bool,
    known: BTreeSet<String>,
    faults: Vec<String>,
}

impl Golden {
    fn open() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let directory = root.join(format!("../tests/golden/wire/v{SCHEMA}"));
        let bless = std::env::var_os("BLESS").is_some();
        if bless {
            fs::create_dir_all(&directory).unwrap();
        }
        Self {
            directory,
            bless,
            known: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// Compares what `value` is written as, and what is read from the file, with the file and the value.
    fn check<T>(&mut self, name: &str, value: &T)
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let file = format!("{name}.json");
        let path = self.directory.join(&file);
        assert!(self.known.insert(file), "{name} is checked twice");
        let written = serde_json::to_string_pretty(value).unwrap() + "\n";
        if self.bless {
            fs::write(&path, &written).unwrap();
        }
        let approved = fs::read_to_string(&path).unwrap_or_default();
        if written != approved {
            self.faults
                .push(format!("{name} is now written as\n{written}"));
            return;
        }
        match serde_json::from_str::<T>(&approved) {
            Ok(read) if read == *value => {}
            Ok(read) => self.faults.push(format!("{name} is read as {read:?}")),
            Err(error) => self
                .faults
                .push(format!("{name} cannot be read back: {error}")),
        }
    }

    fn close(mut self) {
        let files = fs::read_dir(&self.directory).into_iter().flatten();
        for file in files {
            let name = file.unwrap().file_name().into_string().unwrap();
            if !self.known.contains(&name) {
                self.faults.push(format!("nothing is written as {name}"));
            }
        }
        assert!(
            self.faults.is_empty(),
            "version {SCHEMA} of the wire has changed. Old clients must still understand it: add, do not change, or count \
             the version up. With BLESS=1 the files are written anew.\n{}",
            self.faults.join("\n")
        );
    }
}

#[test]
fn every_message_request_and_reply_is_written_and_read_as_approved() {
    let mut golden = Golden::open();
    socket::check(&mut golden);
    board::check(&mut golden);
    http::check(&mut golden);
    kiosk::check(&mut golden);
    wall::check(&mut golden);
    hook::check(&mut golden);
    golden.close();
}

/// 2026-11-23 10:20 in Shanghai.
const MORNING: Moment = Moment(1_795_400_400_000);

fn both(zh: &str, en: &str) -> Localized {
    Localized::new([(Language::ZhCn, zh.into()), (Language::En, en.into())])
}
