//! How often one address may write: a bucket that fills with time, for each of them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Writes at once before any must wait.
const BURST: f64 = 60.0;

/// Writes a second in the long run.
const PER_SECOND: f64 = 2.0;

/// Addresses that are remembered; when there are more, full buckets are forgotten first.
const ADDRESSES: usize = 4096;

#[derive(Default)]
pub struct Limits {
    buckets: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Limits {
    /// Takes one from the bucket of an address; `false`: it is empty.
    pub fn takes(&self, who: IpAddr, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let level = |(held, at): (f64, Instant)| {
            (held + now.saturating_duration_since(at).as_secs_f64() * PER_SECOND).min(BURST)
        };
        if buckets.len() >= ADDRESSES {
            buckets.retain(|_, bucket| level(*bucket) < BURST);
        }
        if buckets.len() >= ADDRESSES && !buckets.contains_key(&who) {
            return false;
        }
        let held = buckets.get(&who).map_or(BURST, |bucket| level(*bucket));
        let takes = held >= 1.0;
        buckets.insert(who, (if takes { held - 1.0 } else { held }, now));
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_empties_and_fills() {
        let (limits, start) = (Limits::default(), Instant::now());
        let (one, other) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        assert_eq!((0..100).filter(|_| limits.takes(one, start)).count(), 60);
        assert!(limits.takes(other, start), "another address has its own");
        assert!(!limits.takes(one, start + Duration::from_millis(400)));
        assert_eq!((0..100).filter(|_| limits.takes(one, start + Duration::from_secs(10))).count(), 20);
    }

    #[test]
    fn many_addresses_take_no_more_room() {
        let (limits, start) = (Limits::default(), Instant::now());
        for n in 0..10_000u32 {
            limits.takes(IpAddr::from(n.to_be_bytes()), start);
        }
        assert!(limits.buckets.lock().unwrap().len() <= ADDRESSES);
    }
}
