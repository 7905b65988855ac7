//! What can be read off the history: folds of the events, pure and without a store.
//!
//! [`history`] makes one row of every ticket; [`summary`] makes the figures of a day of its rows. Whoever folds the same
//! events gets the same rows and the same figures, to the byte: the store keeps the rows, the tools make them again from
//! the journal and compare.

pub mod history;
pub mod summary;
