use super::*;

fn found(text: &str) -> Found {
    read(text, &"stowage.toml".into()).unwrap()
}

fn errors(text: &str) -> Vec<String> {
    match read(text, &"stowage.toml".into()) {
        Ok(found) => found.errors.iter().map(ToString::to_string).collect(),
        Err(errors) => errors.to_string().lines().skip(1).map(|it| it.trim().to_owned()).collect(),
    }
}

#[test]
fn every_example_is_a_value_of_its_variable() {
    for setting in settings::all() {
        let field = setting.shortest_key();
        let text = match setting.key.starts_with(OF_REGISTRY) {
            true => format!("[[registries]]\n{field} = {}", setting.example),
            false => format!("{field} = {}", setting.example),
        };
        let found = found(&text);
        assert!(found.errors.is_empty(), "{text}: {:?}", found.errors);
        let values = found.registries.first().map_or(&found.values, Variables::values);
        let (name, value) = values.first_key_value().unwrap();
        assert!(settings::by_variable(name).is_some_and(|it| it.key == setting.key), "{name}");
        assert!(!value.text.is_empty());
    }
}

#[test]
fn values_know_their_lines() {
    let found = found("[server]\n\nlisten = \":80\"\n[[registries]]\nurl = \"a\"\nheaders.X-A = \"b\"\n");
    let listen = &found.values["STOWAGE_LISTEN"];
    assert_eq!(listen.origin.place().unwrap(), "(stowage.toml, line 3)");
    let header = &found.registries[0].values()["NGINX_PROXY_HEADER_X-A"];
    assert_eq!(header.origin.name(), "registries[0].headers.X-A");
    assert_eq!(header.origin.place().unwrap(), "(stowage.toml, line 6)");
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    for (text, line, why) in [
        ("[server]\nlisten = here\n", 2, ""),
        ("[server\n", 1, ""),
        ("[log]\nfilter = \"a\"\nfilter = \"b\"\n", 3, "duplicate key"),
        ("[log]\n[log]\n", 2, "duplicate key"),
    ] {
        let errors = errors(text);
        assert!(
            errors[0].starts_with(&format!("stowage.toml is not TOML in line {line}: {why}")),
            "{errors:?}"
        );
    }
}

#[test]
fn keys_that_do_not_exist_are_told_with_what_is_meant() {
    assert_eq!(
        errors("[server]\nlisen = \":80\"\n[weather]\nrain = true\n[[registries]]\nurls = \"a\"\n"),
        [
            "server.lisen (stowage.toml, line 2) is no setting; is server.listen meant?",
            "weather (stowage.toml, line 3) is no setting; docs/configuration.md lists all that there are",
            "registries[0].urls (stowage.toml, line 6) is no setting; is registries[].url meant?",
        ]
    );
}

#[test]
fn values_of_a_wrong_kind_are_told_and_not_shown() {
    for (text, why) in [
        ("server.listen = 8080", "is a number, but must be a text, in quotes; for example server.listen = "),
        ("deletion.enabled = \"true\"", "is a text, but must be true or false"),
        ("pages.tags.rows = \"50\"", "is a text, but must be a whole number"),
        ("pages.tags.rows = 5.5", "is a number, but must be a whole number"),
        ("pages.labels = \"a,b\"", "is a text, but must be a list of texts"),
        ("pages.labels = [\"a\", 1]", "lists a number"),
        ("pages.labels = [\"a,b\"]", "can hold ','"),
        ("server = \"a\"", "is a text, but must be a table"),
        ("registries = \"a\"", "is a text, but each registry has a table"),
        ("registries = [\"a\"]", "is a text, but must be a table"),
        ("registries = [{ headers = \"a\" }]", "must be a table of texts"),
        ("registries = [{ password = 47110815 }]", "is a number, but must be a text"),
        ("registries = [{ headers = { X-Key = 47110815 } }]", "is a number, but must be a text"),
    ] {
        let errors = errors(text);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains("(stowage.toml, line 1)") && errors[0].contains(why), "{errors:?}");
        assert!(!errors[0].contains("47110815"), "{errors:?}");
    }
}
