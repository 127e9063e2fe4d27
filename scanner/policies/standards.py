"""What the entries of standards are called that policies refer to.

OWASP Non-Human Identities Top 10 (2025); OWASP Top 10 CI/CD Security Risks; NIST Cybersecurity Framework 2.0; SLSA 1.2; NIST SP 800-218
(SSDF) 1.1; CIS Software Supply Chain Security Guide 1.0; OpenSSF Principles for Package Repository Security 0.1. SLSA, SSDF and OpenSSF
do not ask for what policies check in so many words: it supports what they ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STANDARDS: Mapping[str, str] = MappingProxyType(
    {
        "NHI": "OWASP Non-Human Identities Top 10 2025",
        "CICD-SEC": "OWASP Top 10 CI/CD Security Risks",
        "PR.": "NIST Cybersecurity Framework 2.0",
        "RS.": "NIST Cybersecurity Framework 2.0",
        "SLSA": "SLSA 1.2",
        "SSDF": "NIST SP 800-218 (SSDF) 1.1",
        "CIS": "CIS Software Supply Chain Security Guide 1.0",
        "OSSF": "OpenSSF Principles for Package Repository Security 0.1",
    }
)
"""Standards by how references to them begin."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "NHI1:2025": "Improper Offboarding",
        "NHI2:2025": "Secret Leakage",
        "NHI3:2025": "Vulnerable Third-Party NHI",
        "NHI4:2025": "Insecure Authentication",
        "NHI5:2025": "Overprivileged NHI",
        "NHI6:2025": "Insecure Cloud Deployment Configurations",
        "NHI7:2025": "Long-Lived Secrets",
        "NHI8:2025": "Environment Isolation",
        "NHI9:2025": "NHI Reuse",
        "NHI10:2025": "Human Use of NHI",
        "CICD-SEC-1": "Insufficient Flow Control Mechanisms",
        "CICD-SEC-2": "Inadequate Identity and Access Management",
        "CICD-SEC-3": "Dependency Chain Abuse",
        "CICD-SEC-4": "Poisoned Pipeline Execution (PPE)",
        "CICD-SEC-5": "Insufficient PBAC (Pipeline-Based Access Controls)",
        "CICD-SEC-6": "Insufficient Credential Hygiene",
        "CICD-SEC-7": "Insecure System Configuration",
        "CICD-SEC-8": "Ungoverned Usage of 3rd Party Services",
        "CICD-SEC-9": "Improper Artifact Integrity Validation",
        "CICD-SEC-10": "Insufficient Logging and Visibility",
        "PR.AA-01": "identities and credentials are managed",
        "PR.AA-03": "users, services and hardware are authenticated",
        "PR.AA-05": "permissions, entitlements and authorisations: least privilege, separation of duties",
        "PR.DS-01": "data at rest is protected",
        "PR.PS-01": "configuration management",
        "PR.PS-06": "secure development practices",
        "RS.MI-02": "incidents are eradicated",
        "SLSA Build L1": "provenance exists",
        "SLSA Build L2": "hosted build platform, authentic provenance",
        "SLSA Build L3": "unforgeable provenance and isolated builds",
        "SLSA Source L4": "two-party review",
        "SLSA threat B1": "a change without review",
        "SLSA threat B2": "change management is evaded",
        "SLSA threat D": "external build parameters",
        "SLSA threat E": "the build process is taken over",
        "SLSA threat F": "artifact publication",
        "SSDF PO.5.1": "separate and protect each environment",
        "SSDF PO.5.2": "secure development endpoints",
        "SSDF PS.2.1": "make integrity verification information available",
        "SSDF PS.3.2": "keep and share provenance data",
        "CIS 1.1.3": "approval of changes by two people",
        "CIS 1.4.3": "least privilege for installed applications",
        "CIS 1.5.1": "code is scanned for secrets",
        "CIS 1.5.2": "build instructions are scanned for secrets",
        "CIS 2.1.1": "each pipeline has a single responsibility",
        "CIS 2.2.3": "duties of build workers are segregated",
        "CIS 2.3.5": "access to start a build is minimal",
        "CIS 2.4.1": "all release artifacts are signed",
        "CIS 4.1.1": "artifacts are signed by the build pipeline itself",
        "CIS 4.2.1": "authority to certify artifacts is limited",
        "CIS 4.2.2": "few can upload artifacts",
        "CIS 4.4.1": "artifacts tell their origin",
        "CIS 5.1.3": "deployment configuration is scanned for secrets",
        "CIS 5.2.3": "access to production is limited",
        "OSSF Authn L2": "phishing-resistant second factors, and second factors for critical packages",
        "OSSF Authz L1": "keys that are limited to one package",
        "OSSF Authz L3": "short-lived tokens in exchange for identity tokens",
    }
)
"""Entries of standards, by the reference that policies give."""


def standard_of(reference: str) -> str:
    """The standard that a reference belongs to."""
    return next(title for begin, title in STANDARDS.items() if reference.startswith(begin))
