//! Addresses and networks of proxies, in a list with commas.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Variables;
use super::error::ConfigError;

/// Networks, of which a single address is the smallest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them. One of IPv4 is the same however it is written.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|it| it.contains(&address))
    }
}

impl FromIterator<IpNet> for Networks {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{network}")?;
        }
        Ok(())
    }
}

/// Reads the list that a variable holds; nothing where it is not set.
pub(super) fn read(
    variables: &Variables,
    name: &str,
    example: &str,
) -> Result<Option<Networks>, ConfigError> {
    let Some(text) = variables.text(name)? else { return Ok(None) };
    let wrong = |why: String| ConfigError::value(name, text, why, example);
    let mut networks = Vec::new();
    for part in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let network = match part.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => part
                .parse::<IpNet>()
                .map_err(|_| wrong(format!("lists {part:?}, which is neither an address nor a network")))?,
        };
        if network.prefix_len() == 0 {
            let why =
                format!("lists {part:?}, which is everybody, so that anybody could say to be somebody else");
            return Err(wrong(why));
        }
        networks.push(network.trunc());
    }
    if networks.is_empty() { Err(wrong("lists nothing".to_owned())) } else { Ok(Some(Networks(networks))) }
}
