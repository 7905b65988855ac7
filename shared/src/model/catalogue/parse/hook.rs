//! What is told of calls by HTTP: the sections `[[hook]]`.

use std::collections::BTreeSet;
use std::fmt::Display;

use http::Uri;

use super::super::fields::{Field, Fields, Length};
use super::super::known::Known;
use super::super::limits::HOOK_URL_CHARS_MAX;
use super::super::report::quoted;
use super::super::{CLASSES_MAX, Hook, WINDOWS_MAX, ZONES_MAX};
use super::Reading;

/// The address of a hook.
const URL: Length = Length {
    chars_max: HOOK_URL_CHARS_MAX,
    lines: false,
};

/// Reads one hook.
pub(super) fn hook(mut fields: Fields<'_>, reading: &mut Reading<'_>) -> Option<Hook> {
    let id = reading.hooks.declare(&mut fields);
    let url = fields.need("url").and_then(|field| url(&field));
    let zones = named(&mut fields, "zones", ZONES_MAX, &reading.zones);
    let windows = named(&mut fields, "windows", WINDOWS_MAX, &reading.windows);
    let classes = named(&mut fields, "classes", CLASSES_MAX, &reading.classes);
    fields.finish();
    Some(Hook {
        id: id?,
        url: url?,
        zones: zones?,
        windows: windows?,
        classes: classes?,
    })
}

/// An address that is posted to as it stands: everybody who may read the journal reads it, so it holds no password.
fn url(field: &Field<'_>) -> Option<Uri> {
    let text = field.text(URL)?;
    let Some(url) = text.parse::<Uri>().ok().filter(|url| url.host().is_some()) else {
        let shown = quoted(&text);
        field.wrong(format_args!(
            "{shown} is no address: write it as \"http://192.168.1.50/calls\""
        ));
        return None;
    };
    let named = url
        .authority()
        .is_some_and(|whom| whom.as_str().contains('@'));
    match url.scheme_str() {
        _ if named => field.wrong(
            "a name or password has no place in the address, which is kept in the journal: use `--hook-key-file`",
        ),
        Some("http") if url.host() == Some("") || url.port_u16() == Some(0) => {
            field.wrong("the address names nobody who could listen");
        }
        Some("http") => return Some(url),
        Some("https") => field.wrong(
            "only http:// is spoken: a lamp is on the hall's own network; for what is not, put a proxy between",
        ),
        Some(_) | None => field.wrong("the address must begin with http://"),
    }
    None
}

/// A list of things that were declared; nothing when it is absent, the outer none when it is faulty.
fn named<I: Ord + Clone + Display>(
    fields: &mut Fields<'_>,
    key: &'static str,
    count_max: usize,
    known: &Known<I>,
) -> Option<BTreeSet<I>> {
    let Some(field) = fields.take(key) else {
        return Some(BTreeSet::new());
    };
    let items = field.items(count_max)?;
    if items.is_empty() {
        field.wrong("is empty: leave it out, and the hook is told of all");
        return None;
    }
    let count = items.len();
    let read: Vec<I> = items.iter().filter_map(|item| known.refer(item)).collect();
    (read.len() == count).then(|| read.into_iter().collect())
}
