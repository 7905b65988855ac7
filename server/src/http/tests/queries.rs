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
