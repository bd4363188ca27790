//! `massdriver-ls catalog`: the cached resource types of the organization.

use super::COULD_NOT_RUN;
use super::args::CatalogCommand;
use super::output::{complain, print};
use crate::organization::{self, Configuration, Error};
use crate::visible::one_line;
use std::process::ExitCode;
use std::time::Duration;

/// Runs a `catalog` command.
pub(super) fn run(command: &CatalogCommand, profile: Option<&str>) -> ExitCode {
    let configuration = match Configuration::read(profile) {
        Ok(configuration) => configuration,
        Err(error) => return failed(&error),
    };
    let outcome = match command {
        CatalogCommand::Pull { timeout } => pull(&configuration, Duration::from_secs(*timeout)),
        CatalogCommand::Status => status(&configuration),
        CatalogCommand::Clear => clear(&configuration),
    };
    outcome.unwrap_or_else(|error| failed(&error))
}

fn pull(configuration: &Configuration, timeout: Duration) -> Result<ExitCode, Error> {
    complain(&format!(
        "fetching the resource types of `{}` from {}",
        configuration.organization,
        configuration.url()
    ));
    let mut report = |types| complain(&format!("{types} resource types so far"));
    let catalog = organization::pull(configuration, timeout, &mut report)?;
    let types = catalog.types.len();
    Ok(print(&format!(
        "Fetched {types} resource types of `{}`.\n",
        one_line(configuration.organization.as_str())
    )))
}

fn status(configuration: &Configuration) -> Result<ExitCode, Error> {
    let file = organization::cache_file(configuration)?;
    let Some(catalog) = organization::cached(configuration)? else {
        complain(&format!(
            "the catalog of `{}` is not cached; run `massdriver-ls catalog pull` to fetch it",
            configuration.organization
        ));
        return Ok(ExitCode::FAILURE);
    };
    let file = one_line(file.display().to_string());
    Ok(print(&format!(
        "organization  {}\nurl           {}\ntypes         {}\nage           {}\nfile          {}\n",
        one_line(configuration.organization.as_str()),
        configuration.url(),
        catalog.types.len(),
        organization::format_age(catalog.age()),
        file,
    )))
}

fn clear(configuration: &Configuration) -> Result<ExitCode, Error> {
    let was = if organization::clear(configuration)? { "was removed" } else { "is not cached" };
    Ok(print(&format!("The catalog of `{}` {was}.\n", one_line(configuration.organization.as_str()))))
}

/// The exit code: 2 if the user has to change the configuration first, else 1.
fn failed(error: &Error) -> ExitCode {
    complain(&error.to_string());
    match error {
        Error::Unconfigured(_) | Error::Configuration(_) => ExitCode::from(COULD_NOT_RUN),
        Error::Platform(_) | Error::Disk(_) => ExitCode::FAILURE,
    }
}
