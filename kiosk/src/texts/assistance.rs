//! The words around a number: paper once more, the guide on paper, and calls for help.

/// What a language says about them.
#[derive(Debug, Clone, Copy)]
pub struct Assistance {
    /// The button that prints a ticket that did not come out.
    pub print: &'static str,
    /// The button that prints one more of a ticket that came out, or may have.
    pub print_again: &'static str,
    /// The button that prints the guide of a service; two or three short words.
    pub slip: &'static str,
    /// The guide's paper: on its way.
    pub slip_printing: &'static str,
    /// It is printed.
    pub take_slip: &'static str,
    /// It was not printed, or nobody knows: what to do when none came out.
    pub slip_missing: &'static str,
    /// The button that calls staff; two or three short words.
    pub call: &'static str,
    /// The same while the call stands.
    pub call_stands: &'static str,
    /// The call is being made.
    pub calling: &'static str,
    /// It stands.
    pub called: &'static str,
    /// Somebody comes.
    pub coming: &'static str,
    /// Nobody was called; where to go, and the telephone number, which may be empty.
    pub call_failed: fn(&str) -> String,
}
