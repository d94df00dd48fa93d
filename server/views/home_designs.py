"""What a home has for its design documents: their rules, their functions, and its own store."""

from dataclasses import dataclass
from typing import cast

from replication.mango.book import MangoBook
from replication.store.protocol import Database, DocumentStore
from server.functions.design_functions import DesignFunctions
from server.functions.rules import RuleBook
from server.functions.validated_database import ValidatedDatabase
from server.views.kept_answers import KeptAnswers
from server.views.view_book import ViewBook


@dataclass(frozen=True, slots=True)
class HomeDesigns:
    """Design documents are read from `store`, whatever of it the caller may see."""

    store: DocumentStore
    functions: DesignFunctions
    rules: RuleBook
    views: ViewBook
    mango: MangoBook
    kept: KeptAnswers

    @classmethod
    def over(cls, store: DocumentStore) -> "HomeDesigns":
        """Return those of a home that keeps its documents here. Nothing is started yet."""
        functions = DesignFunctions()
        views, mango = ViewBook(store, functions), MangoBook(functions.select)
        return cls(store, functions, RuleBook(), views, mango, KeptAnswers())

    async def validated(self, database: Database, user: bytes) -> Database:
        """Return a database that asks its design documents before it writes, for this user.

        Raises DatabaseMissing.
        """
        whole = await self.store.open(database.name)
        return cast(
            "Database", ValidatedDatabase(database, whole, self.functions, self.rules, user)
        )

    async def clean_up(self, database: str) -> None:
        """Drop indexes that no design document defines any more. Raises DatabaseMissing."""
        whole = await self.store.open(database)
        await self.views.clean_up(database, await self.mango.signatures(whole))

    async def close(self) -> None:
        """End the process that runs functions, and indexing that goes on by itself."""
        await self.views.close()
        await self.functions.close()
