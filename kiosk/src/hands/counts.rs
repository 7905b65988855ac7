//! What is asked for here, where it is counted.

use std::sync::{Arc, Mutex, PoisonError};

use nowserving_shared::model::BusinessDay;
use nowserving_shared::protocol::http::IssuedView;

use crate::popular::Book;
use crate::state::Event;

/// Counts each number, and tells the order that follows from it once a day.
#[derive(Clone)]
pub(super) struct Counts {
    book: Arc<Mutex<Book>>,
    everywhere: bool,
    /// The day whose order the kiosk was told.
    told: Arc<Mutex<Option<BusinessDay>>>,
}

impl Counts {
    pub(super) fn new(book: Book, everywhere: bool) -> Self {
        Self {
            book: Arc::new(Mutex::new(book)),
            everywhere,
            told: Arc::default(),
        }
    }

    pub(super) fn count(&self, issued: &IssuedView) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.count(&issued.service, issued.day);
    }

    /// The order for a day, once.
    pub(super) fn news(&self, day: BusinessDay) -> Option<Event> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.replace(day) == Some(day) {
            return None;
        }
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Event::Popular {
            services: book.order(day),
            everywhere: self.everywhere,
        })
    }
}
