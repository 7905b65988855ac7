//! The simulated printer on the network: a print port (one client at a time, as real ones do it), a control door, and a
//! directory into which each ticket is written.
//!
//! The control door is in [`control`].

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Condition, Interpreter, Output, PrintedTicket};

pub mod control;

/// Tickets kept in memory; older ones are forgotten (they were written to the directory, if there is one).
pub const TICKETS_KEPT_MAX: usize = 256;

/// Warnings kept about the connection and the directory.
pub const NOTES_MAX: usize = 64;

/// How long an answer may take to leave; then the client is dropped.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a waiting thread looks whether it shall end or whether paper was put in.
const TICK: Duration = Duration::from_millis(20);

const READ_PIECE: usize = 16 * 1024;

/// How a simulated printer is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedPrinterOptions {
    /// The print head's width in dots.
    pub width_dots: u16,
    /// Where each ticket is written as `NNN.txt` and `NNN.png`. The directory is made if it is missing.
    pub directory: Option<PathBuf>,
    /// Where the control door listens, such as `127.0.0.1:9101`.
    pub control: Option<String>,
}

impl Default for SimulatedPrinterOptions {
    fn default() -> Self {
        Self {
            width_dots: 576,
            directory: None,
            control: None,
        }
    }
}

/// A simulated printer that is running; dropping it ends its threads.
pub struct SimulatedPrinter {
    address: SocketAddr,
    control: Option<SocketAddr>,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    condition: Condition,
    tickets: VecDeque<PrintedTicket>,
    printed: usize,
    next_number: usize,
    notes: VecDeque<String>,
    directory: Option<PathBuf>,
    control_clients: usize,
    stopping: bool,
}

impl SimulatedPrinter {
    /// Starts an 80 mm printer at `address` (`127.0.0.1:0` takes any free port).
    pub fn start(address: &str) -> io::Result<Self> {
        Self::start_with(address, SimulatedPrinterOptions::default())
    }

    /// Starts a printer as `options` say.
    ///
    /// Errors: an address that is taken or cannot be understood, a directory that cannot be made or read.
    pub fn start_with(address: &str, options: SimulatedPrinterOptions) -> io::Result<Self> {
        let next_number = match &options.directory {
            Some(directory) => first_free_number(directory)?,
            None => 1,
        };
        let listener = listen(address)?;
        let door = options.control.as_deref().map(listen).transpose()?;
        let bound = listener.local_addr()?;
        let control = door.as_ref().map(TcpListener::local_addr).transpose()?;
        let state = State {
            condition: Condition::default(),
            tickets: VecDeque::new(),
            printed: 0,
            next_number,
            notes: VecDeque::new(),
            directory: options.directory,
            control_clients: 0,
            stopping: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let mut threads = vec![spawn("simulated-printer", {
            let shared = Arc::clone(&shared);
            move || serve_print_port(&listener, &shared, options.width_dots)
        })?];
        if let Some(door) = door {
            let shared = Arc::clone(&shared);
            threads.push(spawn("simulated-printer-control", move || {
                control::serve(&door, &shared)
            })?);
        }
        Ok(Self {
            address: bound,
            control,
            shared,
            threads,
        })
    }

    /// Where it listens for print jobs.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its control door listens, if it has one.
    #[must_use]
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control
    }

    /// The tickets that came out and are still in memory (the last [`TICKETS_KEPT_MAX`]), oldest first.
    #[must_use]
    pub fn tickets(&self) -> Vec<PrintedTicket> {
        self.shared.lock().tickets.iter().cloned().collect()
    }

    /// How many tickets came out since the start.
    #[must_use]
    pub fn ticket_count(&self) -> usize {
        self.shared.lock().printed
    }

    /// Waits until `count` tickets came out; whatever came out by then is returned, also when time runs out.
    #[must_use]
    pub fn wait_for_tickets(&self, count: usize, within: Duration) -> Vec<PrintedTicket> {
        let deadline = Instant::now() + within;
        let mut state = self.shared.lock();
        while state.printed < count {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self
                .shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.tickets.iter().cloned().collect()
    }

    /// The printer's condition.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.shared.lock().condition
    }

    /// Changes the printer's condition: takes paper out, opens the cover, makes it silent.
    pub fn set_condition(&self, change: impl FnOnce(&mut Condition)) {
        change(&mut self.shared.lock().condition);
        self.shared.changed.notify_all();
    }

    /// What went wrong outside of tickets: a file that could not be written, a client that was dropped.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        self.shared.lock().notes.iter().cloned().collect()
    }
}

impl Drop for SimulatedPrinter {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // A thread that panicked has already said so; the printer is gone either way.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is plain data, whole after every statement, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> bool {
        self.lock().stopping
    }

    fn note(&self, note: String) {
        tracing::warn!("simulated printer: {note}");
        let mut state = self.lock();
        if state.notes.len() == NOTES_MAX {
            state.notes.pop_front();
        }
        state.notes.push_back(note);
    }

    fn keep(&self, ticket: PrintedTicket) {
        let (directory, number) = {
            let state = self.lock();
            (state.directory.clone(), state.next_number)
        };
        let written = directory.map_or(Ok(()), |directory| {
            write_ticket(&directory, number, &ticket)
        });
        if let Err(error) = written {
            self.note(format!("ticket {number:03} could not be written: {error}"));
        }
        tracing::info!(
            number,
            length_mm = ticket.length_mm(),
            warnings = ticket.warnings.len(),
            "ticket printed"
        );
        let mut state = self.lock();
        state.next_number = number + 1;
        state.printed += 1;
        if state.tickets.len() == TICKETS_KEPT_MAX {
            state.tickets.pop_front();
        }
        state.tickets.push_back(ticket);
        drop(state);
        self.changed.notify_all();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
}

fn listen(address: &str) -> io::Result<TcpListener> {
    let explain = |error: io::Error| {
        io::Error::new(error.kind(), format!("cannot listen at {address}: {error}"))
    };
    let resolved: Vec<SocketAddr> = address.to_socket_addrs().map_err(explain)?.collect();
    let listener = TcpListener::bind(resolved.as_slice()).map_err(explain)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The number after the highest `NNN.txt` or `NNN.png` in the directory, so that no ticket is overwritten.
fn first_free_number(directory: &Path) -> io::Result<usize> {
    let explain = |error: io::Error| {
        io::Error::new(
            error.kind(),
            format!("cannot use the directory {}: {error}", directory.display()),
        )
    };
    std::fs::create_dir_all(directory).map_err(explain)?;
    let mut highest = 0;
    for entry in std::fs::read_dir(directory).map_err(explain)? {
        let name = entry.map_err(explain)?.file_name();
        let number = Path::new(&name)
            .file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| stem.parse::<usize>().ok());
        highest = highest.max(number.unwrap_or(0));
    }
    Ok(highest + 1)
}

fn write_ticket(directory: &Path, number: usize, ticket: &PrintedTicket) -> io::Result<()> {
    let mut text = ticket.text.clone();
    for warning in &ticket.warnings {
        text.push_str(&format!("! {warning}\n"));
    }
    std::fs::write(directory.join(format!("{number:03}.txt")), text)?;
    std::fs::write(
        directory.join(format!("{number:03}.png")),
        ticket.dots.to_png()?,
    )
}

/// The next client, or nothing when the printer shall end. `meanwhile` is done again and again until one comes.
fn next_client(
    listener: &TcpListener,
    shared: &Shared,
    mut meanwhile: impl FnMut(),
) -> Option<TcpStream> {
    while !shared.stopping() {
        meanwhile();
        match listener.accept() {
            Ok((client, _)) => return Some(client),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => pause(shared),
            Err(error) => {
                shared.note(format!("a client could not be accepted: {error}"));
                pause(shared);
            }
        }
    }
    None
}

/// Waits one tick, or less when something changed.
fn pause(shared: &Shared) {
    let state = shared.lock();
    if !state.stopping {
        drop(shared.changed.wait_timeout(state, TICK));
    }
}

fn serve_print_port(listener: &TcpListener, shared: &Shared, width_dots: u16) {
    let mut interpreter = Interpreter::new(width_dots);
    loop {
        // A printer goes on with what it has after its client went away, for instance when paper is put in.
        let print_on = || {
            let condition = shared.lock().condition;
            keep_tickets(interpreter.resume(condition), shared);
        };
        let Some(client) = next_client(listener, shared, print_on) else {
            return;
        };
        if let Err(error) = serve_client(client, &mut interpreter, shared) {
            shared.note(format!("the client was dropped: {error}"));
        }
        // What could not be printed while the client was there may be printable by now: it is printed, not forgotten.
        let condition = shared.lock().condition;
        keep_tickets(interpreter.resume(condition), shared);
        interpreter.disconnected(condition);
    }
}

/// Keeps what was printed; there is nobody to answer.
fn keep_tickets(outputs: Vec<Output>, shared: &Shared) {
    for output in outputs {
        match output {
            Output::Ticket(ticket) => shared.keep(*ticket),
            Output::Answer(_) => {}
        }
    }
}

fn serve_client(
    mut client: TcpStream,
    interpreter: &mut Interpreter,
    shared: &Shared,
) -> io::Result<()> {
    client.set_nonblocking(false)?;
    client.set_read_timeout(Some(TICK))?;
    client.set_write_timeout(Some(ANSWER_TIMEOUT))?;
    client.set_nodelay(true)?;
    let mut piece = vec![0; READ_PIECE];
    while !shared.stopping() {
        let condition = shared.lock().condition;
        give_out(interpreter.notice(condition), &mut client, shared)?;
        give_out(interpreter.resume(condition), &mut client, shared)?;
        let room = interpreter.room().min(READ_PIECE);
        if room == 0 {
            pause(shared);
            continue;
        }
        match client.read(&mut piece[..room]) {
            Ok(0) => return Ok(()),
            Ok(taken) => {
                let condition = shared.lock().condition;
                give_out(
                    interpreter.receive(&piece[..taken], condition),
                    &mut client,
                    shared,
                )?;
            }
            Err(error) if is_timeout(&error) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

fn give_out(outputs: Vec<Output>, client: &mut TcpStream, shared: &Shared) -> io::Result<()> {
    for output in outputs {
        match output {
            Output::Answer(byte) => client.write_all(&[byte])?,
            Output::Ticket(ticket) => shared.keep(*ticket),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
