//! The press: everything that turns what a document says into the bytes of one printer.

use std::sync::Arc;

use super::encode::{EncodeError, EncodedTicket, encode};
use super::layout::lay_out;
use super::profile::PrinterProfile;
use super::shaped::Faces;
use super::slip::SlipPaper;
use super::template::{Document, DocumentData, Templates};
use super::ticket::TicketPaper;

/// What a printer prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paper {
    /// A queue ticket, or a copy of one.
    Ticket(TicketPaper),
    /// A guidance slip.
    Slip(SlipPaper),
}

/// A printer's profile, the hall's templates, and the fonts for what the printer cannot write. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Press {
    /// What the printer can do.
    pub profile: PrinterProfile,
    /// How documents are laid out.
    pub templates: Templates,
    /// The fonts for lines that are sent as dots.
    pub faces: Arc<Faces>,
}

impl From<PrinterProfile> for Press {
    /// The printer with the built-in templates and the bundled font.
    fn from(profile: PrinterProfile) -> Self {
        Self {
            profile,
            templates: Templates::built_in(),
            faces: Faces::bundled(),
        }
    }
}

impl Press {
    /// The same with the hall's own templates.
    #[must_use]
    pub fn with_templates(self, templates: Templates) -> Self {
        Self { templates, ..self }
    }

    /// The same with more fonts.
    #[must_use]
    pub fn with_faces(self, faces: Arc<Faces>) -> Self {
        Self { faces, ..self }
    }

    /// The bytes of a document.
    ///
    /// # Errors
    /// What it says cannot be put on paper as a whole.
    pub fn encode(&self, paper: &Paper) -> Result<EncodedTicket, EncodeError> {
        match paper {
            Paper::Ticket(ticket) => self.ticket(ticket),
            Paper::Slip(slip) => self.slip(slip),
        }
    }

    /// The bytes of a ticket: in large print where it asks for it, marked where it is a copy.
    ///
    /// # Errors
    /// As [`Press::encode`].
    pub fn ticket(&self, paper: &TicketPaper) -> Result<EncodedTicket, EncodeError> {
        paper.check()?;
        let document = if paper.large {
            Document::TicketLarge
        } else {
            Document::Ticket
        };
        self.document(document, &paper.into())
    }

    /// The bytes of a guidance slip.
    ///
    /// # Errors
    /// As [`Press::encode`].
    pub fn slip(&self, paper: &SlipPaper) -> Result<EncodedTicket, EncodeError> {
        paper.check()?;
        self.document(Document::Slip, &paper.into())
    }

    fn document(
        &self,
        document: Document,
        data: &DocumentData,
    ) -> Result<EncodedTicket, EncodeError> {
        let elements = lay_out(&self.templates, document, data, &self.profile);
        encode(&elements, &self.profile, &self.faces)
    }
}
