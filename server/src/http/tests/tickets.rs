//! Taking numbers through the door.

use serde_json::json;

use super::*;

const KEY: &str = "idempotency-key";

#[tokio::test]
async fn a_kiosk_takes_a_number_and_the_same_key_gives_the_same_ticket() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await;
    let wanted = json!({"service": "household", "class": "senior", "language": "en"});
    let first = kiosk.with(KEY, "k1").post("/tickets", &wanted).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    assert_eq!(first.body["label"], "A001");
    assert_eq!(first.body["ahead"], 0);
    assert_eq!(first.body["class"], "senior");
    assert_eq!(first.body["zones"], json!(["east", "west"]));
    assert_eq!(first.body["windows"], json!([1, 2, 4]));
    assert_eq!(first.body["day"], "2026-11-23");

    let second = kiosk.with(KEY, "k2").post("/tickets", &wanted).await;
    assert_eq!(second.body["label"], "A002");
    assert_eq!(second.body["ahead"], 1);
    assert_ne!(second.body["token"], first.body["token"]);

    for (key, answer) in [("k1", &first), ("k2", &second)] {
        let again = kiosk.with(KEY, key).post("/tickets", &wanted).await;
        assert_eq!((again.status, &again.body), (answer.status, &answer.body));
    }
    let live = app.hall.look(|hall, _| hall.tickets().len()).await;
    assert_eq!(live, Ok(2));
}

#[tokio::test]
async fn a_key_is_needed_well_formed_and_for_one_request_only() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await;
    let wanted = json!({"service": "household"});
    let missing = kiosk.post("/tickets", &wanted).await;
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    assert_eq!(missing.code(), "idempotency-key-missing");
    let malformed = kiosk
        .with(KEY, "with space")
        .post("/tickets", &wanted)
        .await;
    assert_eq!(malformed.code(), "idempotency-key-malformed");

    let keyed = kiosk.with(KEY, "k");
    assert_eq!(
        keyed.post("/tickets", &wanted).await.status,
        StatusCode::CREATED
    );
    let other = keyed.post("/tickets", &json!({"service": "tax"})).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.code(), "idempotency-key-reused");
    let desk = Caller::staff(&app, "desk").await.with(KEY, "k");
    let somebody_else = desk.post("/tickets", &wanted).await;
    assert_eq!(somebody_else.code(), "idempotency-key-reused");
}

#[tokio::test]
async fn who_may_not_take_numbers_is_told_so() {
    let (app, _stop) = App::for_tests().await;
    let wanted = json!({"service": "household"});
    let nobody = Caller::nobody(&app).with(KEY, "k");
    let answer = nobody.post("/tickets", &wanted).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNAUTHORIZED, "not-logged-in")
    );
    for (name, status) in [
        ("wang", StatusCode::FORBIDDEN),
        ("manager", StatusCode::FORBIDDEN),
        ("admin", StatusCode::FORBIDDEN),
        ("desk", StatusCode::CREATED),
        ("lead", StatusCode::CREATED),
    ] {
        let staff = Caller::staff(&app, name).await.with(KEY, name);
        let answer = staff.post("/tickets", &wanted).await;
        assert_eq!(answer.status, status, "{name}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_with_its_field() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await.with(KEY, "k");
    for (body, status, code, says) in [
        (json!({}), 400, "bad-body", "missing field `service`"),
        (json!({"service": 7}), 400, "bad-body", "service: "),
        (json!({"service": "No"}), 400, "bad-body", "is not an id"),
        (
            json!({"service": "tax", "language": "fr"}),
            400,
            "bad-body",
            "language: unknown variant `fr`",
        ),
        (json!({"service": "tax", "x": 1}), 400, "bad-body", "`x`"),
        (json!({"service": "nope"}), 404, "unknown-service", "nope"),
        (
            json!({"service": "tax", "class": "nope"}),
            404,
            "unknown-class",
            "nope",
        ),
    ] {
        let answer = kiosk.post("/tickets", &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code));
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(says), "{body}: {detail}");
    }
}

#[tokio::test]
async fn a_body_of_another_type_or_too_large_is_refused() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await.with(KEY, "k");
    let body = r#"{"service":"tax"}"#;
    let text = kiosk.with("content-type", "text/plain");
    let answer = text.send(Method::POST, "/tickets", Body::from(body)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (415, "unsupported-media-type")
    );
    let json = kiosk.with("content-type", "Application/JSON; charset=utf-8");
    let large = format!("{body}{}", " ".repeat(BODY_BYTES_MAX));
    let answer = json.send(Method::POST, "/tickets", Body::from(large)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (413, "body-too-large")
    );
    let answer = json.send(Method::POST, "/tickets", Body::from(body)).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

#[tokio::test]
async fn staff_cancel_return_and_transfer_tickets_away_from_windows() {
    let (app, _stop) = App::for_tests().await;
    let desk = Caller::staff(&app, "desk").await;
    let lead = Caller::staff(&app, "lead").await;
    for key in ["k1", "k2"] {
        let keyed = desk.with(KEY, key);
        let taken = keyed.post("/tickets", &json!({"service": "tax"})).await;
        assert_eq!(taken.status, StatusCode::CREATED);
    }
    let silent = desk.post("/tickets/1/cancel", &json!({})).await;
    assert_eq!(
        (silent.status.as_u16(), silent.code()),
        (422, "reason-missing")
    );
    let keyed = desk.with(KEY, "c1");
    let cancelled = keyed
        .post("/tickets/1/cancel", &json!({"reason": "left"}))
        .await;
    assert_eq!(cancelled.status, StatusCode::OK, "{cancelled:?}");
    let again = keyed
        .post("/tickets/1/cancel", &json!({"reason": "left"}))
        .await;
    assert_eq!(again.body, cancelled.body);
    let gone = desk
        .post("/tickets/1/cancel", &json!({"reason": "left"}))
        .await;
    assert_eq!((gone.status.as_u16(), gone.code()), (404, "unknown-ticket"));
    let waits = lead.post("/tickets/2/return", &json!({})).await;
    assert_eq!((waits.status.as_u16(), waits.code()), (409, "wrong-state"));
    let moved = lead
        .post(
            "/tickets/2/transfer",
            &json!({"to": {"service": "utilities"}, "position": "last"}),
        )
        .await;
    assert_eq!(moved.status, StatusCode::OK, "{moved:?}");
    let nowhere = lead
        .post("/tickets/2/transfer", &json!({"to": {"window": "w9"}}))
        .await;
    assert_eq!(
        (nowhere.status.as_u16(), nowhere.code()),
        (404, "unknown-window")
    );
    let no_id = lead.post("/tickets/two/return", &json!({})).await;
    assert_eq!(
        (no_id.status.as_u16(), no_id.code()),
        (400, "bad-parameter")
    );
}
