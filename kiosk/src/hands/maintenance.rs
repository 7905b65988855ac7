//! What the kiosk's own page tries: a printed test, a question to the printer, the recording on disk.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::RealHands;
use crate::printer::{PrintJob, SlipPaper};
use crate::runner::{Dumps, write_recording};
use crate::state::Event;

/// Where the recording comes from, once there is one, and where it is written.
#[derive(Clone)]
pub(super) struct Tape {
    dumps: Arc<OnceLock<Dumps>>,
    path: PathBuf,
}

impl RealHands {
    /// The same hands that write the recording to `path`. The runner gives its door into the second when it is made.
    #[must_use]
    pub fn recording_to(mut self, path: PathBuf) -> (Self, Arc<OnceLock<Dumps>>) {
        let dumps = Arc::default();
        self.tape = Some(Tape {
            dumps: Arc::clone(&dumps),
            path,
        });
        (self, dumps)
    }

    pub(super) fn self_test(&self, number: u64, paper: SlipPaper) {
        let stage = self.submit(PrintJob::test(number, paper));
        self.tell(Event::SelfTest { number, stage });
    }

    pub(super) fn ask_printer(&self) {
        if let Some(printer) = &self.printer {
            printer.ask_now();
        }
    }

    pub(super) fn record(&self) {
        let (tape, events) = (self.tape.clone(), self.events.clone());
        self.runtime.spawn(async move {
            let failed = match tape {
                Some(tape) => tape.write().await.err(),
                None => Some("there is no place for it".to_owned()),
            };
            events.send(Event::Recorded { failed }).await;
        });
    }
}

impl Tape {
    async fn write(self) -> Result<(), String> {
        let dumps = self.dumps.get().ok_or("there is none yet")?;
        let recording = dumps.recording().await.ok_or("the kiosk has ended")?;
        let written = tokio::task::spawn_blocking(move || write_recording(&recording, &self.path));
        match written.await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}
