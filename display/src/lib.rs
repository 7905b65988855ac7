//! The wall display: who is called, where, and how old the picture is.
