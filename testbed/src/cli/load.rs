//! Many readers of some addresses.

#[derive(Debug, clap::Args)]
pub(super) struct Load {
    /// How many clients ask at once.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// How many times each address is asked for.
    #[arg(long, default_value_t = 100)]
    times: usize,
    /// The addresses, which are asked for in turn.
    #[arg(required = true)]
    addresses: Vec<String>,
}

impl Load {
    /// Prints the milliseconds of all answers as JSON, a list for each address.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let took = testbed::load::load(self.addresses, self.clients, self.times).await?;
        println!("{}", serde_json::to_string(&took)?);
        Ok(())
    }
}
