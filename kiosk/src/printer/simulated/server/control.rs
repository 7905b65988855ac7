//! The control door of the simulated printer: what a person at a real one does with hands, done with lines of text.
//!
//! It understands `paper enough|near-end|out`, `cover open|closed`, `cutter jammed|free`, `offline on|off`,
//! `silent on|off`, `status` and `help`; each is answered by one line that begins with `ok` or `error`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use super::{ANSWER_TIMEOUT, Shared, TICK, is_timeout, next_client, spawn};
use crate::printer::simulated::PaperSupply;

/// Clients of the control door at a time.
pub const CONTROL_CLIENTS_MAX: usize = 4;

/// The longest line at the control door, in bytes.
pub const CONTROL_LINE_MAX: u64 = 256;

pub(super) fn serve(door: &TcpListener, shared: &Arc<Shared>) {
    while let Some(mut client) = next_client(door, shared, || {}) {
        if shared.lock().control_clients >= CONTROL_CLIENTS_MAX {
            // The client may be gone already; it is refused either way.
            let _ = client.write_all(b"error: too many control clients\n");
            continue;
        }
        shared.lock().control_clients += 1;
        let inner = Arc::clone(shared);
        let started = spawn("printer-door-client", move || {
            if let Err(error) = talk(client, &inner) {
                inner.note(format!("a control client was dropped: {error}"));
            }
            inner.lock().control_clients -= 1;
        });
        if let Err(error) = started {
            shared.lock().control_clients -= 1;
            shared.note(format!("a control client could not be served: {error}"));
        }
    }
}

fn talk(client: TcpStream, shared: &Shared) -> io::Result<()> {
    client.set_nonblocking(false)?;
    client.set_read_timeout(Some(TICK))?;
    client.set_write_timeout(Some(ANSWER_TIMEOUT))?;
    let mut answers = client.try_clone()?;
    let mut lines = BufReader::new(client);
    let mut line = Vec::new();
    while !shared.stopping() {
        let room = CONTROL_LINE_MAX.saturating_sub(line.len() as u64);
        match lines.by_ref().take(room).read_until(b'\n', &mut line) {
            Ok(0) if room > 0 => return Ok(()),
            Ok(_) if line.ends_with(b"\n") => {
                let answer = answer(String::from_utf8_lossy(&line).trim(), shared);
                answers.write_all(format!("{answer}\n").as_bytes())?;
                line.clear();
            }
            Ok(_) if line.len() as u64 >= CONTROL_LINE_MAX => {
                answers.write_all(b"error: the line is too long\n")?;
                return Ok(());
            }
            Ok(_) => {}
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What the control door answers to a line.
fn answer(line: &str, shared: &Shared) -> String {
    const HELP: &str = "paper enough|near-end|out · cover open|closed · cutter jammed|free · offline on|off · silent on|off · status · help";
    let mut state = shared.lock();
    let printed = state.printed;
    let condition = &mut state.condition;
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["paper", "enough" | "ok"] => condition.paper = PaperSupply::Enough,
        ["paper", "near-end" | "near"] => condition.paper = PaperSupply::NearEnd,
        ["paper", "out"] => condition.paper = PaperSupply::Out,
        ["cover", word @ ("open" | "closed")] => condition.cover_open = *word == "open",
        ["cutter", word @ ("jammed" | "free")] => condition.cutter_jammed = *word == "jammed",
        ["offline", word @ ("on" | "off")] => condition.offline = *word == "on",
        ["silent", word @ ("on" | "off")] => condition.silent = *word == "on",
        ["status"] => return format!("ok {condition:?}, {printed} tickets"),
        ["help"] => return format!("ok {HELP}"),
        _ => return format!("error: not understood; there are: {HELP}"),
    }
    drop(state);
    shared.changed.notify_all();
    "ok".to_owned()
}
