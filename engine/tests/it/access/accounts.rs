//! Roles that are given, tokens, and sessions.

use std::time::Duration;

use engine::{Caller, Error, Grant, Identity, NewToken, Rights, Role, Scope, SessionRecord, Way};

use crate::support::{Backend, Database, engine_on, on_both};

const NOWHERE: &str = "http://127.0.0.1:9";

fn ann_identity() -> Identity {
    "local:ann".parse().unwrap()
}

fn grant(text: &str) -> Grant {
    text.parse().unwrap()
}

fn wanted(name: &str, lifetime: Option<Duration>) -> NewToken {
    NewToken { name: name.to_owned(), role: Role::Viewer, scope: Scope::everything(), lifetime }
}

on_both! {
    async fn roles_are_given_and_taken_back_at_once(kind: Backend) {
        let database = Database::new(kind);
        let engine = engine_on(NOWHERE, &database).with_grants(vec![grant("viewer group:readers */public/**")]);
        let bob = Identity::new(Way::Oidc, "bob").unwrap().in_groups(["readers".to_owned()]);
        let role = async || engine.rights_of(Some(&bob)).await.unwrap().most();
        assert_eq!(role().await, Some(Role::Viewer));
        assert!(engine.give(&grant("maintainer oidc:bob */team/**")).await.unwrap());
        assert!(!engine.give(&grant("maintainer oidc:bob */team/**")).await.unwrap(), "it is given already");
        assert_eq!(role().await, Some(Role::Maintainer));
        let all = engine.grants().await.unwrap();
        assert_eq!(all.iter().map(|it| it.id.is_some()).collect::<Vec<_>>(), [false, true]);
        assert!(engine.take_back(all[1].id.unwrap()).await.unwrap());
        assert!(!engine.take_back(all[1].id.unwrap()).await.unwrap());
        assert_eq!(role().await, Some(Role::Viewer));
        let audit = engine.audit(&engine::AuditFilter::default(), None, 10).await.unwrap();
        let deeds: Vec<_> = audit.iter().map(|it| (it.deed.action.as_str(), it.deed.outcome.as_str())).collect();
        assert_eq!(deeds, [("role", "taken back"), ("role", "given")]);
    }

    async fn without_roles_the_file_of_users_names_administrators_and_others_look(kind: Backend) {
        let database = Database::new(kind);
        let engine = engine_on(NOWHERE, &database);
        let everywhere = async |text: &str| {
            let identity: Identity = text.parse().unwrap();
            engine.rights_of(Some(&identity)).await.unwrap().role_everywhere()
        };
        assert_eq!(everywhere("local:ann").await, Some(Role::Administrator));
        assert_eq!(everywhere("oidc:ann").await, Some(Role::Viewer));
        assert_eq!(everywhere("proxy:ann").await, Some(Role::Viewer));
        assert_eq!(everywhere("registry:r/ann").await, None, "their registry only");
        let there = engine.rights_of(Some(&"registry:r/ann".parse().unwrap())).await.unwrap();
        assert_eq!(there.role_in_all_of("r"), Some(Role::Maintainer));
        assert!(engine.rights_of(None).await.unwrap().is_empty());
        let strict = engine.clone().with_grants(vec![grant("viewer local:bob **")]);
        assert!(strict.rights_of(Some(&ann_identity())).await.unwrap().is_empty(), "who is not named has nothing");
    }

    async fn a_token_is_whose_it_is_until_it_expires_or_is_revoked(kind: Backend) {
        let database = Database::new(kind);
        let engine = engine_on(NOWHERE, &database);
        let ann = engine.on_behalf_of(Caller::person(ann_identity(), "192.0.2.7".to_owned(), Rights::all()));
        let token = ann.make_token(&wanted("ci", None)).await.unwrap();
        let owner = engine.token_owner(token.expose(), "192.0.2.8").await.unwrap().unwrap();
        assert_eq!((owner.identity.to_string().as_str(), owner.name.as_str(), owner.role), ("local:ann", "ci", Role::Viewer));
        let kept = ann.api_tokens().await.unwrap();
        assert_eq!((kept.len(), kept[0].used_from.as_str(), kept[0].used.is_some()), (1, "192.0.2.8", true));
        for wrong in ["", "stw_", "stw_0", &token.expose()[..token.expose().len() - 1], &token.expose().to_uppercase()] {
            assert!(engine.token_owner(wrong, "").await.unwrap().is_none(), "{wrong}");
        }
        // Nobody else can revoke it but an administrator.
        let of_bob = |rights: Rights| engine.on_behalf_of(Caller::person("local:bob".parse().unwrap(), String::new(), rights));
        let bob = of_bob(Rights::only(Role::Maintainer, Scope::everything()));
        assert!(!bob.revoke_token(kept[0].id).await.unwrap());
        assert!(matches!(bob.all_api_tokens().await, Err(Error::RoleNeeded { .. })));
        assert!(matches!(bob.end_sessions_of(&ann_identity()).await, Err(Error::RoleNeeded { .. })));
        let second = ann.make_token(&wanted("second", None)).await.unwrap();
        let root = of_bob(Rights::all());
        let theirs = root.all_api_tokens().await.unwrap();
        assert_eq!(theirs.iter().map(|it| (it.name.as_str(), it.owner.to_string())).collect::<Vec<_>>(), [
            ("second", "local:ann".to_owned()),
            ("ci", "local:ann".to_owned()),
        ]);
        assert!(root.revoke_token(theirs[0].id).await.unwrap());
        assert!(engine.token_owner(second.expose(), "").await.unwrap().is_none());
        assert!(ann.revoke_token(kept[0].id).await.unwrap());
        assert!(engine.token_owner(token.expose(), "").await.unwrap().is_none());
        let short = ann.make_token(&wanted("short", Some(Duration::ZERO))).await.unwrap();
        assert!(engine.token_owner(short.expose(), "").await.unwrap().is_none(), "it has expired");
        let text = format!("{:?}{:?}", token, ann.audit(&engine::AuditFilter::default(), None, 10).await.unwrap());
        assert!(!text.contains(token.expose()) && !text.contains(&token.expose()[4..]));
    }

    async fn tokens_that_cannot_be_are_refused_with_the_reason(kind: Backend) {
        let database = Database::new(kind);
        let engine = engine_on(NOWHERE, &database);
        let person = |identity: &str| Caller::person(identity.parse().unwrap(), String::new(), Rights::all());
        let why = async |caller: Caller, name: &str| match engine.on_behalf_of(caller).make_token(&wanted(name, None)).await {
            Err(Error::TokenRefused { why }) => why,
            other => panic!("{other:?}"),
        };
        assert!(why(person("local:ann"), " ").await.contains("name"));
        assert!(why(person("local:ann"), "a\nb").await.contains("name"));
        assert!(why(person("registry:r/ann"), "ci").await.contains("registry"));
        let by_token = Caller { token: Some("ci".to_owned()), ..person("local:ann") };
        assert!(why(by_token, "more").await.contains("token cannot"));
        assert!(matches!(engine.make_token(&wanted("ci", None)).await, Err(Error::SignInNeeded)));
    }

    async fn groups_of_tokens_follow_those_of_their_owner(kind: Backend) {
        let database = Database::new(kind);
        let engine = engine_on(NOWHERE, &database);
        let bob = |groups: &[&str]| Identity::new(Way::Oidc, "bob").unwrap().in_groups(groups.iter().map(ToString::to_string));
        let caller = Caller::person(bob(&["ops"]), String::new(), Rights::all());
        let token = engine.on_behalf_of(caller).make_token(&wanted("ci", None)).await.unwrap();
        let groups = async || engine.token_owner(token.expose(), "").await.unwrap().unwrap().identity.groups;
        assert_eq!(groups().await, ["ops"]);
        engine.signed_in(&bob(&["guests"])).await.unwrap();
        assert_eq!(groups().await, ["guests"]);
    }

    async fn sessions_are_listed_and_ended_by_their_owner_only(kind: Backend) {
        let database = Database::new(kind);
        let engine = engine_on(NOWHERE, &database);
        let later = jiff::Timestamp::now().as_millisecond() + 60_000;
        for (key, who) in [("a1", "local:ann"), ("a2", "local:ann"), ("b1", "local:bob")] {
            let about = SessionRecord { key: key.to_owned(), who: Some(who.to_owned()), ..SessionRecord::default() };
            engine.store().write_session(&about, "{}", later, true).await.unwrap();
        }
        let caller = Caller { session: Some("a1".to_owned()), ..Caller::person(ann_identity(), String::new(), Rights::all()) };
        let ann = engine.on_behalf_of(caller);
        let mut keys: Vec<_> = ann.sessions().await.unwrap().into_iter().map(|it| (it.key, it.is_current)).collect();
        keys.sort();
        assert_eq!(keys, [("a1".to_owned(), true), ("a2".to_owned(), false)]);
        assert_eq!(ann.end_sessions(Some("b1")).await.unwrap(), 0);
        assert_eq!(ann.end_sessions(Some("a2")).await.unwrap(), 1);
        // A request that was under way when the session was ended does not bring it back.
        let about = SessionRecord { key: "a2".to_owned(), who: Some("local:ann".to_owned()), ..SessionRecord::default() };
        engine.store().write_session(&about, "{}", later, false).await.unwrap();
        assert_eq!(ann.sessions().await.unwrap().len(), 1);
        assert_eq!(engine.end_sessions_of(&"local:bob".parse().unwrap()).await.unwrap(), 1);
        assert!(engine.store().session("b1").await.unwrap().is_none());
        assert_eq!(ann.end_sessions(None).await.unwrap(), 1);
        assert!(ann.sessions().await.unwrap().is_empty());
    }
}
