//! Provisioning steps.

use crate::iac;
use crate::syntax::{Node, NodeId};

/// One item of `steps`.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The item, aliases followed.
    pub node: NodeId,
    /// The value of `path`.
    pub path: Option<NodeId>,
    /// The value of `provisioner`.
    pub provisioner: Option<NodeId>,
    /// The value of `config`, aliases followed.
    pub config: Option<NodeId>,
}

/// Provisioners built into the platform.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BuiltIn {
    /// OpenTofu, and Terraform, which takes the same options.
    Terraform,
    /// Helm charts.
    Helm,
    /// Azure Bicep.
    Bicep,
}

impl BuiltIn {
    /// The built-in provisioner with this name, with or without a version (`opentofu:1.10`, `helm`).
    ///
    /// `None` for a custom provisioner, which defines its own options.
    #[must_use]
    pub(crate) fn of(provisioner: &str) -> Option<Self> {
        match provisioner.split(':').next().unwrap_or_default() {
            "opentofu" | "terraform" => Some(Self::Terraform),
            "helm" => Some(Self::Helm),
            "bicep" => Some(Self::Bicep),
            _ => None,
        }
    }

    /// The built-in family of a provisioner's name. Follows the platform's rule, a substring match, so custom
    /// provisioners can belong to a family, too.
    #[must_use]
    pub(crate) fn family(provisioner: &str) -> Option<Self> {
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

    /// All families.
    pub(crate) const ALL: [Self; 3] = [Self::Terraform, Self::Bicep, Self::Helm];

    /// The main files of a step's directory; a new step gets the first one.
    #[must_use]
    pub(crate) fn main_files(self) -> &'static [&'static str] {
        match self {
            Self::Terraform => &["main.tf", "main.tofu", "main.tf.json"],
            Self::Helm => &["Chart.yaml", "values.yaml"],
            Self::Bicep => &[iac::BICEP_FILE],
        }
    }

    /// The connections that supply its credentials, unless a config option of the same name does; the usual one
    /// first.
    #[must_use]
    pub(crate) fn credentials(self) -> &'static [&'static str] {
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
