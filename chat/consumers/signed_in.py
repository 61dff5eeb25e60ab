"""What pages of staff share: who is behind one, proved again whenever that may have changed."""

import uuid
from abc import abstractmethod
from collections.abc import Collection

from chat.consumers.session import Line, Session
from chat.wire.rows import ask
from helpline.privacy.door import Scope
from helpline.staff.permissions import Proof, prove


class SignedInSession(Session):
    """A page of a member of staff."""

    __slots__ = ("proof", "scope", "services", "user_id")

    def __init__(self, line: Line, rate_key: str, scope: Scope) -> None:
        super().__init__(line, rate_key)
        # Of all that came with the connection only the cookie is kept: it is asked again.
        self.scope: Scope = {"headers": [h for h in scope["headers"] if h[0] == b"cookie"]}
        self.proof: Proof | None = None
        self.user_id: int | None = None
        self.services: tuple[uuid.UUID, ...] = ()

    @staticmethod
    @abstractmethod
    def lets_in(proof: Proof) -> bool:
        """Whether somebody with this proof may have such a page."""

    async def admit(self) -> bool:
        return await self.prove() is not None

    async def prove(self) -> Proof | None:
        """The proof as it is now, if it still lets them in."""
        self.proof = await ask(prove, self.scope)
        return self.proof if self.proof is not None and self.lets_in(self.proof) else None

    def join(self, user_id: int, services: Collection[uuid.UUID]) -> None:
        """From now on the hub tells this page what happens in these services, and to them."""
        self.user_id, self.services = user_id, tuple(services)
        self.hub.staff.setdefault(user_id, set()).add(self)
        for service in self.services:
            self.hub.desks.setdefault(service, set()).add(self)

    def leave(self) -> None:
        super().leave()
        for service in self.services:
            self.hub.desks.get(service, set()).discard(self)
        if self.user_id is not None:
            pages = self.hub.staff.get(self.user_id, set())
            pages.discard(self)
            if not pages:
                self.hub.staff.pop(self.user_id, None)

    @abstractmethod
    async def recheck(self) -> None:
        """Something about this person or their session is not as it was."""

    # What the hub tells a page of staff

    @abstractmethod
    def desk_changed(self) -> None:
        """The list of conversations looks different."""

    @abstractmethod
    def news(self, conversation_id: uuid.UUID, seq: int) -> None:
        """A visitor of theirs said something."""
