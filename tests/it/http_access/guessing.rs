//! Guessing, and the set-up code.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_costs_time_and_only_who_guesses_waits() {
    let site = Site::start().await;
    site.staff("wang").await;
    site.staff("li").await;
    let door = Caller::of(&site);
    let body =
        |id: &str, password: &str| serde_json::to_string(&log_in_as(id, password)).expect("JSON");
    for guess in 0..=FREE_ATTEMPTS {
        let answer = door
            .asks("POST", "/session", &body("wang", "wrong-horse-1"))
            .await;
        assert_eq!(answer.refusal(), refused(401, "wrong-password"), "{guess}");
    }
    let right = body("wang", PASSWORD);
    let answer = door.asks("POST", "/session", &right).await;
    assert_eq!(answer.refusal(), refused(429, "too-many-attempts"));
    let wait = answer.headers[RETRY_AFTER].to_str().expect("text");
    let wait: u64 = wait.parse().expect("seconds");
    assert!((1..=2).contains(&wait), "{wait}");
    let other = door.asks("POST", "/session", &body("li", PASSWORD)).await;
    assert_eq!(other.status, StatusCode::OK);
    // Nobody is locked out: after the wait the right password is good.
    let waited = async || {
        let answer = door.asks("POST", "/session", &right).await;
        (answer.status == StatusCode::OK).then_some(())
    };
    eventually("wang is let in again", waited).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_more_than_one_after_the_other() {
    let site = Site::start().await;
    site.staff("wang").await;
    let guesses = (0..32).map(|guess| {
        let anonymous = site.anonymous();
        tokio::spawn(async move {
            let guess = format!("wrong-horse-{guess}");
            refusal(anonymous.log_in(&log_in_as("wang", &guess)).await).1
        })
    });
    let mut told = Vec::new();
    for guess in guesses.collect::<Vec<_>>() {
        told.push(guess.await.expect("it ran"));
    }
    let looked_at = told.iter().filter(|code| *code == "wrong-password").count();
    // Two are looked at side by side; on a slow machine a wait or two may be over before all have asked.
    assert!(looked_at <= FREE_ATTEMPTS as usize + 4, "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_unknown_is_told_the_same_as_who_is_wrong() {
    let site = Site::start().await;
    site.staff("wang").await;
    // zhang is in the configuration and has no password yet; nobody is called ghost.
    let mut told = BTreeSet::new();
    for id in ["wang", "zhang", "ghost"] {
        let asked = site
            .anonymous()
            .log_in(&log_in_as(id, "wrong-horse-1"))
            .await;
        told.insert(match asked.expect_err("it is refused") {
            ApiError::Problem(problem) => (problem.status, problem.code, problem.detail),
            other => panic!("not a problem: {other:?}"),
        });
    }
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_costs_time() {
    let site = Site::start().await;
    let nobody = site.anonymous();
    let offered = site.admin().pairing_code(&device("wall-east")).await;
    let offered = offered.expect("a code");
    let mut guesses = 0;
    let slowed = loop {
        let (_, code) = refusal(nobody.enrol("00000000").await);
        if code == "too-many-attempts" {
            break guesses;
        }
        assert_eq!(code, "pairing-code-unknown");
        guesses += 1;
    };
    assert!(slowed <= 100, "{slowed} guesses");
    let right = nobody.enrol(&offered.code).await;
    assert_eq!(refusal(right).1, "too-many-attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_code_lets_one_administrator_in_once() {
    let data = tempfile::tempdir().expect("a directory");
    let listen = (std::net::Ipv4Addr::LOCALHOST, 0).into();
    let mut settings = nowserving_server::settings::Settings::new(data.path().join("hall"), listen);
    settings.configuration = Some(Catalogue::small_example().source().to_string());
    let running = nowserving_server::run::start(settings.clone()).await;
    let running = running.expect("the server starts");
    let code = running.setup_code.clone().expect("nobody has a password");
    let nobody = Api::new(&format!("http://{}", running.address)).expect("an address");
    let set_up = async |code: &str, id: &str, password: &str| {
        let request = SetupRequest {
            code: code.to_owned(),
            staff: staff(id),
            password: password.to_owned(),
        };
        nobody.setup(&request).await
    };
    let unknown = refused(403, "setup-code-unknown");
    assert_eq!(
        refusal(set_up("AAAA-AAAA", "admin", PASSWORD).await),
        unknown
    );
    assert_eq!(refusal(set_up("", "admin", PASSWORD).await), unknown);
    let clerk = set_up(&code, "wang", PASSWORD).await;
    assert_eq!(refusal(clerk), refused(403, "not-allowed"));
    let weak = set_up(&code, "admin", "password").await;
    assert_eq!(refusal(weak), refused(422, "bad-password"));
    // What was refused has not used the code up, and it may be typed with small letters.
    let lower = code.to_lowercase().replace('-', " ");
    set_up(&lower, "admin", PASSWORD)
        .await
        .expect("it is set up");
    let again = set_up(&code, "admin", ANOTHER).await;
    assert_eq!(refusal(again), unknown, "it was used");
    let logged_in = nobody.log_in(&log_in_as("admin", PASSWORD)).await;
    logged_in.expect("the first password stands");
    running.stop().await;

    let running = nowserving_server::run::start(settings).await;
    let running = running.expect("the server starts again");
    assert_eq!(running.setup_code, None, "somebody has a password");
    running.stop().await;
}
