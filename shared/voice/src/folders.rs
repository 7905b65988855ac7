//! The voices of a hall: folders of its own, and the product's for what they lack.

use std::path::{Path, PathBuf};

use nowserving_shared::model::Language;

use crate::{ClipSet, ClipSetError, Pace, Voices, VoicesError, bundled};

/// Voices, and what their folders lack.
#[derive(Debug, Clone)]
pub struct Furnished {
    /// The voices.
    pub voices: Voices,
    /// What a person should know of the folders: sentences for the log.
    pub warnings: Vec<String>,
}

/// Why folders give no voices.
#[derive(Debug, thiserror::Error)]
pub enum FoldersError {
    /// A folder cannot be used.
    #[error("{}: {error}", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why not.
        error: ClipSetError,
    },
    /// They do not go together.
    #[error(transparent)]
    Together(#[from] VoicesError),
}

impl Voices {
    /// The product's own voices, with those of `folders` in their place. What such a folder lacks is taken from the
    /// product's, as far as its rate is the same.
    ///
    /// # Errors
    /// [`FoldersError`]: a folder that cannot be used, two of a language, different rates.
    pub fn of_folders(folders: &[PathBuf]) -> Result<Furnished, FoldersError> {
        let mut warnings = Vec::new();
        let mut sets = Vec::new();
        for folder in folders {
            sets.push(of_folder(folder, &mut warnings)?);
        }
        // Languages that no folder speaks keep the product's voice, as far as it has the folders' rate.
        let rate = sets.first().map(ClipSet::rate);
        for language in Language::ALL {
            let spoken = sets.iter().any(|set| set.language() == language);
            let own = bundled::clips(language);
            let own = own.filter(|own| !spoken && rate.is_none_or(|rate| own.rate() == rate));
            sets.extend(own);
        }
        let voices = Self::new(sets, Pace::default())?;
        Ok(Furnished { voices, warnings })
    }
}

fn of_folder(folder: &Path, warnings: &mut Vec<String>) -> Result<ClipSet, FoldersError> {
    let loaded = ClipSet::load(folder).map_err(|error| FoldersError::Folder {
        folder: folder.to_owned(),
        error,
    })?;
    let place = folder.display();
    warnings.extend(
        loaded
            .warnings
            .iter()
            .map(|warning| format!("{place}: {warning}")),
    );
    let mut set = loaded.set;
    let filled = bundled::clips(set.language()).map_or(0, |own| set.fill(&own));
    if filled > 0 {
        warnings.push(format!(
            "{place}: {filled} words that are not recorded are said by the product's voice"
        ));
    }
    Ok(set)
}
