//! The second factor: turned on, asked for, used up, guessed at and turned off.

use testkit::authenticator::code;

use super::{
    people::{ELSEWHERE, From, PASSWORD, refresh_token, token},
    *,
};

const MAIL: &str = "ada@example.com";

impl World {
    async fn factor(&self, token: &str, verb: &str, body: Value) -> Answer {
        self.ask_as(token, "POST", &format!("/api/auth/two-factor/{verb}"), &body).await
    }

    /// Turns it on; gives the secret, the code that is used up by that, and the recovery codes.
    pub(super) async fn guarded(&self, token: &str) -> (String, String, Vec<String>) {
        let made = self.factor(token, "set-up", json!({"password": PASSWORD})).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let secret = made.json["secret"].as_str().unwrap().to_owned();
        let first = code(&secret, 0);
        let on = self.factor(token, "confirm", json!({"code": first})).await;
        assert_eq!(on.status, StatusCode::OK, "{}", on.text);
        (secret, first, recovery_codes(&on.json))
    }

    async fn challenge(&self) -> String {
        let answer = self.login(MAIL, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json["challenge"].as_str().unwrap().to_owned()
    }

    async fn answer(&self, challenge: &str, code: &str) -> Answer {
        self.answer_from(&ELSEWHERE, challenge, code).await
    }

    async fn answer_from(&self, from: &From<'_>, challenge: &str, code: &str) -> Answer {
        let body = json!({"challenge": challenge, "code": code});
        self.knock(from, "/api/auth/two-factor/sign-in", &body).await
    }
}

fn recovery_codes(it: &Value) -> Vec<String> {
    let all = it["recoveryCodes"].as_array().unwrap();
    all.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_sign_in_wants_a_code_once_one_was_confirmed() {
    let world = World::new().await;
    let ada = world.operator(MAIL).await;
    let ada = token(&ada);
    let wrong = world.factor(ada, "set-up", json!({"password": "wrong wrong wrong"})).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text);
    let made = world.factor(ada, "set-up", json!({"password": PASSWORD})).await.json;
    let (url, picture) = (made["otpauthUrl"].as_str().unwrap(), made["qrSvg"].as_str().unwrap());
    assert!(url.starts_with("otpauth://totp/Tailorbird:ada%40example.com?secret="), "{url}");
    assert!(picture.contains("<svg"), "{picture}");
    // It counts for nothing yet.
    assert_eq!(world.login(MAIL, PASSWORD).await.status, StatusCode::OK);
    let odd = world.factor(ada, "confirm", json!({"code": "abcdef"})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
    let (secret, first, codes) = world.guarded(ada).await;
    assert_eq!(codes.len(), 10);
    let again = world.factor(ada, "set-up", json!({"password": PASSWORD})).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "{}", again.text);
    let state = world.ask_as(ada, "GET", "/api/auth/two-factor", &Value::Null).await.json;
    assert_eq!((&state["enabled"], &state["recoveryCodesLeft"]), (&json!(true), &json!(10)));

    let challenge = world.challenge().await;
    // The challenge opens nothing.
    assert_eq!(world.status(&challenge, "GET", "/api/auth/me").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.refresh(&challenge).await.status, StatusCode::UNAUTHORIZED);
    // The code that turned it on is used up; people type spaces.
    let used = world.answer(&challenge, &first).await;
    assert_eq!(used.json["error"]["code"], "unauthorized", "{}", used.text);
    let next = code(&secret, 1);
    let spaced = format!("{} {}", &next[..3], &next[3..]);
    let come_in = world.answer(&challenge, &spaced).await;
    assert_eq!(come_in.status, StatusCode::OK, "{}", come_in.text);
    assert_eq!(world.status(token(&come_in.json), "GET", "/api/auth/me").await, StatusCode::OK);
    assert_eq!(world.refresh(refresh_token(&come_in.json)).await.status, StatusCode::OK);
    // Neither the challenge nor the code counts again.
    let replayed = world.answer(&challenge, &codes[0]).await;
    assert_eq!(replayed.json["error"]["code"], "challenge_ended", "{}", replayed.text);
    let replayed = world.answer(&world.challenge().await, &next).await;
    assert_eq!(replayed.json["error"]["code"], "unauthorized", "{}", replayed.text);
}

#[tokio::test]
async fn a_recovery_code_counts_once() {
    let world = World::new().await;
    let ada = world.operator(MAIL).await;
    let ada = token(&ada);
    let (_, _, codes) = world.guarded(ada).await;
    let challenge = world.challenge().await;
    let come_in = world.answer(&challenge, &codes[3].to_uppercase().replace('-', " ")).await;
    assert_eq!(come_in.status, StatusCode::OK, "{}", come_in.text);
    let again = world.answer(&world.challenge().await, &codes[3]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text);
    let state = world.ask_as(ada, "GET", "/api/auth/two-factor", &Value::Null).await.json;
    assert_eq!(state["recoveryCodesLeft"], 9);
    let renewed = world.factor(ada, "recovery-codes", json!({"password": PASSWORD})).await;
    let renewed = recovery_codes(&renewed.json);
    let old = world.answer(&world.challenge().await, &codes[4]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED, "{}", old.text);
    let new = world.answer(&world.challenge().await, &renewed[9]).await;
    assert_eq!(new.status, StatusCode::OK, "{}", new.text);
}

#[tokio::test]
async fn another_persons_codes_count_for_nothing() {
    let world = World::new().await;
    let ada = world.operator(MAIL).await;
    world.guarded(token(&ada)).await;
    let bob = world.person("bob@example.com").await;
    let (secret, _, codes) = world.guarded(token(&bob)).await;
    let challenge = world.challenge().await;
    for odd in [&code(&secret, 1), &codes[0], "", "000000000000", "%"] {
        let answer = world.answer(&challenge, odd).await;
        assert_eq!(answer.json["error"]["code"], "unauthorized", "{odd}: {}", answer.text);
    }
    for odd in ["", "none", token(&bob)] {
        let answer = world.answer(odd, &codes[0]).await;
        assert_eq!(answer.json["error"]["code"], "challenge_ended", "{odd}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_sign_in_takes_five_tries_also_all_at_once() {
    let world = World::new().await;
    let ada = world.operator(MAIL).await;
    let (_, _, codes) = world.guarded(token(&ada)).await;
    let challenge = world.challenge().await;
    // Each from elsewhere, so that none waits.
    let peers: Vec<_> = (1..=20).map(|n| format!("203.0.113.{n}:1")).collect();
    let tries = peers.iter().map(async |it| {
        let from = From { peer: Some(it), headers: &[] };
        world.answer_from(&from, &challenge, "wrong").await.json["error"]["code"].clone()
    });
    let ends = futures::future::join_all(tries).await;
    assert_eq!(ends.iter().filter(|it| **it == "unauthorized").count(), 5, "{ends:?}");
    let late = world.answer(&challenge, &codes[0]).await;
    assert_eq!(late.json["error"]["code"], "challenge_ended", "{}", late.text);
}

#[tokio::test]
async fn a_thief_who_knows_the_password_locks_nobody_out() {
    let world = World::new().await;
    // Ada is signed in at home.
    let home = From { peer: Some("192.0.2.1:1"), headers: &[] };
    let ada = world.operator(MAIL).await;
    let (secret, _, codes) = world.guarded(token(&ada)).await;
    let challenge = world.challenge().await;
    let at_home = world.answer_from(&home, &challenge, &codes[0]).await;
    assert_eq!(at_home.status, StatusCode::OK, "{}", at_home.text);
    let near: Vec<_> = (-2..5).map(|it| code(&secret, it)).collect();
    let wrong = (0..).map(|it| format!("{it:06}")).find(|it| !near.contains(it)).unwrap();
    for n in 0..55 {
        let peer = format!("203.0.113.{n}:1");
        let thief = From { peer: Some(&peer), headers: &[] };
        let challenge = world.challenge().await;
        let end = world.answer_from(&thief, &challenge, &wrong).await;
        let wanted = if n < 50 { "unauthorized" } else { "too_many_requests" };
        assert_eq!(end.json["error"]["code"], wanted, "{n}: {}", end.text);
    }
    let next = code(&secret, 1);
    let abroad = From { peer: Some("198.18.0.1:1"), headers: &[] };
    let challenge = world.challenge().await;
    let end = world.answer_from(&abroad, &challenge, &next).await;
    assert_eq!(end.status, StatusCode::TOO_MANY_REQUESTS, "{}", end.text);
    assert!(end.headers.contains_key("retry-after"));
    // A recovery code counts from anywhere, and a code where she is signed in.
    let end = world.answer_from(&abroad, &challenge, &codes[1]).await;
    assert_eq!(end.status, StatusCode::OK, "{}", end.text);
    let end = world.answer_from(&home, &world.challenge().await, &next).await;
    assert_eq!(end.status, StatusCode::OK, "{}", end.text);
}

#[tokio::test]
async fn who_knows_the_password_turns_it_off() {
    let world = World::new().await;
    let ada = world.operator(MAIL).await;
    let ada = token(&ada);
    let (_, _, codes) = world.guarded(ada).await;
    let waiting = world.challenge().await;
    let wrong = world.factor(ada, "disable", json!({"password": "wrong wrong wrong"})).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text);
    assert_eq!(world.login(MAIL, PASSWORD).await.status, StatusCode::ACCEPTED);
    let off = world.factor(ada, "disable", json!({"password": PASSWORD})).await;
    assert_eq!(off.status, StatusCode::OK, "{}", off.text);
    let late = world.answer(&waiting, &codes[0]).await;
    assert_eq!(late.json["error"]["code"], "challenge_ended", "{}", late.text);
    assert_eq!(world.login(MAIL, PASSWORD).await.status, StatusCode::OK);
}
