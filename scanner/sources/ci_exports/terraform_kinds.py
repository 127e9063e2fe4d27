"""Terraform's resources that are CI variables or secrets of a platform: which attribute names one, and which is its value.

(The providers' documentation, one line a resource.) What a state says of any other resource are attributes; those are `terraform_state`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of resource holds variables. Attributes may be paths, with dots."""

    level: str | None
    names: tuple[str, ...] = ()
    """Attributes that name the variable; the first that is there counts."""
    values: tuple[str, ...] = ("value",)
    """Attributes that are its value."""
    owner: tuple[str, ...] = ()
    """Attributes that say whose it is."""
    scope: tuple[str, ...] = ()
    """Attributes that are its environment."""
    maps: tuple[str, ...] = ()
    """Attributes that are maps of names to values, also as JSON."""
    rows: str = ""
    """The attribute that lists variables, with `names`, `values` and `scope` of each."""
    encoded: tuple[str, ...] = ()
    """Those of `values` and `maps` that are base64."""
    after: str = ""
    """The name is what follows this in what names it."""
    is_path: bool = False
    """Whether the name ends a path, which is then the scope."""


def _kinds(types: Iterable[str], kind: Kind) -> dict[str, Kind]:
    return dict.fromkeys(types, kind)


_GITHUB_VALUES = ("plaintext_value", "value")
_LAMBDA = ("environment.0.variables",)
_KEY, _NAME = ("key",), ("name",)

_GITLAB: Mapping[str, Kind] = {
    "gitlab_project_variable": Kind("project", _KEY, owner=("project",), scope=("environment_scope",)),
    "gitlab_group_variable": Kind("group", _KEY, owner=("group",), scope=("environment_scope",)),
    "gitlab_instance_variable": Kind("instance", _KEY),
    "gitlab_pipeline_schedule_variable": Kind("pipeline", _KEY, owner=("project",), scope=("pipeline_schedule_id",)),
}
_GITHUB: Mapping[str, Kind] = {
    **_kinds(
        ("github_actions_secret", "github_dependabot_secret", "github_codespaces_secret"),
        Kind("project", ("secret_name",), _GITHUB_VALUES, ("repository",)),
    ),
    **_kinds(
        ("github_actions_organization_secret", "github_dependabot_organization_secret", "github_codespaces_organization_secret"),
        Kind("org", ("secret_name",), _GITHUB_VALUES),
    ),
    "github_codespaces_user_secret": Kind("user", ("secret_name",), _GITHUB_VALUES),
    "github_actions_environment_secret": Kind("environment", ("secret_name",), _GITHUB_VALUES, ("repository",), ("environment",)),
    "github_actions_variable": Kind("project", ("variable_name",), owner=("repository",)),
    "github_actions_organization_variable": Kind("org", ("variable_name",)),
    "github_actions_environment_variable": Kind("environment", ("variable_name",), owner=("repository",), scope=("environment",)),
}
_CI: Mapping[str, Kind] = {
    "tfe_variable": Kind("project", _KEY, ("value", "readable_value"), ("workspace_id", "variable_set_id")),
    "circleci_environment_variable": Kind("project", _NAME, owner=("project", "project_slug")),
    "circleci_context_environment_variable": Kind("context", ("variable", "name"), owner=("context_id",)),
    "buildkite_cluster_secret": Kind("group", _KEY, owner=("cluster_id",)),
    "buildkite_pipeline": Kind("pipeline", owner=("slug", "name"), maps=("env",)),
    "bitbucket_repository_variable": Kind("project", _KEY, owner=("repository",)),
    "bitbucket_workspace_variable": Kind("org", _KEY, owner=("workspace",)),
    "bitbucket_deployment_variable": Kind("environment", _KEY, scope=("deployment",)),
    "azuredevops_variable_group": Kind("variable_group", _NAME, ("value", "secret_value"), _NAME, rows="variable"),
    "azuredevops_build_definition": Kind("pipeline", _NAME, ("value", "secret_value"), _NAME, rows="variable"),
    "drone_secret": Kind("project", _NAME, owner=("repository",)),
    "drone_orgsecret": Kind("org", _NAME, owner=("namespace",)),
    "woodpecker_repository_secret": Kind("project", _NAME, owner=("repository_id",)),
    "woodpecker_organization_secret": Kind("org", _NAME, owner=("organization_id",)),
    "woodpecker_secret": Kind("instance", _NAME),
    "spacelift_environment_variable": Kind("project", _NAME, owner=("stack_id", "context_id", "module_id")),
    "env0_configuration_variable": Kind("project", _NAME, owner=("project_id", "template_id"), scope=("environment_id",)),
    "harness_platform_secret_text": Kind("project", ("identifier", "name"), owner=("project_id", "org_id")),
    "jenkins_credential_secret_text": Kind("group", _NAME, ("secret",), ("folder",), ("domain",)),
    "jenkins_credential_username": Kind("group", _NAME, ("password",), ("folder",), ("domain",)),
    "jenkins_credential_ssh": Kind("group", _NAME, ("privatekey",), ("folder",), ("domain",)),
}
_APPLICATIONS: Mapping[str, Kind] = {
    "heroku_app": Kind("project", owner=_NAME, maps=("config_vars", "sensitive_config_vars")),
    "heroku_app_config_association": Kind("project", owner=("app_id",), maps=("vars", "sensitive_vars")),
    "heroku_config": Kind("project", owner=("id",), maps=("vars", "sensitive_vars")),
    "vercel_project_environment_variable": Kind("project", _KEY, owner=("project_id",), scope=("target",)),
    "vercel_shared_environment_variable": Kind("org", _KEY, owner=("team_id",), scope=("target",)),
    "netlify_environment_variable": Kind("project", _KEY, owner=("site_id", "team_id"), scope=("context",), rows="values"),
    "railway_variable": Kind("project", _NAME, owner=("service_id",), scope=("environment_id",)),
    "railway_shared_variable": Kind("project", _NAME, owner=("project_id",), scope=("environment_id",)),
    "cloudflare_workers_secret": Kind("project", _NAME, ("secret_text",), ("script_name",)),
    "cloudflare_worker_secret": Kind("project", _NAME, ("secret_text",), ("script_name",)),
    "supabase_edge_function_secrets": Kind("project", _NAME, owner=("project_ref",), rows="secrets"),
}
_CLOUDS: Mapping[str, Kind] = {
    "aws_ssm_parameter": Kind(None, _NAME, ("value", "insecure_value"), is_path=True),
    "aws_secretsmanager_secret_version": Kind(
        None, ("secret_id", "arn"), ("secret_string", "secret_binary"), encoded=("secret_binary",), after=":secret:"
    ),
    "aws_lambda_function": Kind("project", owner=("function_name",), maps=_LAMBDA),
    "aws_codebuild_project": Kind("project", _NAME, owner=_NAME, rows="environment.0.environment_variable"),
    "google_secret_manager_secret_version": Kind(None, ("secret", "name"), ("secret_data",), after="/secrets/"),
    "google_cloudfunctions_function": Kind("project", owner=_NAME, maps=("environment_variables", "build_environment_variables")),
    "google_cloudfunctions2_function": Kind("project", owner=_NAME, maps=("service_config.0.environment_variables",)),
    "azurerm_key_vault_secret": Kind(None, _NAME, owner=("key_vault_id",)),
    **_kinds(
        (
            *("azurerm_linux_web_app", "azurerm_windows_web_app", "azurerm_linux_function_app", "azurerm_windows_function_app"),
            *("azurerm_app_service", "azurerm_function_app"),
        ),
        Kind("project", owner=_NAME, maps=("app_settings",)),
    ),
    **_kinds(
        ("vault_generic_secret", "vault_kv_secret", "vault_kv_secret_v2"), Kind(None, scope=("path", "name"), maps=("data", "data_json"))
    ),
    **_kinds(
        ("kubernetes_secret", "kubernetes_secret_v1"),
        Kind(
            None,
            owner=("metadata.0.name",),
            scope=("metadata.0.namespace",),
            maps=("data", "binary_data"),
            encoded=("binary_data",),
        ),
    ),
    "doppler_secret": Kind("environment", _NAME, owner=("project",), scope=("config",)),
    "infisical_secret": Kind("project", _NAME, owner=("workspace_id",), scope=("env_slug",)),
}

KINDS: Mapping[str, Kind] = {**_GITLAB, **_GITHUB, **_CI, **_APPLICATIONS, **_CLOUDS}
"""By the type of the resource, which is also that of the data source."""
FLAGS = ("sensitive", "secured", "write_only", "is_secret", "is_sensitive", "masked")
"""Attributes that are true of a variable whose value is not shown."""
