//! Passkeys: made, signed in with, given up, and what does not count.

use testkit::device::Device;

use super::{
    people::{ELSEWHERE, PASSWORD, token},
    *,
};

const PATH: &str = "/api/auth/passkeys";

impl World {
    /// Gives a person a passkey that no device has; gives its id.
    pub(super) async fn keyed(&self, person: &Value) -> String {
        let id = model::id::PasskeyId(Uuid::now_v7());
        let new = store::passkeys::Passkey {
            user: person["user"]["id"].as_str().unwrap().parse().unwrap(),
            id,
            credential: id.0.as_bytes().to_vec(),
            public_key: vec![],
            n_signed: 0,
            name: "A phone".into(),
            created_at: Timestamp::now(),
            used_at: None,
        };
        self.engine.store().add_passkey(&new).await.unwrap();
        id.to_string()
    }

    pub(super) fn device(&self) -> Device {
        Device::new(self.engine.base_url())
    }

    async fn asked_new(&self, token: &str) -> String {
        let body = json!({"password": PASSWORD});
        let asked = self.ask_as(token, "POST", &format!("{PATH}/set-up"), &body).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
        assert_eq!(asked.json["rpId"], "localhost");
        asked.json["challenge"].as_str().unwrap().to_owned()
    }

    pub(super) async fn asked(&self) -> String {
        let asked = self.knock(&ELSEWHERE, &format!("{PATH}/challenge"), &Value::Null).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
        asked.json["challenge"].as_str().unwrap().to_owned()
    }

    pub(super) async fn enters(&self, answer: &Value) -> Answer {
        self.knock(&ELSEWHERE, &format!("{PATH}/sign-in"), answer).await
    }

    pub(super) async fn made(&self, token: &str, device: &Device) -> Answer {
        let challenge = self.asked_new(token).await;
        self.ask_as(token, "POST", PATH, &device.make(&challenge)).await
    }
}

#[tokio::test]
async fn a_passkey_signs_in_and_is_both_factors() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let ada = token(&ada);
    let mut device = world.device();
    let made = world.made(ada, &device).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    device.n_signed = 1;
    let shown = world.enters(&device.sign(&world.asked().await)).await.json;
    let ada = token(&shown);
    // A second factor is on, and the passkey is one.
    let factor = async |verb: &str, body: Value| {
        world.ask_as(ada, "POST", &format!("/api/auth/two-factor/{verb}"), &body).await.json
    };
    let set_up = factor("set-up", json!({"password": PASSWORD})).await;
    let code = testkit::authenticator::code(set_up["secret"].as_str().unwrap(), 0);
    factor("confirm", json!({"code": code})).await;
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::ACCEPTED);
    for n in 2..=3 {
        device.n_signed = n;
        let entered = world.enters(&device.sign(&world.asked().await)).await;
        assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
        assert_eq!(entered.json["user"]["email"], "ada@example.com");
        let me = world.status(token(&entered.json), "GET", "/api/auth/me").await;
        assert_eq!(me, StatusCode::OK);
    }
    let listed = world.ask_as(ada, "GET", PATH, &Value::Null).await;
    let one = &listed.json["items"][0];
    assert_eq!((&listed.json["total"], &one["name"]), (&json!(1), &json!("A phone")));
    assert!(one["usedAt"].is_string());
    let path = format!("{PATH}/{}", one["id"].as_str().unwrap());
    let named = world.ask_as(ada, "PUT", &path, &json!({"name": " Ada's phone "})).await;
    assert_eq!(named.json["name"], "Ada's phone", "{}", named.text);
    for odd in ["", "  ", "a\nb"] {
        let named = world.ask_as(ada, "PUT", &path, &json!({"name": odd})).await;
        assert_eq!(named.status, StatusCode::BAD_REQUEST, "{odd:?}");
    }
    assert_eq!(world.status(ada, "DELETE", &path).await, StatusCode::OK);
    device.n_signed = 4;
    let gone = world.enters(&device.sign(&world.asked().await)).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED, "{}", gone.text);
}

#[tokio::test]
async fn what_a_device_says_counts_once_for_us_and_when_it_knows_who_holds_it() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let ada = token(&ada);
    let device = Device { n_signed: 5, ..world.device() };
    let bad: &[fn(&mut Device)] = &[
        |it| it.origin = "https://evil.example".to_owned(),
        |it| it.relying_party = "evil.example".to_owned(),
        // Nobody was there; nobody made sure who.
        |it| it.flags = 0b100_0100,
        |it| it.flags = 0b100_0001,
        // It was copied, and may not be.
        |it| it.flags = 0b101_0101,
        |it| it.kind = Some("webauthn.other"),
    ];
    for (n, change) in bad.iter().enumerate() {
        let mut odd = device.clone();
        change(&mut odd);
        let made = world.made(ada, &odd).await;
        assert_eq!(made.status, StatusCode::BAD_REQUEST, "{n}: {}", made.text);
    }
    assert_eq!(world.made(ada, &device).await.status, StatusCode::CREATED);
    let shown = Device { n_signed: 6, ..device.clone() };
    let shown = world.enters(&shown.sign(&world.asked().await)).await.json;
    let ada = token(&shown);
    let twice = world.made(ada, &device).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST, "it is registered already");

    let signs = async |device: &Device| {
        let answer = device.sign(&world.asked().await);
        world.enters(&answer).await.status
    };
    let device = Device { n_signed: 9, ..device };
    for (n, change) in bad.iter().enumerate() {
        let mut odd = device.clone();
        change(&mut odd);
        assert_eq!(signs(&odd).await, StatusCode::UNAUTHORIZED, "{n}");
    }
    let unknown = Device { credential: b"another".to_vec(), ..device.clone() };
    assert_eq!(signs(&unknown).await, StatusCode::UNAUTHORIZED);
    // Signed by another key, or about something else.
    let mut odd = device.sign(&world.asked().await);
    odd["signature"] = device.sign("something else")["signature"].clone();
    assert_eq!(world.enters(&odd).await.status, StatusCode::UNAUTHORIZED);
    for signature in ["", "AAAA", "not base64!"] {
        odd["signature"] = json!(signature);
        assert!(world.enters(&odd).await.status.is_client_error(), "{signature}");
    }
    // A challenge counts once, and for what it was made for.
    let answer = device.sign(&world.asked().await);
    assert_eq!(world.enters(&answer).await.status, StatusCode::OK);
    let again = world.enters(&answer).await;
    assert_eq!(again.json["error"]["code"], "sign_in_expired", "{}", again.text);
    let later = Device { n_signed: 10, ..device.clone() };
    for challenge in [world.asked_new(ada).await, "none".to_owned()] {
        let answer = world.enters(&later.sign(&challenge)).await;
        assert_eq!(answer.json["error"]["code"], "sign_in_expired", "{}", answer.text);
    }
    let foreign = world.person("bob@example.com").await;
    let body = Device { credential: b"bobs".to_vec(), ..later.clone() };
    let body = body.make(&world.asked_new(ada).await);
    let stolen = world.ask_as(token(&foreign), "POST", PATH, &body).await;
    assert_eq!(stolen.json["error"]["code"], "sign_in_expired", "{}", stolen.text);
    // One that says that it has signed no more often than before may be a copy.
    assert_eq!(signs(&device).await, StatusCode::UNAUTHORIZED);
    assert_eq!(signs(&later).await, StatusCode::OK);
    // Who has the session and not the password makes none.
    for body in [json!({}), json!({"password": "wrong wrong wrong"})] {
        let refused = world.ask_as(ada, "POST", &format!("{PATH}/set-up"), &body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    }
}

#[tokio::test]
async fn a_password_alone_does_not_come_to_both_factors() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let mut device = world.device();
    // What was begun before there was a passkey does not end after.
    let set_up = async |who: &Value| {
        let body = json!({"password": PASSWORD});
        world.ask_as(token(who), "POST", "/api/auth/two-factor/set-up", &body).await
    };
    let begun = set_up(&ada).await.json;
    let code = testkit::authenticator::code(begun["secret"].as_str().unwrap(), 0);
    let (first, second) = (world.asked_new(token(&ada)).await, world.asked_new(token(&ada)).await);
    let made = world.ask_as(token(&ada), "POST", PATH, &device.make(&first)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let other = Device { credential: b"another".to_vec(), ..world.device() };
    let thief = world.login("ada@example.com", PASSWORD).await.json;
    let one = format!("{PATH}/{}", made.json["id"].as_str().unwrap());
    for (who, method, path, body) in [
        (&ada, "POST", "/api/auth/two-factor/confirm", json!({"code": code})),
        (&ada, "POST", PATH, other.make(&second)),
        (&thief, "POST", "/api/auth/two-factor/set-up", json!({"password": PASSWORD})),
        (&thief, "POST", "/api/auth/passkeys/set-up", json!({"password": PASSWORD})),
        (&thief, "DELETE", one.as_str(), Value::Null),
    ] {
        let refused = world.ask_as(token(who), method, path, &body).await;
        let code = &refused.json["error"]["code"];
        assert_eq!(
            (refused.status, code),
            (StatusCode::FORBIDDEN, &json!("second_factor_needed")),
            "{method} {path}: {}",
            refused.text
        );
    }
    // Who shows it does all that.
    device.n_signed = 1;
    let shown = world.enters(&device.sign(&world.asked().await)).await.json;
    let (_, _, codes) = world.guarded(token(&shown)).await;
    assert_eq!(world.made(token(&shown), &other).await.status, StatusCode::CREATED);
    assert_eq!(world.status(token(&shown), "DELETE", &one).await, StatusCode::OK);
    assert_eq!(codes.len(), 10);
    // A session from before the code has not shown it.
    for verb in ["recovery-codes", "disable"] {
        let (path, body) = (format!("/api/auth/two-factor/{verb}"), json!({"password": PASSWORD}));
        let refused = world.ask_as(token(&thief), "POST", &path, &body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{verb}: {}", refused.text);
    }
}

/// As the command `tailorbird user passkeys-off` does it, for who has lost the devices.
#[tokio::test]
async fn an_operator_takes_all_passkeys_of_one_person() {
    let world = World::new().await;
    let (ada, bob) =
        (world.operator("ada@example.com").await, world.person("bob@example.com").await);
    let device = world.device();
    let bobs = Device { credential: b"bobs".to_vec(), ..world.device() };
    for (who, device) in [(&ada, &device), (&bob, &bobs)] {
        assert_eq!(world.made(token(who), device).await.status, StatusCode::CREATED);
    }
    let signs = async |device: &Device, n_signed: u32| {
        let device = Device { n_signed, ..device.clone() };
        world.enters(&device.sign(&world.asked().await)).await
    };
    let shown = signs(&device, 1).await.json;
    let second = Device { credential: b"another".to_vec(), ..world.device() };
    assert_eq!(world.made(token(&shown), &second).await.status, StatusCode::CREATED);
    // With the password alone nothing is changed while there is one.
    let alone = world.login("ada@example.com", PASSWORD).await.json;
    let set_up = async |who: &Value| {
        let body = json!({"password": PASSWORD});
        world.ask_as(token(who), "POST", &format!("{PATH}/set-up"), &body).await.status
    };
    assert_eq!(set_up(&alone).await, StatusCode::FORBIDDEN);
    let email = |it: &str| accounts::Email::parse(it).ok().unwrap();
    let off = async |it: &str| accounts::end_passkeys(world.engine.store(), &email(it)).await;
    assert_eq!(off("eve@example.com").await.unwrap_err().code, model::Code::NotFound);
    off("Ada@example.com").await.unwrap();
    assert_eq!(off("ada@example.com").await.unwrap_err().code, model::Code::InvalidRequest);
    for lost in [&device, &second] {
        assert_eq!(signs(lost, 2).await.status, StatusCode::UNAUTHORIZED);
    }
    let listed = world.ask_as(token(&alone), "GET", PATH, &Value::Null).await;
    assert_eq!(listed.json["total"], 0, "{}", listed.text);
    // She begins anew with the password, and nobody else has lost anything.
    assert_eq!(set_up(&alone).await, StatusCode::OK);
    let new = Device { credential: b"new".to_vec(), ..world.device() };
    assert_eq!(world.made(token(&alone), &new).await.status, StatusCode::CREATED);
    assert_eq!(signs(&bobs, 1).await.status, StatusCode::OK);
    let noted = world.get("/api/audit?action=passkey.remove_all").await;
    let who = &noted["items"][0]["who"];
    assert_eq!((&noted["total"], who), (&json!(1), &json!("system")), "{noted}");
}
