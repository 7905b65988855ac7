//! What a device keeps of its enrolment: a small JSON file that only its owner may read.
//!
//! The file is written beside its place and then renamed, so that a power cut leaves the old one or the new one.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nowserving_shared::protocol::http::EnrolledView;

use crate::api::{Api, ApiError};

/// Mode of the file: its owner reads and writes, nobody else does anything.
const MODE: u32 = 0o600;
/// The longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Why a device does not know who it is.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// There is no file: the device was never enrolled here.
    #[error(
        "{} does not exist: enrol the device once with --pairing-code; an administrator makes the code in the console",
        .0.display()
    )]
    Missing(PathBuf),
    /// Others can read the secret.
    #[error("{} can be read by others (mode {mode:03o}): run chmod 600 on it", path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not one of ours.
    #[error("{} is not a device's token file ({what}): delete it and enrol the device again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Reading or writing failed.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The device is of another kind.
    #[error(
        "the code enrols a {found}, and this is a {wanted}: make a code for a device of the right kind"
    )]
    WrongKind {
        /// What it was enrolled as.
        found: String,
        /// What it is.
        wanted: String,
    },
    /// Enrolling failed.
    #[error("enrolling: {0}")]
    Enrol(#[from] ApiError),
}

/// Reads what [`save`] wrote.
///
/// # Errors
/// [`TokenFileError`]: missing, damaged, unreadable, or readable by others.
pub fn load(path: &Path) -> Result<EnrolledView, TokenFileError> {
    let io = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => TokenFileError::Missing(path.to_owned()),
        _ => TokenFileError::Io {
            path: path.to_owned(),
            error,
        },
    };
    let file = fs::File::open(path).map_err(io)?;
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(TokenFileError::OpenToOthers {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = String::new();
    file.take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(io)?;
    serde_json::from_str(&text).map_err(|error| TokenFileError::Damaged {
        path: path.to_owned(),
        what: error.to_string(),
    })
}

/// Writes `enrolled` to `path`, readable by its owner alone, and replaces what was there.
///
/// # Errors
/// [`TokenFileError::Io`].
pub fn save(path: &Path, enrolled: &EnrolledView) -> Result<(), TokenFileError> {
    let text =
        serde_json::to_string_pretty(enrolled).expect("an enrolment is text and options of text");
    replace(path, text.as_bytes()).map_err(|error| TokenFileError::Io {
        path: path.to_owned(),
        error,
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // A leftover of a power cut may have any mode; the mode below applies only to a file that is made.
    match fs::remove_file(&beside) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Who the device is: enrols it with `pairing_code` and keeps the answer in `path`, or reads `path` when there is no
/// code. `kind` is what the program is: `kiosk` or `display`.
///
/// # Errors
/// [`TokenFileError`].
pub async fn enrol_or_load(
    api: &Api,
    path: &Path,
    pairing_code: Option<&str>,
    kind: &str,
) -> Result<EnrolledView, TokenFileError> {
    let enrolled = match pairing_code {
        None => load(path)?,
        Some(code) => api.enrol(code.trim()).await?,
    };
    if enrolled.kind != kind {
        return Err(TokenFileError::WrongKind {
            found: enrolled.kind,
            wanted: kind.to_owned(),
        });
    }
    if pairing_code.is_some() {
        save(path, &enrolled)?;
    }
    Ok(enrolled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nowserving_shared::model::DeviceId;

    fn enrolled() -> EnrolledView {
        EnrolledView {
            device: DeviceId::new("display-east").unwrap(),
            kind: "display".to_owned(),
            zone: None,
            token: "secret".to_owned(),
        }
    }

    #[test]
    fn what_was_saved_is_loaded_and_only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/device.json");
        save(&path, &enrolled()).unwrap();
        save(&path, &enrolled()).unwrap();
        assert_eq!(load(&path).unwrap(), enrolled());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            MODE
        );
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("device.json");
        save(&path, &enrolled()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = load(&path).unwrap_err();
        assert!(
            matches!(error, TokenFileError::OpenToOthers { mode: 0o644, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_missing_and_a_damaged_file_say_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("device.json");
        assert!(
            load(&path)
                .unwrap_err()
                .to_string()
                .contains("--pairing-code")
        );
        fs::write(&path, "{").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(MODE)).unwrap();
        assert!(
            load(&path)
                .unwrap_err()
                .to_string()
                .contains("enrol the device again")
        );
    }
}
