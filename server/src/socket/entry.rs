//! Who may follow what, at the hello and for as long as the websocket is open.
//!
//! A device follows walls, windows and kiosks; staff follow those and everything that staff see; the holder of a ticket
//! follows that ticket. Everything else is refused.

use nowserving_shared::board::Scope;
use nowserving_shared::domain::Refusal;
use nowserving_shared::domain::access::SecretHash;
use nowserving_shared::model::catalogue::DeviceKind;
use nowserving_shared::model::{Catalogue, DeviceId, Language, TicketId, ZoneId};
use nowserving_shared::protocol::convert;
use nowserving_shared::protocol::socket::What;
use nowserving_shared::protocol::wall::PlacedView;
use nowserving_shared::wall::Layout;

use super::presence::Kind;
use super::refused::Refused;
use crate::app::App;
use crate::http::problem::Code;

/// On whose behalf a websocket is open; asked again at every beat.
#[derive(Debug)]
pub(super) enum Pass {
    /// A member of staff, by the hash of their session's id.
    Staff(SecretHash),
    /// A device, by the hash of its token.
    Device(SecretHash),
    /// The holder of a ticket. How long the ticket can be followed is known to the one who follows it.
    Holder,
}

/// What is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// A part of the board.
    Board(Scope),
    /// One ticket.
    Ticket(TicketId),
}

impl Wish {
    /// What is said when there is nothing left to follow.
    pub(super) fn gone(&self) -> Refused {
        match self {
            Self::Board(_) => Refused::Door(Code::Stopping),
            Self::Ticket(ticket) => Refused::Rules(Refusal::UnknownTicket(ticket.to_string())),
        }
    }
}

/// A client that may come in.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) pass: Pass,
    pub(super) wish: Wish,
    pub(super) kind: Kind,
    pub(super) device: Option<DeviceId>,
    /// Set for a display that shows what it is configured for.
    pub(super) place: Option<Place>,
}

/// A display that shows what it is configured for.
#[derive(Debug)]
pub(super) struct Place {
    /// None: a member of staff who looks at what displays show.
    device: Option<DeviceId>,
    wanted: Option<ZoneId>,
}

/// What a display shows, and which part of the board it follows for that.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) shows: PlacedView,
    pub(super) scope: Scope,
}

impl Place {
    /// Whether it may be the voice of its zone: displays may, and who only looks may not.
    pub(super) fn may_speak(&self) -> bool {
        self.device.is_some()
    }

    /// Where it stands now, and what it shows and follows, in `first` before the hall's other languages.
    ///
    /// # Errors
    /// The zone that it wants is not known, or the device is not configured any more.
    pub(super) fn of(
        &self,
        catalogue: Option<&Catalogue>,
        first: Language,
    ) -> Result<Placed, Refused> {
        let catalogue = catalogue.ok_or(Refused::Rules(Refusal::NoConfiguration))?;
        let device = match &self.device {
            Some(device) => {
                let device = catalogue.devices.get(device);
                Some(device.ok_or(Refused::Door(Code::DeviceTokenUnknown))?)
            }
            None => None,
        };
        if let Some(zone) = &self.wanted
            && catalogue.zones.get(zone).is_none()
        {
            return Err(Refused::Rules(Refusal::UnknownZone(zone.clone())));
        }
        let configured = device.and_then(|device| device.zone.clone());
        let layout = device.and_then(|device| catalogue.layouts.get(device.layout.as_ref()?));
        let zone = self.wanted.clone().or(configured);
        Ok(Placed {
            scope: match layout.and_then(Layout::waiting_mask) {
                Some(mask) => Scope::Queue {
                    zone: zone.clone(),
                    mask,
                },
                None => Scope::Wall(zone.clone()),
            },
            shows: PlacedView {
                zone,
                layout: layout
                    .map(|layout| convert::layout_view(layout, first, &catalogue.hall.languages)),
                window: device.and_then(|device| device.window),
            },
        })
    }
}

/// The part of the board that `what` means; none when it means a ticket.
///
/// # Errors
/// [`Refusal::UnknownZone`] or [`Refusal::UnknownWindow`].
pub fn scope_of(what: &What, catalogue: Option<&Catalogue>) -> Result<Option<Scope>, Refusal> {
    match what {
        What::Wall { zone: None } => Ok(Some(Scope::Wall(None))),
        What::Wall { zone: Some(zone) } => {
            let known = catalogue.is_some_and(|catalogue| catalogue.zones.get(zone).is_some());
            if known {
                Ok(Some(Scope::Wall(Some(zone.clone()))))
            } else {
                Err(Refusal::UnknownZone(zone.clone()))
            }
        }
        What::Window { window } => {
            let known = catalogue.is_some_and(|catalogue| catalogue.windows.get(window).is_some());
            if known {
                Ok(Some(Scope::Window(window.clone())))
            } else {
                Err(Refusal::UnknownWindow(window.clone()))
            }
        }
        What::Kiosk => Ok(Some(Scope::Kiosk)),
        What::Staff => Ok(Some(Scope::Staff)),
        What::Ticket => Ok(None),
        // Which zone that is is known when it is known who asks.
        What::Display { zone } => {
            let zone = zone.clone();
            scope_of(&What::Wall { zone }, catalogue)
        }
    }
}

fn kind_of(what: &What) -> Kind {
    match what {
        What::Wall { .. } | What::Display { .. } => Kind::Wall,
        What::Window { .. } => Kind::Window,
        What::Ticket => Kind::Ticket,
        What::Staff => Kind::Staff,
        What::Kiosk => Kind::Kiosk,
    }
}

/// Lets a client in, or says why not.
pub(super) fn admit(
    app: &App,
    what: &What,
    token: Option<&str>,
    cookie: Option<&str>,
) -> Result<Admitted, Refused> {
    let doors = app.hall.doors();
    let kind = kind_of(what);
    let Some(scope) = scope_of(what, doors.catalogue.as_deref()).map_err(Refused::Rules)? else {
        let ticket = token.and_then(|token| app.tickets.read(token));
        let ticket = ticket.ok_or(Refused::Door(Code::TicketTokenUnknown))?;
        return Ok(Admitted {
            pass: Pass::Holder,
            wish: Wish::Ticket(ticket),
            kind,
            device: None,
            place: None,
        });
    };
    let (pass, device) = match (token, cookie) {
        (Some(token), _) => {
            let device = app.guard.device_of(&doors, token);
            let device = device.ok_or(Refused::Door(Code::DeviceTokenUnknown))?;
            if scope == Scope::Staff {
                return Err(Refused::Door(Code::NotAllowed));
            }
            (Pass::Device(SecretHash::of(token.as_bytes())), Some(device))
        }
        (None, Some(cookie)) => {
            let now = app.hall.clock().now();
            let session = app.guard.session(&doors, cookie, now);
            let session = session.ok_or(Refused::Door(Code::NotLoggedIn))?;
            (Pass::Staff(session.hash), None)
        }
        (None, None) => return Err(Refused::Door(Code::NotLoggedIn)),
    };
    let is_display = |id: &DeviceId| {
        let catalogue = doors.catalogue.as_deref();
        let device = catalogue.and_then(|catalogue| catalogue.devices.get(id));
        device.is_some_and(|device| device.kind == DeviceKind::Display)
    };
    let place = match what {
        What::Display { .. } if device.as_ref().is_some_and(|id| !is_display(id)) => {
            return Err(Refused::Door(Code::NotAllowed));
        }
        What::Display { zone } => Some(Place {
            device: device.clone(),
            wanted: zone.clone(),
        }),
        What::Wall { .. } | What::Window { .. } | What::Ticket | What::Staff | What::Kiosk => None,
    };
    let scope = match &place {
        Some(place) => {
            let placed = place.of(doors.catalogue.as_deref(), Language::default())?;
            placed.scope
        }
        None => scope,
    };
    Ok(Admitted {
        pass,
        wish: Wish::Board(scope),
        kind,
        device,
        place,
    })
}

impl Pass {
    /// Whether it is still good.
    pub(super) fn check(&self, app: &App) -> Result<(), Refused> {
        let doors = app.hall.doors();
        let (good, code) = match self {
            Self::Staff(session) => {
                let now = app.hall.clock().now();
                let good = app.guard.is_open(&doors, session, now);
                (good, Code::NotLoggedIn)
            }
            Self::Device(token) => {
                let good = doors.access.device(token).is_some();
                (good, Code::DeviceTokenUnknown)
            }
            Self::Holder => return Ok(()),
        };
        if good {
            Ok(())
        } else {
            Err(Refused::Door(code))
        }
    }
}
