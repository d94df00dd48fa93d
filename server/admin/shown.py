"""Homes and contexts as the admin address shows them: JSON:API, with Cozy's names (cozy.md A)."""

from server.instances.context import Context
from server.instances.record import InstanceRecord

INSTANCES = "io.cozy.instances"
CONTEXTS = "io.cozy.contexts"


def shown_instance(record: InstanceRecord) -> dict[str, object]:
    """Return a home as a resource; nothing secret is in it. Sizes are text, as in Cozy."""
    attributes = {
        "domain": record.domain,
        "domain_aliases": list(record.aliases),
        "former_domains": list(record.former),
        "uuid": record.uuid,
        "owner": record.owner.name,
        "locale": record.language,
        "tz": record.timezone,
        "context": record.context,
        "disk_quota": None if record.quota is None else str(record.quota),
        "blocked": bool(record.blocked),
        "blocking_reason": record.blocked,
        "created_at": record.created_at,
        "deletion_at": record.deletion_at,
        "moved_to": record.moved_to,
        "tos": record.terms_signed,
        "onboarding_finished": record.onboarded,
        "flags": dict(record.flags),
    }
    return {"type": INSTANCES, "id": record.uuid, "attributes": attributes}


def shown_context(name: str, context: Context) -> dict[str, object]:
    """Return a context as a resource."""
    attributes = {
        "title": context.title,
        "accent": context.accent,
        "accent_dark": context.accent_dark,
        "has_logo": context.logo is not None,
        "terms_url": context.terms_url,
        "terms_version": context.terms_version,
        "support_address": context.support_address,
        "disk_quota": None if context.quota is None else str(context.quota),
        "locale": context.locale,
        "flags": dict(context.flags),
    }
    return {"type": CONTEXTS, "id": name, "attributes": attributes}
