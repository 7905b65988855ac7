//! A printer made of software: listens like a network printer and writes each ticket as text and picture.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use nowserving_kiosk::printer::profile::WIDTH_DOTS_MAX;
use nowserving_kiosk::printer::simulated::{SimulatedPrinter, SimulatedPrinterOptions};

/// Listens like a network printer (ESC/POS) and writes each cut ticket as NNN.txt and NNN.png.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen for print jobs.
    #[arg(long, default_value = "127.0.0.1:9100")]
    listen: String,
    /// Where to write the tickets; made if missing, numbered on from what is there.
    #[arg(long, default_value = "tickets")]
    out: PathBuf,
    /// Print head width in dots: 576 for 80 mm paper, 384 for 58 mm.
    #[arg(long, default_value_t = 576, value_parser = parse_width)]
    width: u16,
    /// Where to listen for lines such as "paper out" or "cover open" (say "help" there). Without it there is no control door.
    #[arg(long)]
    control: Option<String>,
}

fn parse_width(text: &str) -> Result<u16, String> {
    let width: u16 = text
        .parse()
        .map_err(|_| "not a number of dots".to_owned())?;
    let fits = (8..=WIDTH_DOTS_MAX).contains(&width) && width.is_multiple_of(8);
    fits.then_some(width)
        .ok_or_else(|| format!("must be a multiple of 8 from 8 to {WIDTH_DOTS_MAX}"))
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let options = SimulatedPrinterOptions {
        width_dots: arguments.width,
        directory: Some(arguments.out.clone()),
        control: arguments.control,
    };
    let printer = SimulatedPrinter::start_with(&arguments.listen, options)
        .context("the simulated printer cannot start")?;
    println!(
        "simulated printer at {}, tickets in {}",
        printer.address(),
        arguments.out.display()
    );
    if let Some(control) = printer.control_address() {
        println!("control door at {control}: say \"help\"");
    }
    loop {
        // The printer's own threads do the work and tell of each ticket in the log; it ends with the process.
        std::thread::park();
    }
}
