//! The demonstration hall: what `./hall run` runs.

use std::process::ExitCode;

use clap::Parser as _;
use nowserving_tests::demonstration::{Options, Outcome, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(Outcome::Well) => ExitCode::SUCCESS,
        Ok(Outcome::Faulty) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("hall run: {error:#}");
            ExitCode::FAILURE
        }
    }
}
