//! Looking things up through the door.

use serde_json::json;

use super::*;

#[tokio::test]
async fn the_hall_is_told_to_devices_and_staff_but_who_sits_where_to_staff_only() {
    let (app, _stop) = App::for_tests().await;
    let (kiosk, wang) = (Caller::kiosk(&app).await, Caller::staff(&app, "wang").await);
    wang.post("/windows/w1/sign-on", &json!({})).await;
    for (caller, staff) in [(&kiosk, Value::Null), (&wang, json!("wang"))] {
        let hall = caller.get("/hall").await;
        assert_eq!(hall.status, StatusCode::OK, "{hall:?}");
        assert_eq!(hall.body["name"]["en"], "Example Service Hall");
        assert_eq!(hall.body["opening"], json!({"is": "open"}));
        assert_eq!(hall.body["windows"][0]["staff"], staff);
        let windows = caller.get("/windows").await;
        assert_eq!(windows.body, hall.body["windows"]);
    }
    let nobody = Caller::nobody(&app).get("/hall").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn staff_see_queues_and_devices_do_not() {
    let (app, _stop) = App::for_tests().await;
    let (kiosk, desk) = (Caller::kiosk(&app).await, Caller::staff(&app, "desk").await);
    for key in ["a", "b", "c"] {
        let keyed = kiosk.with("idempotency-key", key);
        keyed.post("/tickets", &json!({"service": "tax"})).await;
    }
    let queues = desk.get("/queues").await;
    let sizes: Vec<u64> = queues
        .body
        .as_array()
        .expect("queues")
        .iter()
        .filter_map(|queue| queue["waiting"].as_u64())
        .collect();
    assert_eq!(sizes, [0, 0, 3, 0]);
    let queue = desk.get("/queues/tax?limit=2").await;
    assert_eq!(queue.body["waiting"], 3);
    assert_eq!(queue.body["next"][1]["label"], "M002");
    assert_eq!(queue.body["next"][2], Value::Null);
    assert_eq!(desk.get("/queues/nope").await.code(), "unknown-service");
    let bad = desk.get("/queues/tax?limit=-1").await;
    assert_eq!((bad.status.as_u16(), bad.code()), (400, "bad-parameter"));
    let refused = kiosk.get("/queues").await;
    assert!(
        refused.status == 401 || refused.status == 403,
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_was_is_read_as_soon_as_it_was_answered() {
    let (app, _stop) = App::for_tests().await;
    let desk = Caller::staff(&app, "desk").await;
    for key in ["a", "b"] {
        let keyed = desk.with("idempotency-key", key);
        let taken = keyed.post("/tickets", &json!({"service": "tax"})).await;
        assert_eq!(taken.status, StatusCode::CREATED);
    }
    let reason = json!({"reason": "left"});
    desk.post("/tickets/1/cancel", &reason).await;
    let summary = desk.get("/summary").await;
    assert_eq!(summary.status, StatusCode::OK, "{summary:?}");
    assert_eq!(summary.body["day"], "2026-11-23");
    let all = &summary.body["all"];
    assert_eq!(
        [&all["issued"], &all["cancelled"], &all["open"]],
        [&json!(2), &json!(1), &json!(1)]
    );
    let over = desk.get("/tickets/1").await;
    assert_eq!(over.body["ended"], "cancelled");
    let live = desk.get("/tickets/2").await;
    assert_eq!(live.body["stands"], "waiting");
    let day = desk.get("/tickets?day=2026-11-23&label=M002").await;
    assert_eq!(day.body[0]["ticket"], 2);
    assert_eq!(day.body[1], Value::Null);
    let all = desk.get("/tickets?limit=1").await;
    assert_eq!(all.body.as_array().map(Vec::len), Some(1));
    let never = desk.get("/tickets?day=2020-01-01").await;
    assert_eq!(never.body, json!([]));
    assert_eq!(desk.get("/tickets/9").await.code(), "unknown-ticket");
    for bad in ["/summary?day=yesterday", "/tickets?day=2026-13-01"] {
        assert_eq!(desk.get(bad).await.code(), "bad-parameter", "{bad}");
    }
    let nobody = Caller::nobody(&app).get("/summary").await;
    assert_eq!(nobody.code(), "not-logged-in");
}

#[tokio::test]
async fn a_customer_sees_their_ticket_live_and_over() {
    let (app, _stop) = App::for_tests().await;
    let kiosk = Caller::kiosk(&app).await.with("idempotency-key", "k");
    let taken = kiosk.post("/tickets", &json!({"service": "tax"})).await;
    let token = taken.body["token"].as_str().expect("a token");
    let customer = Caller::holder(&app, token);
    let live = customer.get("/ticket").await;
    assert_eq!(live.body["stands"], "waiting", "{live:?}");
    assert_eq!(live.body["ahead"], 0);
    let cancelled = customer.send(Method::POST, "/ticket/cancel", Body::empty());
    assert_eq!(cancelled.await.status, StatusCode::OK);
    let over = customer.get("/ticket").await;
    assert_eq!(over.body["ended"], "cancelled", "{over:?}");
    assert_eq!(over.body["label"], live.body["label"]);
    assert_eq!(over.body["service"], live.body["service"]);
    let wrong = Caller::holder(&app, "wrong").get("/ticket").await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.code()),
        (401, "ticket-token-unknown")
    );
}

#[tokio::test]
async fn everybody_reads_the_guide_of_a_service_and_a_kiosk_its_own_name() {
    let (app, _stop) = App::for_tests().await;
    let nobody = Caller::nobody(&app);
    let guide = nobody.get("/services/household/guide").await;
    assert_eq!(guide.status, StatusCode::OK, "{guide:?}");
    assert_eq!(guide.body["service"]["en"], "Household registration");
    assert_eq!(guide.body["guide"]["fee"]["zh-CN"], "免费");
    assert_eq!(guide.body["windows"], serde_json::json!([1, 2, 4]));
    assert_eq!(guide.body["zones"][0]["en"], "East");
    let none = nobody.get("/services/nothing/guide").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!(none.code(), "unknown-service");
    let kiosk = Caller::kiosk(&app).await.get("/hall").await;
    let named = kiosk.body["device"].as_str().unwrap_or_default();
    assert!(!named.is_empty(), "{kiosk:?}");
    let staff = Caller::staff(&app, "lead").await.get("/hall").await;
    assert_eq!(staff.body["device"], "");
}
