//! The configuration through the door.

use nowserving_shared::model::Catalogue;
use nowserving_shared::model::catalogue::CONFIGURATION_BYTES_MAX;

use super::*;

fn small_example() -> String {
    Catalogue::small_example().source().to_string()
}

async fn put(caller: &Caller, text: impl Into<Body>) -> Answer {
    let toml = caller.with("content-type", "text/toml; charset=utf-8");
    toml.send(Method::PUT, "/configuration", text.into()).await
}

async fn check(caller: &Caller, text: impl Into<Body>) -> Answer {
    let path = "/configuration/check";
    caller.send(Method::POST, path, text.into()).await
}

async fn in_force(caller: &Caller) -> String {
    let answer = caller.get("/configuration").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.headers[CONTENT_TYPE], "text/toml; charset=utf-8");
    answer.body.as_str().expect("text").to_owned()
}

#[tokio::test]
async fn the_configuration_is_read_as_it_was_written_and_a_new_one_counts_up() {
    let (app, _stop) = App::for_tests().await;
    let admin = Caller::staff(&app, "admin").await;
    assert_eq!(in_force(&admin).await, small_example());
    let renamed = small_example().replace("示范服务大厅", "新的服务大厅");
    let loaded = put(&admin, renamed.clone()).await;
    assert_eq!(loaded.status, StatusCode::OK, "{loaded:?}");
    assert_eq!(loaded.body["version"], 2);
    assert_eq!(in_force(&admin).await, renamed);
    let hall = admin.get("/hall").await;
    assert_eq!(hall.body["name"]["zh-CN"], "新的服务大厅");
}

#[tokio::test]
async fn a_faulty_configuration_is_refused_with_every_fault_and_its_line() {
    let (app, _stop) = App::for_tests().await;
    let admin = Caller::staff(&app, "admin").await;
    let faulty = small_example()
        .replace("roles = [\"manager\"]", "roles = [\"king\"]")
        .replace("zone = \"west\"", "zone = \"north\"");
    let line_of = |part: &str| {
        let place = faulty.lines().position(|line| line.contains(part));
        place.expect("the part is there") + 1
    };
    for answer in [
        put(&admin, faulty.clone()).await,
        check(&admin, faulty.clone()).await,
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.code(), "configuration-faulty");
        let faults = answer.body["faults"].as_array().expect("faults").clone();
        let said = |part: &str, word: &str| {
            faults.iter().any(|fault| {
                let what = fault["what"].as_str().unwrap_or_default();
                fault["line"] == line_of(part) && what.contains(word)
            })
        };
        assert!(said("[\"king\"]", "king"), "{faults:?}");
        assert!(said("zone = \"north\"", "north"), "{faults:?}");
    }
    assert_eq!(in_force(&admin).await, small_example());
}

#[tokio::test]
async fn checking_a_good_configuration_changes_nothing() {
    let (app, _stop) = App::for_tests().await;
    let admin = Caller::staff(&app, "admin").await;
    let renamed = small_example().replace("示范服务大厅", "新的服务大厅");
    let checked = check(&admin, renamed).await;
    assert_eq!(checked.status, StatusCode::NO_CONTENT, "{checked:?}");
    assert_eq!(in_force(&admin).await, small_example());
}

#[tokio::test]
async fn a_configuration_may_be_long_but_not_too_long_and_must_be_text() {
    let (app, _stop) = App::for_tests().await;
    let admin = Caller::staff(&app, "admin").await;
    let line = "# A remark that only makes it longer.\n";
    let mut long = small_example();
    while long.len() + line.len() <= CONFIGURATION_BYTES_MAX {
        long.push_str(line);
    }
    let checked = check(&admin, long.clone()).await;
    assert_eq!(checked.status, StatusCode::NO_CONTENT, "{checked:?}");
    long.push_str(line);
    let refused = check(&admin, long.clone()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused.code(), "body-too-large");
    // Who may not load one is told so before it is read.
    let clerk = Caller::staff(&app, "wang").await;
    assert_eq!(put(&clerk, long).await.code(), "not-allowed");
    let binary = put(&admin, vec![0xff, 0xfe, 0x00]).await;
    assert_eq!(
        (binary.status, binary.code()),
        (StatusCode::BAD_REQUEST, "bad-body")
    );
    let empty = put(&admin, "").await;
    assert_eq!(empty.code(), "configuration-faulty");
}

#[tokio::test]
async fn an_administrator_who_takes_the_role_away_from_themselves_may_no_more() {
    let (app, _stop) = App::for_tests().await;
    let admin = Caller::staff(&app, "admin").await;
    let text = small_example()
        .replace("roles = [\"administrator\"]", "roles = [\"clerk\"]")
        .replace("roles = [\"manager\"]", "roles = [\"administrator\"]");
    assert_eq!(put(&admin, text).await.status, StatusCode::OK);
    let again = put(&admin, small_example()).await;
    assert_eq!(again.code(), "not-allowed");
    let manager = Caller::staff(&app, "manager").await;
    assert_eq!(put(&manager, small_example()).await.status, StatusCode::OK);
}
