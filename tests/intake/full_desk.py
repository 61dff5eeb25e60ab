"""A desk on which everything happened that can happen to one page.

For tests and the bench that count what a page asks of the database. A part of a page that stays
empty asks nothing, so what is forgotten here is not counted.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.actions import looking_up
from intake.recipients.channels.base import Outcome, Result
from intake.recipients.lookups.findings import Contact, Finding
from intake.recipients.models import LookUp, Recipient
from intake.recipients.states import Channel, Confidence, EvidenceKind, Kind, Source
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim
from intake.removal.actions.drafting import queue_notice, write_notice
from intake.removal.actions.finding import hold
from intake.removal.actions.mail import take_mail
from intake.removal.actions.sending import conclude
from intake.removal.check.actions.contacting import ask_site
from intake.removal.check.actions.switching import switch_on
from intake.removal.check.models import Check
from intake.removal.check.states import Verdict, Why
from intake.removal.models import (
    FoundBy,
    GroundRoute,
    Ladder,
    Location,
    LookRules,
    Notice,
    ReceivedMail,
    RemovalRequest,
    Seen,
    Statement,
    StrayMail,
    WaitsFor,
    WhyCopy,
    WhyUrgent,
)
from intake.removal.queries import pair_for_hand_over
from intake.removal.queries.places import url_index_of
from intake.removal.queries.record import FEWEST
from intake.removal.states import NoticeStatus, RequestStatus
from intake.removal.workflow import advance, advance_notice
from intake.report.actions import (
    LeadFacts,
    LinkFacts,
    ReportFacts,
    agree_to_dossier,
    submit_report,
)
from intake.report.leads import told
from intake.report.models import Lead, Report
from intake.report.states import DossierFor, LeadKind
from intake.report.talk import actions as talk
from tests.intake.removal.factories import ADULT, MINOR, hotline, person, recipient, register
from tests.intake.removal.inbox.letters import letter

HOST, BEHIND = "photos.full.test", "origin.full.test"
URL = f"https://{HOST}/p/81"
REPORTS = 3
ANSWERS = (
    Claim(1, AnswerKind.REMOVED, "Gone."),
    Claim(1, AnswerKind.WILL_DO, until=timezone.localdate() + timedelta(days=3)),
    Claim(1, AnswerKind.NOT_OURS, who="Example network"),
    Claim(1, AnswerKind.NEED_MORE, "A picture of it."),
    Claim(1, AnswerKind.REFUSED, "No.", ground=actions.RefusalGround.LAWFUL),
)


@dataclass(frozen=True)
class FullDesk:
    """Who works there, and what its pages are about."""

    caseworker: User
    supervisor: User
    place: Location
    minor: Location
    others: list[Location]
    # One of each kind, by what is special about it.
    notices: dict[str, Notice]
    platform: Recipient
    mail: ReceivedMail
    stray: StrayMail
    report: Report
    lead: Lead


def fill(name: str = "full") -> FullDesk:
    """Have everything happen. Nothing leaves this machine: what is sent is only noted as sent."""
    desk = _Filling(name)
    notices = desk.ask_everybody()
    desk.look_up()
    desk.work_on_it()
    desk.look_again()
    others = desk.ask_about_others()
    minor = desk.hand_over(notices)
    mail, stray = desk.receive_mail(notices["answered"])
    desk.ask_for_a_look(notices["looked at"])
    return FullDesk(
        caseworker=desk.by,
        supervisor=desk.boss,
        place=desk.place,
        minor=minor,
        others=others,
        notices=notices,
        platform=desk.platform,
        mail=mail,
        stray=stray,
        report=desk.reports[0],
        lead=Lead.objects.latest("pk"),
    )


class _Filling:
    def __init__(self, name: str) -> None:
        self.by, self.boss = person(name), person(f"{name}-boss", "supervisor")
        self.pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
        self.platform = recipient(name="Full", address="abuse@full.test", suffix="full.test")
        self.reports = [self.report(number) for number in range(REPORTS)]
        statement = Statement.objects.get(
            reported_link__report=self.reports[0], reported_link__position=0
        )
        register(URL)  # by somebody who erased their report since, so that it leads to none
        self.place = Location.objects.select_related("service").get(pk=statement.location_id)
        for seen in (Seen.STILL_THERE, Seen.GONE):
            actions.say_seen(statement, seen)

    def report(self, number: int) -> Report:
        """One of those about the same page, with an account beside it, a talk and an agreement."""
        account = told(LeadKind.ACCOUNT, "Signal", f"lisa 0{number}")
        assert account is not None
        made = submit_report(
            service=default_service(),
            links=[LinkFacts(URL, ADULT), LinkFacts(f"{URL}/{number}", ADULT)],
            leads=[LeadFacts(account, ADULT)],
            about=ReportFacts(situation="spread"),
        ).report
        for reader in DossierFor:
            agree_to_dossier(report=made, reader=reader)
        said = talk.say(report=made, text="Is it gone?", client_id=uuid.uuid4())
        for about in (None, made.links.first()):
            said = talk.write(
                report=made,
                text="We asked them.",
                client_id=uuid.uuid4(),
                upto=said.pk,
                by=self.by,
                about=about,
            )
        talk.say(report=made, text=f"It is at {URL} too.", client_id=uuid.uuid4())
        return made

    def ask(self, place: Location, one: Recipient) -> Notice:
        request = actions.propose(place, one, by=self.by)
        actions.choose(request, self.pair, by=self.by)
        return actions.draft_notice([request], by=self.by)

    def ask_everybody(self) -> dict[str, Notice]:
        """A request of the same page in each status, with its notice."""
        kinds = ("draft", "looked at", "queued", "unsure", "bounced", "silent", "reminded")
        notices = {kind: self.ask(self.place, self.somebody(kind)) for kind in kinds}
        form = {"channel": Channel.FORM, "address": "", "form_url": "https://full.test/report"}
        notices["by hand"] = self.ask(self.place, self.somebody("form", **form))
        notices["answered"] = self.ask(self.place, self.platform)
        for kind in set(notices) - {"draft", "looked at"}:
            actions.send_notice(notices[kind], by=self.by)
        self.leave(notices["unsure"], Result.UNCERTAIN)
        self.leave(notices["bounced"], Result.REJECTED)
        for kind in ("silent", "reminded", "answered"):
            self.leave(notices[kind])
        for claim in ANSWERS:
            one = self.ask(self.place, self.somebody(claim.kind))
            actions.send_notice(one, by=self.by)
            self.leave(one)
            actions.record_answers(one, [claim])
        actions.record_answers(notices["answered"], ANSWERS[:1])
        for status in (RequestStatus.NO_REPLY, RequestStatus.STILL_THERE):
            advance(self.request_of(notices["silent"]), status, by=self.by)
        advance(self.request_of(notices["reminded"]), RequestStatus.NO_REPLY)
        actions.ask_again(self.request_of(notices["reminded"]), by=self.by)
        notices["reminder"] = actions.draft_notice(
            [self.request_of(notices["reminded"])], by=self.by
        )
        for kind in ("proposed", "stopped"):
            request = actions.propose(self.place, self.somebody(kind), by=self.by)
            if kind == "stopped":
                actions.stop(request, by=self.by)
        return {kind: Notice.objects.get(pk=one.pk) for kind, one in notices.items()}

    def somebody(self, name: str, **entry: str) -> Recipient:
        return recipient(name=f"Full {name}", **{"address": f"{name[:4]}@full.test", **entry})

    def request_of(self, notice: Notice) -> RemovalRequest:
        return RemovalRequest.objects.select_related("location__service", "recipient").get(
            entries__notice=notice
        )

    def leave(self, notice: Notice, result: Result = Result.ACCEPTED) -> None:
        """What the worker notes when it sends."""
        attempt = {"message_id": f"<{notice.pk.hex}@helpline.test>", "attempts": 1}
        advance_notice(notice, NoticeStatus.CLAIMED)
        advance_notice(notice, NoticeStatus.ATTEMPTING, changes=attempt)
        conclude(notice, Outcome(result, "as the test says", number="AB-12"), only_if={})

    def look_up(self) -> None:
        """What the registers said of its host and of two servers behind it. One contact is asked, and
        held since the registers changed their mind; the newest look-up waits for a person."""
        for host in (BEHIND, f"second.{BEHIND}"):
            actions.enter_origin(self.place, host, by=self.by)
            _said_of(host)
        proposal = _said_of(HOST).proposals.all()[0]
        request = actions.confirm_proposal(self.place, proposal, by=self.by)
        actions.choose(request, self.pair, by=self.by)
        hold(FoundBy.objects.select_related("request").get(request=request))
        _said_of(HOST)
        recipient(Kind.NETWORK, name="Cloudflare", address="abuse@cdn.test", slug="cloudflare")
        contacts = (Contact(Kind.PLATFORM, Source.SITE, Confidence.LOW, "", "security@full.test"),)
        facts = {"records": ["contact: mailto:security@full.test"]}
        looking_up.keep_said_by_site(
            "full.test", Finding(EvidenceKind.SITE, f"https://{HOST}", facts, contacts=contacts)
        )
        ask_site(self.place, again=True, by=self.by)

    def work_on_it(self) -> None:
        """What colleagues do."""
        actions.mark_urgent(self.place, WhyUrgent.SPREADING, by=self.boss)
        actions.assign([self.place], to=self.by, by=self.boss)
        actions.copy_address(self.place, WhyCopy.POLICE, by=self.by)
        for person_ in (self.by, self.boss):
            actions.write_note(self.place, text="Called.", client_id=uuid.uuid4(), by=person_)
        Ladder.objects.create(
            location=self.place, waits_for=WaitsFor.NOBODY, next_look_at=timezone.now()
        )
        actions.save_view(name="Mine", query="who=me", by=self.by)

    def look_again(self) -> None:
        watch = switch_on(self.place, by=self.by)
        for minutes in range(8):
            Check.objects.create(
                watch=watch,
                at=timezone.now() - timedelta(minutes=minutes),
                verdict=Verdict.ONLINE,
                why=Why.ANSWERED,
                answered=200,
            )

    def ask_about_others(self) -> list[Location]:
        """Other pages there, one request each: what a dossier of the recipient is made of."""
        urls = [f"https://{HOST}/other/{number}" for number in range(FEWEST)]
        for url in urls:  # each by somebody else
            submit_report(
                service=default_service(), links=[LinkFacts(url, ADULT)], about=ReportFacts()
            )
        places = [
            Location.objects.select_related("service").get(url_index=url_index_of(url))
            for url in urls
        ]
        for place in places:
            notice = self.ask(place, self.platform)
            actions.send_notice(notice, by=self.by)
            self.leave(notice)
            actions.record_answers(notice, ANSWERS[-1:])
        return places

    def hand_over(self, notices: dict[str, Notice]) -> Location:
        """A possible minor's page. The worker's sweep would take others along, where there are any."""
        hotline()
        place = register(f"{URL}/minor", MINOR).location
        requests = list(place.requests.select_related("location__service", "recipient"))
        notices["hand-over"] = write_notice(requests, pair_for_hand_over())
        queue_notice(notices["hand-over"], requests, by=None)
        return place

    def receive_mail(self, notice: Notice) -> tuple[ReceivedMail, StrayMail]:
        take_mail(letter(notice.reply_to, "We look into it."))
        take_mail(letter(notice.reply_to, "We looked into it."))
        take_mail(letter("notices@helpline.example", "Hello?"))
        return ReceivedMail.objects.filter(notice=notice)[0], StrayMail.objects.latest(
            "received_at"
        )

    def ask_for_a_look(self, notice: Notice) -> None:
        """Rules for it come last: what was sent above needed nobody else."""
        LookRules.objects.update_or_create(
            service=default_service(),
            defaults={"new_recipient": True, "new_template": True, "lawful_sites": ["full.test"]},
        )
        actions.ask_second_look(notice, by=self.by)


def _said_of(host: str) -> LookUp:
    front = {"cdn": "cloudflare", "name": "Cloudflare", "sure": True, "by": []}
    contacts = [
        Contact(kind, Source.RDAP_IP, Confidence.HIGH, f"The {kind}", f"abuse@{kind}.{host}")
        for kind in (Kind.NETWORK, Kind.REGISTRAR)
    ]
    return looking_up._keep(
        host,
        [
            Finding(EvidenceKind.RDAP, "ip", {"country": "NL"}, contacts=tuple(contacts)),
            Finding(EvidenceKind.CDN, host, front),
        ],
    )
