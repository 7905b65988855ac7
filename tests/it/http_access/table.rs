//! Who may do what: every route by everybody.

use super::*;

/// What is asked, and who is let in.
struct Row {
    method: &'static str,
    path: &'static str,
    body: &'static str,
    /// One mark for each column of [`everybody`]: `+` is let in (whatever the rules then say of the request), `-` is
    /// known but may not, `?` has to show who they are.
    marks: &'static str,
}

const fn row(
    method: &'static str,
    path: &'static str,
    body: &'static str,
    marks: &'static str,
) -> Row {
    Row {
        method,
        path,
        body,
        marks,
    }
}

/// Everybody, or nobody in particular.
const ALL: &str = "++ ++ ++++++";
/// Every member of staff.
const STAFF: &str = "?? ?? ++++++";
/// Every member of staff and every device.
const HOUSE: &str = "?? ++ ++++++";
/// Who acts at an open window: whoever sits there, and a supervisor.
const WINDOW: &str = "?? ?? +--+--";
/// Administrators.
const ADMIN: &str = "?? ?? -----+";

/// Every route of the API. Ticket 1 is in the queue, and `wang` sits at window `w1`. Who is let in asks for something
/// that changes as little as possible, mostly nothing. The columns: nobody, customer; kiosk, display; the window's clerk,
/// another clerk, reception, supervisor, manager, administrator.
const TABLE: &[Row] = &[
    row("POST", "/setup", "", ALL),
    row("POST", "/session", "", ALL),
    row("GET", "/session", "", STAFF),
    row(
        "PUT",
        "/staff/liu/password",
        r#"{"password":"battery-staple-99"}"#,
        ADMIN,
    ),
    row("POST", "/pairing-codes", r#"{"device":"wall-east"}"#, ADMIN),
    row("POST", "/devices/enrol", "", ALL),
    row("GET", "/devices", "", "?? ?? ---+++"),
    row("DELETE", "/devices/wall-east/token", "", ADMIN),
    row(
        "POST",
        "/devices/report",
        r#"{"version":"0","uptime_seconds":1}"#,
        "?? ++ ??????",
    ),
    row("GET", "/announcements/east/1.wav", "", "?? ++ ??????"),
    row("POST", "/help", "", "?? ++ ??????"),
    row("POST", "/help/kiosk-1/answer", "", STAFF),
    row("DELETE", "/devices/kiosk-1/leases", "", ADMIN),
    row("GET", "/configuration", "", "?? ?? ----++"),
    row("PUT", "/configuration", "format = 0", ADMIN),
    row("POST", "/configuration/check", "format = 0", ADMIN),
    row("POST", "/tickets", r#"{"service":"tax"}"#, "?? +- --++--"),
    row("POST", "/kiosk/leases", "", "?? +- ??????"),
    row(
        "POST",
        "/kiosk/handover",
        r#"{"tickets":[]}"#,
        "?? +- ??????",
    ),
    row("GET", "/kiosk/person-key", "", "?? +- ??????"),
    row("GET", "/tickets", "", STAFF),
    row("GET", "/tickets/1", "", STAFF),
    row("POST", "/tickets/1/cancel", "", "?? ?? ++++--"),
    row("POST", "/tickets/1/return", "", "?? ?? ++++--"),
    row(
        "POST",
        "/tickets/1/transfer",
        r#"{"to":{"service":"nothing"}}"#,
        "?? ?? --++--",
    ),
    row("GET", "/ticket", "", "?+ ?? ??????"),
    row("GET", "/windows/w1", "", STAFF),
    row("POST", "/windows/w1/sign-on", "", "?? ?? ++-+--"),
    row(
        "POST",
        "/windows/w1/call-next",
        r#"{"service":"nothing"}"#,
        WINDOW,
    ),
    row(
        "POST",
        "/windows/w1/call",
        r#"{"ticket":999,"reason":"x"}"#,
        WINDOW,
    ),
    row("POST", "/windows/w1/recall", "", WINDOW),
    row("POST", "/windows/w1/start", "", WINDOW),
    row("POST", "/windows/w1/finish", "", WINDOW),
    row("POST", "/windows/w1/no-show", "", WINDOW),
    row(
        "POST",
        "/windows/w1/hold",
        r#"{"reason":"papers_here"}"#,
        WINDOW,
    ),
    row(
        "POST",
        "/windows/w1/resume-ticket",
        r#"{"ticket":999}"#,
        WINDOW,
    ),
    row(
        "POST",
        "/windows/w1/transfer",
        r#"{"to":{"window":"w2"}}"#,
        WINDOW,
    ),
    row(
        "POST",
        "/windows/w1/add-service",
        r#"{"service":"tax"}"#,
        WINDOW,
    ),
    row(
        "POST",
        "/windows/w1/walk-up",
        r#"{"service":"nothing"}"#,
        WINDOW,
    ),
    row("POST", "/windows/w1/undo-call", "", WINDOW),
    row("POST", "/windows/w1/pause", r#"{"reason":""}"#, WINDOW),
    row("POST", "/windows/w1/resume", "", WINDOW),
    row("POST", "/windows/w1/sign-off", "", WINDOW),
    row("GET", "/hall", "", HOUSE),
    row("GET", "/services/tax/guide", "", ALL),
    row("GET", "/windows", "", HOUSE),
    row("GET", "/queues", "", STAFF),
    row("GET", "/queues/tax", "", STAFF),
    row("GET", "/summary", "", STAFF),
    row("GET", "/state?kind=wall", "", HOUSE),
    row("GET", "/state?kind=window&window=w1", "", HOUSE),
    row("GET", "/state?kind=kiosk", "", HOUSE),
    row("GET", "/state?kind=staff", "", STAFF),
    row("GET", "/state?kind=ticket", "", "?+ ?? ??????"),
    row("GET", "/openapi.json", "", ALL),
    row("GET", "/healthz", "", ALL),
    row("GET", "/readyz", "", ALL),
    // These two end what the rows above need.
    row("POST", "/ticket/cancel", "", "?+ ?? ??????"),
    row("DELETE", "/session", "", STAFF),
];

/// The columns of the table: who they are, and how they show it.
async fn everybody(site: &Site) -> Vec<(&'static str, Caller)> {
    let nobody = Caller::of(site);
    let ticket = site.take_number("household").await;
    assert_eq!(ticket.ticket.0, 1);
    let authorized = |scheme: &str, token: &str| {
        nobody
            .clone()
            .with("authorization", &format!("{scheme} {token}"))
    };
    let mut columns = vec![
        ("nobody", nobody.clone()),
        ("the customer", authorized("Ticket", &ticket.token)),
    ];
    for (name, id) in [("a kiosk", "kiosk-1"), ("a display", "wall-hall")] {
        let enrolled = site.enrol(id).await;
        columns.push((name, authorized("Bearer", &enrolled.token)));
    }
    for (name, id) in [
        ("the window's clerk", "wang"),
        ("another clerk", "li"),
        ("reception", "desk"),
        ("a supervisor", "lead"),
        ("a manager", "manager"),
        ("an administrator", "admin"),
    ] {
        let member = site.staff(id).await;
        columns.push((name, nobody.clone().with_session_of(&member)));
    }
    columns
}

/// The mark that an answer deserves.
fn mark_of(answer: &Answer) -> char {
    match answer.status {
        StatusCode::UNAUTHORIZED => '?',
        StatusCode::FORBIDDEN => {
            assert_eq!(answer.refusal().1, "not-allowed");
            '-'
        }
        status => {
            assert!(!status.is_server_error(), "{answer:?}");
            '+'
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let site = Site::start().await;
    let clerk = site.staff("wang").await;
    let columns = everybody(&site).await;
    let mut wrong = Vec::new();
    for row in TABLE {
        let expected: Vec<char> = row.marks.chars().filter(|mark| *mark != ' ').collect();
        assert_eq!(expected.len(), columns.len(), "{} {}", row.method, row.path);
        for ((who, caller), expected) in columns.iter().zip(expected) {
            // Whatever the one before was allowed to do, the window is open.
            clerk.sign_on(&window("w1")).await.expect("wang sits at w1");
            let answer = caller.asks(row.method, row.path, row.body).await;
            let mark = mark_of(&answer);
            if mark != expected {
                let Row { method, path, .. } = row;
                wrong.push(format!(
                    "{method} {path} by {who}: {mark} ({}), not {expected}",
                    answer.status
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether an address is one of those that a described path stands for.
fn is_of(path: &str, described: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let described = described.strip_prefix("/api/v1").unwrap_or(described);
    let (mut parts, mut wanted) = (path.split('/'), described.split('/'));
    loop {
        match (parts.next(), wanted.next()) {
            (None, None) => return true,
            (Some(_), Some(wanted)) if wanted.starts_with('{') => {}
            (Some(part), Some(wanted)) if part == wanted => {}
            (_, _) => return false,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_names_every_route_that_is_described() {
    let site = Site::start().await;
    let answer = Caller::of(&site).asks("GET", "/openapi.json", "").await;
    let document: Value = serde_json::from_str(&answer.body).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let missing: Vec<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("operations").keys();
            methods.map(move |method| (method.to_uppercase(), path))
        })
        .filter(|(method, path)| {
            let named = |row: &Row| row.method == method && is_of(row.path, path);
            !TABLE.iter().any(named)
        })
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
}
