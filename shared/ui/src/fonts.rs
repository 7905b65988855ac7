//! Fonts, before the first window: makes the bundled font known to the machine's font look-up for this process.
//!
//! The screens carry their font inside the program, but Slint also asks fontconfig which fonts the machine has, and
//! panics when it has none. So a program with a window calls [`settle`] first. It writes the bundled font and a
//! fontconfig configuration that names it into a directory of its own, and starts itself anew, in the same process and
//! with the same arguments, with `FONTCONFIG_FILE` naming that configuration. The environment of a running process
//! cannot be changed safely; a new start can have another one. The second start finds all settled and goes on.
//!
//! What the machine has of its own stays in reach when [`Others::Seen`]: a hall may write a name in a script that the
//! bundled font lacks. It is never preferred, because the screens name the bundled family and Slint looks among the
//! program's own fonts first.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Error};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::FONT_REGULAR;

/// Names fontconfig's configuration file.
const CONFIGURATION: &str = "FONTCONFIG_FILE";
/// Set beside it by [`settle`]: that configuration is ours. Tells the second start from the first.
const SETTLED: &str = "NOWSERVING_FONTS";
/// The directory in a place that several programs share.
const DIRECTORY: &str = "nowserving";
/// What fontconfig reads when nothing is said; it looks for this name in its own directory.
const USUAL_CONFIGURATION: &str = "fonts.conf";
/// The permission bits that let others write into a directory.
const OTHERS_WRITE: u32 = 0o022;

static ALONE: Mutex<()> = Mutex::new(());

/// Whether fonts of the machine are used for characters that the bundled font lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are: better a strange letter than a box.
    Seen,
    /// They are not: a picture is the same on every machine.
    Hidden,
}

/// Makes the bundled font known to font look-up and comes back only when it is. Call it before any thread is started
/// and before anything of Slint: the first call in a process starts the program anew and does not return.
///
/// # Errors
/// No directory can be written, or the program cannot be started again. A machine with fonts can go on.
pub fn settle(others: Others) -> io::Result<()> {
    if is_settled() {
        return Ok(());
    }
    let place = usual_place()?;
    settle_in(&place, others)
}

/// The same with the files in the directory `place`, which must be nobody else's.
///
/// # Errors
/// As [`settle`].
pub fn settle_in(place: &Path, others: Others) -> io::Result<()> {
    if is_settled() {
        return Ok(());
    }
    // One thread starts the program anew; the others, tests for one, end while they wait here.
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let configuration = write_files(place, others, std::env::var_os(CONFIGURATION))?;
    match start_anew(&configuration) {
        Ok(never) => match never {},
        Err(error) => Err(with_path("start", Path::new("/proc/self/exe"), &error)),
    }
}

/// This start is the second one: font look-up reads our configuration.
fn is_settled() -> bool {
    let settled = std::env::var_os(SETTLED);
    settled.is_some() && settled == std::env::var_os(CONFIGURATION)
}

fn start_anew(configuration: &Path) -> io::Result<Infallible> {
    let mut arguments = std::env::args_os();
    let name = arguments.next();
    let mut command = Command::new(std::env::current_exe()?);
    if let Some(name) = name {
        command.arg0(name);
    }
    Err(command
        .args(arguments)
        .env(CONFIGURATION, configuration)
        .env(SETTLED, configuration)
        .exec())
}

/// The first of the user's cache directory, the session's own directory and the directory for temporary files where a
/// directory of ours can be.
fn usual_place() -> io::Result<PathBuf> {
    let named = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let owner = fs::metadata("/proc/self")?.uid();
    let cache = named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")));
    let temporary = std::env::temp_dir().join(format!("{DIRECTORY}-{owner}"));
    let candidates = [
        cache.map(|cache| cache.join(DIRECTORY)),
        named("XDG_RUNTIME_DIR").map(|session| session.join(DIRECTORY)),
        Some(temporary),
    ];
    let mut problem = None;
    for place in candidates.into_iter().flatten() {
        match make_own(&place, owner) {
            Ok(()) => return Ok(place),
            Err(error) => problem = Some(error),
        }
    }
    Err(problem.unwrap_or_else(|| Error::other("there is no directory for temporary files")))
}

/// Makes `place` a directory that belongs to `owner` and that nobody else writes into.
fn make_own(place: &Path, owner: u32) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
        .create(place)
        .map_err(|error| with_path("make", place, &error))?;
    let found = fs::symlink_metadata(place)?;
    if !found.is_dir() || found.uid() != owner || found.mode() & OTHERS_WRITE != 0 {
        let problem = "it belongs to somebody else, or others may write into it";
        return Err(with_path("use", place, &Error::other(problem)));
    }
    // A full or read-only disk shows here.
    let probe = place.join(format!("probe-{}", std::process::id()));
    fs::write(&probe, b"")
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| with_path("write into", place, &error))
}

/// Writes the font and the configuration; gives the path of the latter.
fn write_files(place: &Path, others: Others, before: Option<OsString>) -> io::Result<PathBuf> {
    let place = std::path::absolute(place)?;
    let fonts = place.join("fonts");
    fs::create_dir_all(&fonts).map_err(|error| with_path("make", &fonts, &error))?;
    put(&fonts.join("NotoSansSC-Regular.otf"), FONT_REGULAR)?;
    let text = configuration(&place, others, before)?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    // Programs with different environments may share the place.
    let path = place.join(format!("fontconfig-{:016x}.xml", hasher.finish()));
    put(&path, text.as_bytes())?;
    Ok(path)
}

/// Makes the file `path` hold `bytes`, at once for everybody who reads it.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let beside = path.with_file_name(name);
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| with_path("write", path, &error))
}

/// A configuration that knows the font in `place`; `before` is the one that was in force.
fn configuration(place: &Path, others: Others, before: Option<OsString>) -> io::Result<String> {
    let text = |path: &Path| -> io::Result<String> {
        let path = path
            .to_str()
            .ok_or_else(|| with_path("name", path, &Error::other("it is not UTF-8")))?;
        Ok(path.replace('&', "&amp;").replace('<', "&lt;"))
    };
    let include = match others {
        Others::Hidden => String::new(),
        Others::Seen => {
            let before = before.map_or_else(|| PathBuf::from(USUAL_CONFIGURATION), PathBuf::from);
            format!(
                "  <include ignore_missing=\"yes\">{}</include>\n",
                text(&before)?
            )
        }
    };
    let fonts = text(&place.join("fonts"))?;
    let cache = text(&place.join("cache"))?;
    Ok(format!(
        "<?xml version=\"1.0\"?>\n<fontconfig>\n  <dir>{fonts}</dir>\n{include}  \
         <cachedir>{cache}</cachedir>\n</fontconfig>\n"
    ))
}

fn with_path(verb: &str, path: &Path, error: &Error) -> Error {
    Error::new(
        error.kind(),
        format!("cannot {verb} {}: {error}", path.display()),
    )
}

#[cfg(test)]
mod tests;
