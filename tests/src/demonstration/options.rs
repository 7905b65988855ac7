//! What the demonstration can be told.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use jiff::civil::Date;

use crate::world::virtual_time::SPEED_RANGE;

/// 演示大厅 The demonstration hall: server, simulated printer, kiosk and display, and if wanted a whole day of visitors.
#[derive(Debug, Clone, Parser)]
#[command(name = "hall run", version, max_term_width = 100)]
pub struct Options {
    /// Play a day of visitors and staff at this speed, show its figures, and end: 60x is a minute in a second.
    #[arg(long, value_name = "SPEED", value_parser = parse_speed)]
    pub visitors: Option<f64>,
    /// Play a day out of this call log (CSV, may be gzipped) instead of a generated one.
    #[arg(
        long,
        value_name = "FILE",
        requires = "visitors",
        conflicts_with = "seed"
    )]
    pub log: Option<PathBuf>,
    /// Which day: of the log (else its busiest), or the date of the generated one (else today).
    #[arg(long, value_name = "YYYY-MM-DD", requires = "visitors")]
    pub day: Option<Date>,
    /// What chance depends on: the same seed gives the same visitors.
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "visitors",
        default_value_t = 1
    )]
    pub seed: u64,
    /// Where everything is kept; else a directory among the user's data, for each played day a new one.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the server listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8700")]
    pub listen: SocketAddr,
    /// Where phones reach the server, for the QR codes on the tickets; else where it listens, and this machine's
    /// address on the network when it listens at every address.
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub phone_url: Option<String>,
    /// Show no kiosk and no display, also where there is a graphical session.
    #[arg(long)]
    pub headless: bool,
}

fn parse_speed(text: &str) -> Result<f64, String> {
    let (slowest, fastest) = SPEED_RANGE;
    text.strip_suffix('x')
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|speed| (slowest..=fastest).contains(speed))
        .ok_or_else(|| {
            format!("write how many times as fast, from {slowest}x to {fastest}x, such as 60x")
        })
}

fn parse_url(text: &str) -> Result<String, String> {
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(char::is_whitespace) => {
            Ok(text.to_owned())
        }
        Some(_) | None => Err("write a whole address, such as http://192.168.1.20:8700".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options, String> {
        let all = ["hall run"].iter().chain(arguments);
        Options::try_parse_from(all).map_err(|error| error.to_string())
    }

    #[test]
    fn a_speed_is_written_with_or_without_its_sign() {
        for text in ["60x", "60"] {
            let options = parsed(&["--visitors", text]).expect("a speed");
            assert_eq!(options.visitors, Some(60.0));
        }
        for text in ["fast", "0x", "-3x", "1000000x", "NaNx"] {
            let error = parsed(&[&format!("--visitors={text}")]).expect_err("no speed");
            assert!(error.contains("such as 60x"), "{error}");
        }
    }

    #[test]
    fn a_log_a_day_and_a_seed_want_visitors() {
        for arguments in [["--log", "a.csv"], ["--day", "2026-11-24"], ["--seed", "7"]] {
            let error = parsed(&arguments).expect_err("nobody comes");
            assert!(error.contains("--visitors"), "{error}");
        }
        let options = parsed(&["--visitors", "60x", "--log", "a.csv", "--day", "1999-05-23"])
            .expect("a day of a log");
        assert_eq!(options.day, Some(jiff::civil::date(1999, 5, 23)));
        assert!(parsed(&["--visitors", "60x", "--log", "a.csv", "--seed", "7"]).is_err());
    }

    #[test]
    fn where_phones_reach_the_server_is_a_whole_address() {
        let options = parsed(&["--phone-url", "https://hall.example"]).expect("an address");
        assert_eq!(options.phone_url.as_deref(), Some("https://hall.example"));
        for text in ["hall.example", "http://", "", "http://a b"] {
            let error = parsed(&["--phone-url", text]).expect_err("no address");
            assert!(error.contains("such as http://"), "{error}");
        }
    }

    #[test]
    fn nothing_need_be_said() {
        let options = parsed(&[]).expect("no arguments");
        assert_eq!(options.listen.port(), 8700);
        assert_eq!(
            (options.visitors, options.seed, options.headless),
            (None, 1, false)
        );
    }
}
