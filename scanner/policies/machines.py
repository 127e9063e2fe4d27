"""Whose credentials kinds are, as far as their issuers say: a machine's or a person's. Of all others the value does not tell."""

from __future__ import annotations

MACHINES = frozenset(
    {
        "bitwarden-access-token",
        "buildkite-agent-session-token",
        "buildkite-agent-token",
        "buildkite-job-token",
        "ci-agent-secret",
        "circleci-project-token",
        "crates-trusted-publishing-token",
        "discord-bot-token",
        "dockerhub-organisation-token",
        "doppler-service-account-token",
        "doppler-service-token",
        "gcp-service-account-key",
        "github-app-installation-token",
        "github-runner-key",
        "github-runner-token",
        "gitlab-agent-token",
        "gitlab-deploy-token",
        "gitlab-job-token",
        "gitlab-runner-registration-token",
        "gitlab-runner-token",
        "gitlab-trigger-token",
        "grafana-service-account-token",
        "harbor-robot-token",
        "infisical-client-secret",
        "infisical-service-token",
        "jenkins-master-key",
        "langsmith-service-key",
        "mongodb-service-account-secret",
        "onepassword-service-account-token",
        "planetscale-service-token",
        "quay-robot-token",
        "slack-app-token",
        "slack-bot-token",
        "snyk-service-token",
        "sonar-project-token",
        "telegram-bot-token",
    }
)
"""Of bots, jobs, runners, agents, robots and service accounts: issuers give these to programs, in the name of no person."""

PEOPLE = frozenset(
    {
        "azure-devops-legacy-token",
        "azure-devops-token",
        "circleci-personal-token",
        "deno-personal-token",
        "digitalocean-personal-token",
        "discord-user-token",
        "dockerhub-personal-token",
        "doppler-personal-token",
        "github-app-user-token",
        "github-oauth-token",
        "github-pat-classic",
        "github-pat-fine-grained",
        "langsmith-personal-token",
        "sentry-user-token",
        "slack-session-token",
        "slack-user-token",
        "snyk-personal-token",
        "sonar-user-token",
        "supabase-personal-token",
    }
)
"""Of one person's account, wherever they are used."""
