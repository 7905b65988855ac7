//! Setting the hall up, through its doors and in the order in which an administrator would.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use nowserving_client::api::{Api, ApiError};
use nowserving_client::token_file;
use nowserving_shared::model::catalogue::{Device, Role};
use nowserving_shared::model::{Catalogue, DeviceId, StaffId};
use nowserving_shared::protocol::http::{LoginRequest, PairingView, PasswordRequest, SetupRequest};

use super::place::{Place, Secrets};
use crate::world::player::Scene;

/// Devices that the demonstration enrols for itself; an administrator finds codes for the others.
pub(super) const KIOSK: &str = "kiosk-1";
pub(super) const WALL: &str = "wall-hall";
/// The most pairing codes that are made at the start.
const CODES_MAX: usize = 8;
/// How often the server is asked when it is too busy to check a password.
const PATIENCE: u32 = 8;

/// The devices of the hall after setting up.
#[derive(Debug)]
pub(super) struct Devices {
    /// The token of the kiosk.
    pub(super) kiosk_token: String,
    /// Codes with which further devices can be enrolled.
    pub(super) codes: Vec<PairingView>,
}

/// Makes sure that the hall knows the passwords and the devices; `code` is the set-up code, if the server showed one.
pub(super) async fn open(
    api: &Api,
    catalogue: &Catalogue,
    place: &Place,
    secrets: &mut Secrets,
    code: Option<&str>,
) -> anyhow::Result<Devices> {
    let administrator = first(catalogue, Role::Administrator)?;
    if let Some(code) = code {
        let request = SetupRequest {
            code: code.to_owned(),
            staff: administrator.clone(),
            password: secrets.administrator.clone(),
        };
        api.setup(&request)
            .await
            .context("setting the administrator's password")?;
    }
    let login = LoginRequest {
        staff: administrator.clone(),
        password: secrets.administrator.clone(),
    };
    let api = match patiently(|| api.log_in(&login)).await {
        Ok((api, _)) => api,
        Err(error) => bail!(
            "the administrator “{administrator}” cannot log in: {error}. The hall in {} was set up with other passwords \
             than those in demonstration.json; start afresh with another --data",
            place.hall().display()
        ),
    };
    if !secrets.known_to_the_hall {
        passwords(&api, catalogue, secrets, &administrator).await?;
        secrets.known_to_the_hall = true;
        place.keep(secrets)?;
    }
    let kiosk_token = enrolled(&api, catalogue, place, KIOSK).await?;
    enrolled(&api, catalogue, place, WALL).await?;
    Ok(Devices {
        kiosk_token,
        codes: codes(&api, catalogue).await?,
    })
}

/// Gives everybody else their password.
async fn passwords(
    api: &Api,
    catalogue: &Catalogue,
    secrets: &Secrets,
    administrator: &StaffId,
) -> anyhow::Result<()> {
    let request = PasswordRequest {
        password: secrets.staff.clone(),
        present: None,
    };
    for staff in catalogue
        .staff
        .iter()
        .filter(|staff| staff.id != *administrator)
    {
        patiently(|| api.set_password(&staff.id, &request))
            .await
            .with_context(|| format!("setting the password of {}", staff.id))?;
    }
    Ok(())
}

/// The token of a device, from its file if the hall still takes it, else by a fresh pairing code.
async fn enrolled(
    api: &Api,
    catalogue: &Catalogue,
    place: &Place,
    device: &str,
) -> anyhow::Result<String> {
    let device = DeviceId::new(device)?;
    if !catalogue.devices.contains(&device) {
        bail!("the configuration has no device “{device}”");
    }
    let path = place.token_file(&device);
    if let Ok(known) = token_file::load(&path) {
        let own = api.clone().with_device_token(&known.token);
        if own.hall().await.is_ok() {
            return Ok(known.token);
        }
    }
    let pairing = api
        .pairing_code(&device)
        .await
        .with_context(|| format!("making a pairing code for {device}"))?;
    let enrolled = api
        .enrol(&pairing.code)
        .await
        .with_context(|| format!("enrolling {device}"))?;
    token_file::save(&path, &enrolled)?;
    Ok(enrolled.token)
}

/// Codes for the devices that nobody has enrolled yet.
async fn codes(api: &Api, catalogue: &Catalogue) -> anyhow::Result<Vec<PairingView>> {
    let enrolled = api.devices().await.context("asking for the devices")?;
    let free = |device: &&Device| {
        let known = enrolled.iter().find(|view| view.device == device.id);
        known.is_some_and(|view| !view.enrolled)
    };
    let mut codes = Vec::new();
    for device in catalogue.devices.iter().filter(free).take(CODES_MAX) {
        let code = api.pairing_code(&device.id).await;
        codes.push(code.with_context(|| format!("making a pairing code for {}", device.id))?);
    }
    Ok(codes)
}

/// What a day is played with.
pub(super) fn scene(
    api: &Api,
    catalogue: &Arc<Catalogue>,
    secrets: &Secrets,
    devices: &Devices,
    speed: f64,
) -> anyhow::Result<Scene> {
    let passwords: BTreeMap<StaffId, String> = catalogue
        .staff
        .iter()
        .map(|staff| (staff.id.clone(), secrets.staff.clone()))
        .collect();
    Ok(Scene {
        api: api.clone(),
        catalogue: Arc::clone(catalogue),
        speed,
        kiosk_token: devices.kiosk_token.clone(),
        passwords,
        reception: first(catalogue, Role::Reception)?,
        manager: first(catalogue, Role::Manager)?,
        // A day is played into an empty hall, so that its keys need differ from no other's.
        run: "day".to_owned(),
    })
}

/// The first member of staff with this role.
fn first(catalogue: &Catalogue, role: Role) -> anyhow::Result<StaffId> {
    let found = catalogue
        .staff
        .iter()
        .find(|staff| staff.roles.contains(&role));
    found.map(|staff| staff.id.clone()).with_context(|| {
        format!(
            "the configuration has nobody with the role “{}”",
            role.name()
        )
    })
}

/// Asks again while the server is too busy.
async fn patiently<T, F: Future<Output = Result<T, ApiError>>>(
    ask: impl Fn() -> F,
) -> Result<T, ApiError> {
    let mut pause = std::time::Duration::from_millis(100);
    for _ in 1..PATIENCE {
        match ask().await {
            Err(error) if error.is_passing() => tokio::time::sleep(pause).await,
            answer => return answer,
        }
        pause *= 2;
    }
    ask().await
}
