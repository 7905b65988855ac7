//! A bar that shows how far a long piece of work has come.

use std::fmt;

use indicatif::{ProgressBar, ProgressStyle};

const TEMPLATE: &str = "{msg:<22} {wide_bar} {human_pos}/{human_len} {eta:>4}";

/// A bar on the standard error output, when that is a terminal; nothing otherwise. Its line is gone when it is dropped, so
/// that reports stand alone.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar for the work called `what`.
    #[must_use]
    pub fn new(what: &'static str) -> Self {
        let bar = ProgressBar::new(0).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So much is done of so much.
    pub fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl fmt::Debug for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bar")
    }
}
