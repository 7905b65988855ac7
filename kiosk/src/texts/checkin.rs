//! The words around cards, codes, and tickets that somebody has already.

/// What a language says about them.
#[derive(Debug, Clone, Copy)]
pub struct CheckIn {
    /// Whose card was read: the masked number.
    pub known: fn(&str) -> String,
    /// The same aloud, without the number.
    pub known_spoken: &'static str,
    /// The button that forgets it.
    pub forget: &'static str,
    /// It is forgotten.
    pub forgotten: &'static str,
    /// A code that nobody understands; what can be held to the reader.
    pub unknown_code: &'static str,
    /// Cards cannot be read now.
    pub card_not_now: &'static str,
    /// A ticket is being looked for.
    pub looking: &'static str,
    /// It cannot be looked for now; the telephone number may be empty.
    pub look_failed: fn(&str) -> String,
    /// There is no such ticket; the telephone number may be empty.
    pub ticket_unknown: fn(&str) -> String,
    /// The ticket of this number is over.
    pub ticket_over: fn(&str) -> String,
    /// Above a ticket that was held to the reader.
    pub found: &'static str,
    /// Above the ticket of somebody who wanted a second one.
    pub has_ticket: &'static str,
    /// The button that prints a copy of it.
    pub print_copy: &'static str,
    /// It is called to a window, ready to be read; may be empty.
    pub called: fn(&str) -> String,
    /// It is being served there.
    pub serving: fn(&str) -> String,
    /// It missed its call and waits again later.
    pub delayed: &'static str,
    /// It is put aside.
    pub held: &'static str,
    /// How many minutes who was called last had waited.
    pub last_wait: fn(u32) -> String,
}
