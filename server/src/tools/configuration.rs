//! Looking over a configuration before it is loaded.

use std::fs::File;
use std::io::{Read as _, Write};
use std::path::Path;

use anyhow::{Context as _, ensure};
use nowserving_shared::model::Catalogue;

use super::Verdict;

/// The longest configuration that is read, in bytes: more than one event of the journal could hold.
const CONFIGURATION_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads the configuration in `file` and tells `out` of every fault, each with its line; or, of a good one, what is in it
/// and what somebody should know all the same.
///
/// # Errors
/// When the file cannot be read, or `out` not be written.
pub fn check_configuration(file: &Path, out: &mut dyn Write) -> anyhow::Result<Verdict> {
    let text = read(file)?;
    match Catalogue::parse(&text) {
        Ok(catalogue) => {
            writeln!(
                out,
                "{}: good: {} services, {} windows, {} staff, {} devices",
                file.display(),
                catalogue.services.len(),
                catalogue.windows.len(),
                catalogue.staff.len(),
                catalogue.devices.len()
            )?;
            for warning in &catalogue.warnings {
                let (file, line) = (file.display(), warning.line);
                writeln!(out, "{file}:{line}: warning: {}", warning.what)?;
            }
            Ok(Verdict::Good)
        }
        Err(faults) => {
            for fault in &faults.0 {
                writeln!(out, "{}:{}: {}", file.display(), fault.line, fault.what)?;
            }
            Ok(Verdict::Bad)
        }
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    let context = || format!("{} cannot be read", file.display());
    let mut bytes = Vec::new();
    File::open(file)
        .with_context(context)?
        .take(CONFIGURATION_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .with_context(context)?;
    ensure!(
        bytes.len() as u64 <= CONFIGURATION_BYTES_MAX,
        "{} is longer than {CONFIGURATION_BYTES_MAX} bytes: that is no configuration",
        file.display()
    );
    String::from_utf8(bytes).with_context(|| {
        format!(
            "{} is not a text in UTF-8: save it in that encoding",
            file.display()
        )
    })
}
