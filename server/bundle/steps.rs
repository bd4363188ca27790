//! Provisioning steps (`spec §3`).

use crate::iac;
use crate::syntax::{Node, NodeId};

/// One item of `steps`.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The item, aliases followed.
    pub node: NodeId,
    /// Value of `path`.
    pub path: Option<NodeId>,
    /// Value of `provisioner`.
    pub provisioner: Option<NodeId>,
    /// Value of `config`, aliases followed.
    pub config: Option<NodeId>,
}

/// Provisioners that the platform brings along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuiltIn {
    /// OpenTofu, and Terraform, which takes the same options.
    Terraform,
    /// Helm charts.
    Helm,
    /// Azure Bicep.
    Bicep,
}

impl BuiltIn {
    /// The built-in that runs a step, as written without (`helm`) or with a version (`opentofu:1.10`).
    ///
    /// `None` for anything else: a custom provisioner, whose options are its own (`spec §3.2`).
    #[must_use]
    pub fn of(provisioner: &str) -> Option<Self> {
        match provisioner.split(':').next().unwrap_or_default() {
            "opentofu" | "terraform" => Some(Self::Terraform),
            "helm" => Some(Self::Helm),
            "bicep" => Some(Self::Bicep),
            _ => None,
        }
    }

    /// Which built-in family a provisioner's name belongs to by the platform's own rule, which looks for a
    /// substring: custom provisioners too (`spec §3.2`).
    #[must_use]
    pub fn family(provisioner: &str) -> Option<Self> {
        if provisioner.contains("opentofu") || provisioner.contains("terraform") {
            Some(Self::Terraform)
        } else if provisioner.contains("helm") {
            Some(Self::Helm)
        } else if provisioner.contains("bicep") {
            Some(Self::Bicep)
        } else {
            None
        }
    }

    /// Every family.
    pub const ALL: [Self; 3] = [Self::Terraform, Self::Bicep, Self::Helm];

    /// The main files of a step's directory; a new step begins with the first one.
    #[must_use]
    pub fn main_files(self) -> &'static [&'static str] {
        match self {
            Self::Terraform => &["main.tf", "main.tofu", "main.tf.json"],
            Self::Helm => &["Chart.yaml", "values.yaml"],
            Self::Bicep => &[iac::BICEP_FILE],
        }
    }

    /// The connections that it takes its credentials from, unless a config option of the same name gives them; the
    /// usual one first (`spec §3.5, §3.6`).
    #[must_use]
    pub fn credentials(self) -> &'static [&'static str] {
        match self {
            Self::Terraform => &[],
            Self::Helm => &["kubernetes_cluster"],
            Self::Bicep => &["azure_authentication", "azure_service_principal"],
        }
    }
}

/// Reads the value of `steps`.
pub(super) fn read(steps: Node<'_>) -> Vec<Step> {
    let read = |item: Node<'_>| {
        let item = item.target();
        let value = |key: &str| item.field(key).map(|entry| entry.value());
        Step {
            node: item.id(),
            path: value("path").map(Node::id),
            provisioner: value("provisioner").map(Node::id),
            config: value("config").map(|config| config.target().id()),
        }
    };
    steps.items().map(read).collect()
}
