//! Which services visitors ask for most at this kiosk, so that those stand first where there are many.
//!
//! Each number that is issued here counts for its service on its day. A day weighs half as much as one a week later, and
//! after [`DAYS_KEPT`] days it is forgotten. The counts lie in one small file in the data directory; without it, or with
//! one that cannot be read, the kiosk starts to count anew: nothing but an order of tiles is lost.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nowserving_shared::model::{BusinessDay, ServiceId};
use serde::{Deserialize, Serialize};

/// For how many days a number counts.
pub const DAYS_KEPT: i32 = 28;
/// After how many days it counts half.
const HALF_LIFE_DAYS: f64 = 7.0;
/// For how many services is counted on one day; a hall has at most as many.
pub const SERVICES_MAX: usize = 512;
/// The largest file that is read, in bytes: a good deal more than as many days of as many services need.
pub const FILE_BYTES_MAX: u64 = 1 << 20;
/// The version of the file's format.
const FORMAT: u32 = 1;

/// How often each service was asked for, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Popular {
    format: u32,
    days: BTreeMap<BusinessDay, BTreeMap<ServiceId, u32>>,
}

impl Popular {
    /// A number was issued for `service` on `day`.
    pub fn count(&mut self, service: &ServiceId, day: BusinessDay) {
        let counts = self.days.entry(day).or_default();
        if counts.len() < SERVICES_MAX || counts.contains_key(service) {
            let count = counts.entry(service.clone()).or_default();
            *count = count.saturating_add(1);
        }
        self.forget(day);
    }

    /// The services that were asked for, most first; those asked for alike by name. Days after `today`, as a wrong clock
    /// makes them, do not count.
    #[must_use]
    pub fn order(&self, today: BusinessDay) -> Vec<ServiceId> {
        let mut weights: BTreeMap<&ServiceId, f64> = BTreeMap::new();
        for (day, counts) in &self.days {
            let age = days_between(*day, today);
            if !(0..DAYS_KEPT).contains(&age) {
                continue;
            }
            let weight = (-f64::from(age) / HALF_LIFE_DAYS).exp2();
            for (service, count) in counts {
                *weights.entry(service).or_default() += f64::from(*count) * weight;
            }
        }
        let mut order: Vec<(&ServiceId, f64)> = weights.into_iter().collect();
        order.sort_by(|one, other| other.1.total_cmp(&one.1));
        order
            .into_iter()
            .map(|(service, _)| service.clone())
            .collect()
    }

    /// Days that no longer count on `today`, or lie so far ahead that they never did, are dropped.
    fn forget(&mut self, today: BusinessDay) {
        self.days
            .retain(|day, _| days_between(*day, today).abs() < DAYS_KEPT);
    }
}

/// The counts and their file.
#[derive(Debug)]
pub struct Book {
    path: PathBuf,
    popular: Popular,
}

impl Book {
    /// The book in the directory `data`; a new one when there is none, or none that can be read.
    #[must_use]
    pub fn open(data: &Path) -> Self {
        let path = data.join("popular.json");
        let popular = match read(&path) {
            Ok(popular) => popular,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Popular::default(),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "what was asked for is not known; counting anew");
                Popular::default()
            }
        };
        Self { path, popular }
    }

    /// A number was issued; the file is written anew. A disk that fails costs the order of tiles, no number.
    pub fn count(&mut self, service: &ServiceId, day: BusinessDay) {
        self.popular.count(service, day);
        if let Err(error) = self.write() {
            tracing::warn!(%error, path = %self.path.display(), "what was asked for cannot be kept");
        }
    }

    /// As [`Popular::order`].
    #[must_use]
    pub fn order(&self, today: BusinessDay) -> Vec<ServiceId> {
        self.popular.order(today)
    }

    fn write(&self) -> io::Result<()> {
        let popular = Popular {
            format: FORMAT,
            ..self.popular.clone()
        };
        let beside = self.path.with_extension("new");
        fs::write(&beside, serde_json::to_vec(&popular)?)?;
        fs::rename(&beside, &self.path)
    }
}

/// How many days `to` is after `from`.
fn days_between(from: BusinessDay, to: BusinessDay) -> i32 {
    (to.0 - from.0).get_days()
}

fn read(path: &Path) -> io::Result<Popular> {
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(io::Error::other("the file is too large to be one of ours"));
    }
    let popular: Popular = serde_json::from_slice(&fs::read(path)?)?;
    if popular.format != FORMAT {
        let problem = format!(
            "the file has format {}; this program reads {FORMAT}",
            popular.format
        );
        return Err(io::Error::other(problem));
    }
    Ok(popular)
}

#[cfg(test)]
mod tests;
