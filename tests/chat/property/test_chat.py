"""Pages and processes of the chat on a network that loses, doubles, delays, reorders and breaks:
whatever happens, every page ends with what the database holds, and that is what was typed.

HELPLINE_PROPERTY_EXAMPLES=500 for a long run, of another chance each time.
"""

import sys
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from chat import actions
from chat.errors import ChatError
from chat.states import Sender
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.property.scale import few
from tests.chat.property.site import PROCESSES, Site
from tests.chat.property.tabs import Tabs
from tests.chat.property.world import World
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

# Every rule takes the same draws whatever the state, so that an example means the same each time:
# a number picks one of what there is.
numbers = st.integers(0, 7)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4).map(lambda text: f"{text}.")


def pick(held: list[Any], number: int) -> Any:
    return held[number % len(held)] if held else None


class Chat(RuleBasedStateMachine):
    """One conversation, with all that can happen to it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.network = world.network
        self.site = world.site

    # People

    @rule(number=numbers, text=texts, count=st.integers(1, 3))
    def write(self, number: int, text: str, count: int) -> None:
        for _ in range(count):
            self.world.write(self.tab(number), text)

    @rule(number=numbers, text=texts, elsewhere=st.booleans())
    def write_and_send(self, number: int, text: str, elsewhere: bool) -> None:
        """It arrives; what is answered is still under way. Perhaps somebody was a bit sooner."""
        if elsewhere:
            self.say_elsewhere(Sender.VISITOR, text)
        self.world.write(self.tab(number), text)
        self.bring_all_at_once()

    @rule(number=numbers)
    def retry(self, number: int) -> None:
        self.world.retry(self.tab(number))

    @rule(number=numbers)
    def reload(self, number: int) -> None:
        tab = self.tab(number)
        self.world.open(tab, like=tab)

    def tab(self, number: int) -> str:
        return list(self.world.pages)[number % len(self.world.pages)]

    @rule(tab=st.sampled_from(["visitor", "counsellor"]), copied=st.booleans())
    def second_tab(self, tab: str, copied: bool) -> None:
        if f"{tab} again" not in self.world.pages:
            self.world.open(f"{tab} again", like=tab if copied else "")

    @rule(
        number=numbers,
        event=st.sampled_from(["online", "visibilitychange"]),
        visible=st.booleans(),
    )
    def look(self, number: int, event: str, visible: bool) -> None:
        self.world.happen(self.tab(number), event, visible=visible)
        self.world.show(self.tab(number))

    @rule(who=st.sampled_from([Sender.VISITOR, Sender.COUNSELLOR]), text=texts)
    def say_elsewhere(self, who: Sender, text: str) -> None:
        """Another process says something; its bells are under way."""
        self._act(lambda: self.world.say_elsewhere(who, text))

    @rule(
        what=st.sampled_from(["leave", "resume", "give_back", "claim"]),
        number=numbers,
        text=texts,
        write=st.booleans(),
    )
    def change(self, what: str, number: int, text: str, write: bool) -> None:
        """Something happens elsewhere that no page knows yet; perhaps one goes on writing."""
        conversation, by = self.world.conversation, self.world.by
        staff = {"by": by} if what in ("give_back", "claim") else {}
        self._act(lambda: getattr(actions, what)(conversation=conversation, **staff))
        if write:
            self.write_and_send(number, text, elsewhere=False)

    def _act(self, work: Any) -> None:
        try:
            work()
        except ChatError:
            pass  # not now
        self.network.settle()

    # The network

    @rule(
        number=numbers,
        count=st.sampled_from([1, 2, 3, 20]),
        up=st.booleans(),
        down=st.booleans(),
    )
    def bring(self, number: int, count: int, up: bool, down: bool) -> None:
        """The next of what is under way arrives."""
        link = pick(self.network.moving, number)
        if link is None:
            return
        if up:
            self.network.bring_up(link, count)
            self.network.settle()
        if down:
            self.network.tell(*self.network.bring_down(link, count))

    @rule()
    def bring_all_at_once(self) -> None:
        """Nothing waits for anything: the processes race."""
        for link in self.network.links.values():
            self.network.bring_up(link, len(link.up))
        for request in self.network.requests.values():
            if not request.arrived:
                self.network.bring_request(request)
        self.network.settle()

    @rule()
    def flow(self) -> None:
        self.network.flow()

    @rule(
        number=numbers,
        up=st.integers(0, 3),
        down=st.integers(0, 3),
        tell_site=st.booleans(),
        tell_page=st.booleans(),
    )
    def break_link(self, number: int, **how: Any) -> None:
        link = pick(self.network.standing, number)
        if link is not None:
            self.network.break_link(link, **how)

    @rule(
        number=numbers,
        text=texts,
        sooner=st.booleans(),
        answers=st.integers(0, 2),
        tell_site=st.booleans(),
        tell_page=st.booleans(),
    )
    def break_on_the_way_back(
        self, number: int, text: str, sooner: bool, answers: int, **told: bool
    ) -> None:
        """Something is said and kept, and the connection breaks among the answers."""
        self.write_and_send(number, text, sooner)
        for link in self.network.standing:
            if link.tab == self.tab(number):
                self.network.tell(*self.network.bring_down(link, answers))
                self.network.break_link(link, up=0, down=0, **told)

    @rule(
        number=numbers, what=st.sampled_from(["bring", "bring", "answer", "answer", "lose", "left"])
    )
    def request(self, number: int, what: str) -> None:
        """A request arrives, perhaps again; its answer arrives or is lost."""
        request = pick(list(self.network.requests.values()), number)
        if request is None:
            return
        if what == "bring":
            self.network.bring_request(request)
            self.network.settle()
        elif what == "answer" and request.answer and not request.over:
            self.network.tell(*self.network.bring_answer(request))
        elif what == "lose":
            self.network.tell(*self.network.lose_request(request))
        elif what == "left":
            self.network.leave_request(request)
            self.network.settle()

    @rule(blocked=st.booleans())
    def block(self, blocked: bool) -> None:
        """Sockets get through no more, or again."""
        self.network.blocked = blocked

    @rule(number=numbers, what=st.sampled_from(["hear", "hear again", "lose"]))
    def bell(self, number: int, what: str) -> None:
        if not self.site.rung:
            return
        which = number % len(self.site.rung)
        if what != "lose":
            self.site.hear(which)
        if what != "hear again":
            del self.site.rung[which]
        self.network.settle()

    @rule(silent=st.booleans())
    def silence(self, silent: bool) -> None:
        """All bells between processes are lost from now on, to the very end; or none."""
        self.site.silent = silent

    @rule(process=st.integers(0, PROCESSES - 1), how=st.sampled_from(["before", "after"]))
    def fail_to_commit(self, process: int, how: str) -> None:
        self.site.fail(process, how)

    @rule(
        ms=st.sampled_from([50, 300, 1000, 4000, 11000, 16000, 40000, 130000]),
        flowing=st.booleans(),
    )
    def pass_time(self, ms: int, flowing: bool) -> None:
        step = min(ms, 4000) if flowing else ms
        for _ in range(0, ms, step):
            self.world.pass_time(step)
            if flowing:
                self.network.flow()

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # else it is wrong already
                self.world.come_to_rest()
                self.world.check()
        finally:
            self.world.close()


def test_every_page_ends_with_what_the_database_holds(
    site: Site, tabs: Tabs, service: Service, counsellor: User
) -> None:
    session = session_of(counsellor)

    class OfThisSite(Chat):
        def __init__(self) -> None:
            super().__init__(World(site, tabs, service, counsellor, session))

    run_state_machine_as_test(OfThisSite, settings=few(15))
