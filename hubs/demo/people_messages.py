"""Messages about people together: the wiki, meetings, badges, groups, blogs and thanks."""

from __future__ import annotations

from hubs.demo.cast import InventedPerson
from hubs.demo.package_messages import PREFIX
from hubs.demo.stage import Message, Stage


def wiki_edited(stage: Stage, person: InventedPerson, title: str, summary: str) -> Message:
    """Say that somebody changed a page of the wiki, which spells accounts with a capital."""
    page = f"https://wiki.example/{title.replace(' ', '_')}"
    revision = stage.number()
    body = {
        "base_rev_id": False,
        "diff_url": f"{page}?diff={revision}&oldid={revision - 1}",
        "minor_edit": 0,
        "page_url": page,
        "revision": revision,
        "section_anchor": None,
        "summary": summary,
        "title": title,
        "url": page,
        "user": person.username.capitalize(),
        "watch_this": None,
    }
    return f"{PREFIX}.wiki.article.edit", body


def meeting(
    stage: Stage,
    owner: InventedPerson,
    attendees: tuple[str, ...],
    channel: str,
    *,
    topic: str,
    event: str,
) -> Message:
    """Say that a meeting began or was brought to its end.

    Args:
        stage: What to draw from.
        owner: Who opened it.
        attendees: Who spoke.
        channel: Where it was.
        topic: Its name.
        event: ``start`` or ``complete``.
    """
    day = stage.date.partition(" ")[0]
    room = channel.removeprefix("#")
    body = {
        "attendees": {name: stage.chance.randrange(1, 60) for name in (owner.username, *attendees)},
        "chairs": {owner.username: True},
        "channel": channel,
        "meeting_topic": topic,
        "owner": owner.username,
        "topic": "open floor",
        "url": f"https://meetings.example/{room}/{day}/{room}.{day}",
    }
    return f"{PREFIX}.meetbot.meeting.{event}", body


def badge_awarded(person: InventedPerson, name: str, description: str) -> Message:
    """Say that somebody earned a badge."""
    badge = {
        "creator": "bramblefoot",
        "criteria": {},
        "description": description,
        "discussion": "https://forge.example/moss-garden/icons/issues",
        "image_url": f"https://badges.example/{name.lower().replace(' ', '-')}.png",
        "issuer_id": "invented-badges",
        "name": name,
        "trigger": {},
    }
    user = {"badges_user_id": 1, "username": person.username}
    return f"{PREFIX}.fedbadges.badge.award", {"badge": badge, "user": user}


def sponsored(sponsor: InventedPerson, person: InventedPerson, group: str) -> Message:
    """Say that somebody was taken into a group."""
    body = {"agent": sponsor.username, "group": group, "user": person.username}
    return f"{PREFIX}.fas.group.member.sponsor", body


def thanked(
    stage: Stage, person: InventedPerson, recipient: InventedPerson, channel: str, line: str
) -> Message:
    """Say that somebody gave another a cookie in a chat."""
    body = {
        "agent": person.username,
        "channel": channel,
        "line": f"{line} {recipient.username}++",
        "recipient": recipient.username,
        "total": stage.chance.randrange(1, 99),
        "vote": 1,
    }
    return f"{PREFIX}.irc.karma", body


def blogged(person: InventedPerson, title: str) -> Message:
    """Say that somebody wrote on their blog."""
    link = f"https://{person.username}.blog.example/{title.lower().replace(' ', '-')}"
    post = {
        "id": link,
        "link": link,
        "links": [{"href": link, "rel": "alternate", "type": "text/html"}],
        "summary": title,
        "title": title,
    }
    body = {"face": "", "name": person.full_name, "post": post, "username": person.username}
    return f"{PREFIX}.planet.post.new", body
