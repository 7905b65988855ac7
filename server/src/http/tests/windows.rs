//! A clerk's day through the door.

use serde_json::json;

use super::*;

const KEY: &str = "idempotency-key";

/// Takes this many numbers for a service.
async fn take(app: &Arc<App>, service: &str, count: usize) {
    let kiosk = Caller::kiosk(app).await;
    for number in 0..count {
        let key = format!("{service}-{number}");
        let taken = kiosk
            .with(KEY, &key)
            .post("/tickets", &json!({ "service": service }))
            .await;
        assert_eq!(taken.status, StatusCode::CREATED, "{taken:?}");
    }
}

/// Does something at a window that must succeed.
async fn must(clerk: &Caller, window: &str, verb: &str, body: Value) -> Value {
    let answer = clerk
        .post(&format!("/windows/{window}/{verb}"), &body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{verb}: {answer:?}");
    answer.body
}

#[tokio::test]
async fn a_clerk_calls_serves_and_finishes() {
    let (app, _stop) = App::for_tests().await;
    take(&app, "household", 2).await;
    let wang = Caller::staff(&app, "wang").await;
    let open = must(&wang, "w1", "sign-on", json!({})).await;
    assert_eq!(open["window"]["does"], json!({"is": "free"}));
    assert_eq!(open["window"]["staff"], "wang");
    assert_eq!(open["ticket"], Value::Null);

    let called = must(&wang, "w1", "call-next", json!({})).await;
    assert_eq!(
        called["window"]["does"],
        json!({"is": "calling", "label": "A001"})
    );
    assert_eq!(called["ticket"]["label"], "A001");
    assert!(
        called["why"]
            .as_str()
            .is_some_and(|why| why.contains("2 waiting")),
        "{called}"
    );
    let started = must(&wang, "w1", "start", json!({})).await;
    assert_eq!(started["window"]["does"]["is"], "serving");
    assert_eq!(started.get("why"), None);
    let finished = must(&wang, "w1", "finish", json!({"outcome": "pending"})).await;
    assert_eq!(finished["ticket"], Value::Null);
    must(&wang, "w1", "pause", json!({"reason": "tea", "minutes": 5})).await;
    let paused = wang.get("/windows/w1").await;
    assert_eq!(paused.body["window"]["does"]["is"], "paused");
    assert_eq!(paused.body["window"]["does"]["reason"], "tea");
    must(&wang, "w1", "resume", json!({})).await;
    let closed = must(&wang, "w1", "sign-off", json!({})).await;
    assert_eq!(closed["window"]["does"]["is"], "closed");
}

#[tokio::test]
async fn a_command_without_a_body_is_understood() {
    let (app, _stop) = App::for_tests().await;
    let wang = Caller::staff(&app, "wang").await;
    let opened = wang.send(Method::POST, "/windows/w1/sign-on", Body::empty());
    assert_eq!(opened.await.status, StatusCode::OK);
    let nobody_waits = wang.send(Method::POST, "/windows/w1/call-next", Body::empty());
    assert_eq!(nobody_waits.await.code(), "nobody-waits");
    let surplus = wang.post("/windows/w1/recall", &json!({"x": 1})).await;
    assert_eq!(surplus.code(), "bad-body");
}

#[tokio::test]
async fn a_call_that_is_asked_for_again_with_its_key_calls_nobody_else() {
    let (app, _stop) = App::for_tests().await;
    take(&app, "household", 2).await;
    let wang = Caller::staff(&app, "wang").await;
    must(&wang, "w1", "sign-on", json!({})).await;
    let keyed = wang.with(KEY, "call-1");
    let first = must(&keyed, "w1", "call-next", json!({})).await;
    let again = must(&keyed, "w1", "call-next", json!({})).await;
    assert_eq!(again, first);
    let without = wang.post("/windows/w1/call-next", &json!({})).await;
    assert_eq!(
        (without.status.as_u16(), without.code()),
        (409, "window-busy")
    );
    let other = keyed.post("/windows/w1/recall", &json!({})).await;
    assert_eq!(other.code(), "idempotency-key-reused");
}

#[tokio::test]
async fn a_ticket_is_held_resumed_transferred_and_given_a_further_service() {
    let (app, _stop) = App::for_tests().await;
    take(&app, "household", 1).await;
    let wang = Caller::staff(&app, "wang").await;
    must(&wang, "w1", "sign-on", json!({})).await;
    must(
        &wang,
        "w1",
        "call",
        json!({"ticket": "A001", "reason": "lame"}),
    )
    .await;
    must(&wang, "w1", "undo-call", json!({})).await;
    must(&wang, "w1", "call-next", json!({"service": "household"})).await;
    must(&wang, "w1", "start", json!({})).await;
    must(
        &wang,
        "w1",
        "hold",
        json!({"reason": "customer_away", "note": "papers"}),
    )
    .await;
    let resumed = must(&wang, "w1", "resume-ticket", json!({"ticket": 1})).await;
    assert_eq!(resumed["ticket"]["label"], "A001");
    let more = must(&wang, "w1", "add-service", json!({"service": "tax"})).await;
    assert_eq!(more["ticket"]["further"], json!(["tax"]));
    let keyed = wang.with(KEY, "away");
    let to = json!({"to": {"window": "w2"}});
    let away = must(&keyed, "w1", "transfer", to.clone()).await;
    assert_eq!(away["ticket"], Value::Null);
    assert_eq!(must(&keyed, "w1", "transfer", to.clone()).await, away);
    let none = wang.post("/windows/w1/transfer", &to).await;
    assert_eq!(none.code(), "window-has-no-ticket");
    let walked = must(&wang, "w1", "walk-up", json!({"service": "passport"})).await;
    assert_eq!(walked["ticket"]["label"], "E001");
    assert_eq!(walked["window"]["does"]["is"], "serving");
}

#[tokio::test]
async fn who_may_not_act_at_a_window_is_told_so() {
    let (app, _stop) = App::for_tests().await;
    let wang = Caller::staff(&app, "wang").await;
    must(&wang, "w1", "sign-on", json!({})).await;
    for (caller, status) in [
        (Caller::nobody(&app), 401),
        (Caller::staff(&app, "li").await, 403),
        (Caller::staff(&app, "desk").await, 403),
        (Caller::staff(&app, "manager").await, 403),
        (Caller::staff(&app, "admin").await, 403),
        (Caller::staff(&app, "lead").await, 409),
    ] {
        let answer = caller.post("/windows/w1/recall", &json!({})).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        answer.code();
    }
    let unknown = wang.post("/windows/w9/sign-on", &json!({})).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.code()),
        (404, "unknown-window")
    );
    let no_id = wang.get("/windows/W%201").await;
    assert_eq!(
        (no_id.status.as_u16(), no_id.code()),
        (400, "bad-parameter")
    );
}
