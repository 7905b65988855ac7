//! Where a phone reaches the hall: the address in the QR codes of the tickets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses beyond any network of ours (RFC 5737, RFC 3849): what goes there leaves by the door to the world.
const BEYOND: [(IpAddr, IpAddr); 2] = [
    (
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)),
    ),
    (
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    ),
];
/// A port to name; nothing is sent there.
const DISCARD: u16 = 9;

/// Where phones reach the server, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PhoneUrl {
    pub(super) url: String,
    /// Whether it leads a phone to itself: the server listens to this machine only, or there is no network.
    pub(super) only_here: bool,
}

impl PhoneUrl {
    /// The one that is wanted, else the address at which others reach a server that listens at `listen`.
    pub(super) fn of(wanted: Option<&str>, listen: SocketAddr) -> Self {
        match wanted {
            Some(url) => Self {
                url: url.trim_end_matches('/').to_owned(),
                only_here: false,
            },
            None => Self::at(from_outside(listen)),
        }
    }

    fn at(address: SocketAddr) -> Self {
        Self {
            url: format!("http://{address}"),
            only_here: address.ip().is_loopback(),
        }
    }
}

/// The address at which others reach a server that listens at `listen`; without a network, this machine's own.
fn from_outside(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => on_the_network(&BEYOND[..1]),
        // A socket for every IPv6 address takes IPv4 as well, and phones know that better.
        IpAddr::V6(ip) if ip.is_unspecified() => on_the_network(&BEYOND),
        named => Some(named),
    };
    SocketAddr::new(ip.unwrap_or(Ipv4Addr::LOCALHOST.into()), listen.port())
}

/// This machine's address on the network. A UDP socket that is connected sends nothing; it only learns its way out.
fn on_the_network(ways: &[(IpAddr, IpAddr)]) -> Option<IpAddr> {
    ways.iter().find_map(|(here, beyond)| {
        let socket = UdpSocket::bind((*here, 0)).ok()?;
        socket.connect((*beyond, DISCARD)).ok()?;
        let ip = socket.local_addr().ok()?.ip();
        (!ip.is_unspecified() && !ip.is_loopback()).then_some(ip)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(at: &str) -> SocketAddr {
        at.parse().expect("an address")
    }

    #[test]
    fn the_address_that_is_wanted_goes_before_every_other() {
        let phone = PhoneUrl::of(Some("https://hall.example/"), listening("127.0.0.1:8700"));
        assert_eq!(phone.url, "https://hall.example");
        assert!(!phone.only_here);
    }

    #[test]
    fn a_server_that_listens_at_one_address_is_reached_there() {
        let phone = PhoneUrl::of(None, listening("192.168.1.20:8700"));
        assert_eq!(phone.url, "http://192.168.1.20:8700");
        assert!(!phone.only_here);
        let here = PhoneUrl::of(None, listening("[::1]:8700"));
        assert_eq!(here.url, "http://[::1]:8700");
        assert!(here.only_here);
    }

    #[test]
    fn nobody_is_sent_to_every_address() {
        for everywhere in ["0.0.0.0:8700", "[::]:8700"] {
            let listen = listening(everywhere);
            let found = from_outside(listen);
            assert!(!found.ip().is_unspecified(), "{found}");
            assert_eq!(found.port(), 8700);
            // Without a network it leads nowhere else, and that is said.
            assert_eq!(
                PhoneUrl::of(None, listen).only_here,
                found.ip().is_loopback()
            );
        }
    }
}
