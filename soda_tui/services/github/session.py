"""What changes something goes through a session of gql, which sends no document that it cannot parse.

Reads are sent as they are: all their compositions are checked against GitHub's schema by the tests, and importing gql,
parsing and printing would be a fifth of a headless refresh.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport import AsyncTransport
from graphql import ExecutionResult

from soda_tui.services.github.errors import Answer
from soda_tui.services.github.queries import Document
from soda_tui.services.github.transport import Wire


class WireTransport(AsyncTransport):
    """gql's way to the wire.

    gql's own httpx transport takes `httpx2` wherever somebody installed that, and keeps headers where parallel requests
    overwrite them; this one does neither.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def connect(self) -> None:
        """Nothing: the wire connects when it is asked something."""

    async def close(self) -> None:
        """Nothing: the wire is closed by its owner."""

    async def execute(self, request: GraphQLRequest, *, token: str = "") -> ExecutionResult:
        """The answer, whatever it says, under `answer` of the extensions: gql would raise on any error in it."""
        answer = await self._wire.send(request.payload, token)
        data = answer.envelope.data if answer.envelope else None
        return ExecutionResult(data=dict(data or {}), extensions={"answer": answer})

    def subscribe(self, request: GraphQLRequest) -> AsyncGenerator[ExecutionResult, None]:
        """GitHub has no subscriptions."""
        raise NotImplementedError


class Session:
    """One session of gql, opened with its first document."""

    def __init__(self, wire: Wire) -> None:
        self._client = Client(transport=WireTransport(wire), fetch_schema_from_transport=False, execute_timeout=None)
        self._session: AsyncClientSession | None = None

    async def send(self, document: Document, token: str) -> Answer:
        """The answer to a document, whatever it says; raises RequestFailed where none came."""
        if self._session is None:
            self._session = await self._client.connect_async()  # type: ignore[no-untyped-call]  # gql has no types here
        request = GraphQLRequest(document.text, variable_values=document.variables)
        result = await self._session.execute(request, get_execution_result=True, token=token)
        answer: Answer = (result.extensions or {})["answer"]
        return answer

    async def close(self) -> None:
        """Close the session, where one was opened."""
        if self._session is not None:
            self._session = None
            await self._client.close_async()  # type: ignore[no-untyped-call]  # as above
