"""What happened, when the same happened several times: one sentence for all of it.

The shapes are those of `hubs.bus.sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hubs.bus.body import dig
from hubs.bus.filling import MissingFactError, fill

#: Stands where the number goes; only the feed knows it.
NUMBER = "{count}"
#: More than this nothing happens at once, whatever a message says.
_LARGEST = 1_000_000

_LOGIN = "{body.sender.login}"
_IN = "{body.repository.full_name}"
_PUSHED = "pushed {{count}} commits to"
_TIMES = "{{count}} times"
_KOJI = "{{count}} builds of {name}"

#: Topic, sentence, and where it stands how many things one message tells of; else it is one.
#: What several of have the same sentence may stand for each other.
_RULES: Sequence[tuple[str, str, str]] = (
    (r"(forgejo|github)\.push", f"{_LOGIN} {_PUSHED} {_IN}", "body.commits"),
    (
        r"gitlab\.push",
        f"{{body.user_username}} {_PUSHED} {{body.project.path_with_namespace}}",
        "body.commits",
    ),
    (r"pagure\.git\.receive", f"{{agent}} {_PUSHED} {{repo.fullname}}", "total_commits"),
    (r"git\.receive", f"{{commit.username}} {_PUSHED} {{commit.repo}}", ""),
    (
        r"(forgejo|github)\.issues",
        f"{_LOGIN} {{body.action:once}} {{{{count}}}} issues of {_IN}",
        "",
    ),
    (
        r"(forgejo|github)\.pull_request",
        f"{_LOGIN} {{body.action:by merging}}{{body.pull_request.merged:is true}} "
        f"{{{{count}}}} pull requests of {_IN}",
        "",
    ),
    (
        r"(forgejo|github)\.pull_request",
        f"{_LOGIN} {{body.action:once}} {{{{count}}}} pull requests of {_IN}",
        "",
    ),
    (
        r"(forgejo|github)\.issue_comment",
        f"{_LOGIN} commented {_TIMES} on #{{body.issue.number}} of {_IN}: “{{body.issue.title}}”",
        "",
    ),
    (r"pagure\.issue\.new", "{agent} opened {{count}} issues of {project.fullname}", ""),
    (r"buildsys\.build\.state\.change", f"{{owner}}'s {_KOJI} {{new:several builds}}", ""),
    (r"buildsys\.tag", f"{{user}} tagged {_KOJI}", ""),
    (r"buildsys\.untag", f"{{user}} untagged {_KOJI}", ""),
    (
        r"bodhi\.update\.comment",
        f"{{comment.user.name}} commented {_TIMES} on {{comment.update.title}}",
        "",
    ),
    (
        r"bugzilla\.bug\.update",
        f"{{agent_name}} changed bug #{{bug.id}} {_TIMES}: “{{bug.summary}}”",
        "",
    ),
    (
        r"(fed)?badges\.badge\.award",
        "{user.username} was awarded {{count}} badges",
        "",
    ),
    (
        r"fas\.group\.member\.sponsor",
        "{agent} sponsored {{count}} people into the group {group}",
        "",
    ),
    (
        r"mailman\.receive",
        "{sender_username} wrote {{count}} mails to the list {mlist.list_name}",
        "",
    ),
    (
        r"discourse\.post\.post_created",
        f"{{webhook_body.post.username}} posted {_TIMES} in “{{webhook_body.post.topic_title}}”",
        "",
    ),
    (
        r"discourse\.like\.post_liked",
        "{webhook_body.like.user.username} liked {{count}} posts in "
        "“{webhook_body.like.post.topic_title}”",
        "",
    ),
    (r"hubs\.hub\.updated", f"{{agent}} changed the settings of {{hub_title}} {_TIMES}", ""),
    (
        r"hubs\.widget\.updated",
        f"{{agent}} changed the widget “{{widget_label}}” of {{hub_title}} {_TIMES}",
        "",
    ),
    (r"irc\.karma", f"{{agent}} thanked {{recipient}} {_TIMES}", ""),
    (r"wiki\.article\.edit", f"{{user}} edited the wiki page “{{title}}” {_TIMES}", ""),
)


def say_several(topic: str, body: Mapping[str, Any]) -> tuple[str, int]:
    """Say what happened, for when others like it stand with it.

    Args:
        topic: Without the prefix of the bus.
        body: The message.

    Returns:
        The sentence, with `NUMBER` in the place of how many there are, and how many of them this
        message tells of. The sentence is empty if no rule fits.
    """
    for pattern, sentence, counted in _RULES:
        if re.fullmatch(pattern, topic):
            try:
                return fill(sentence, body).replace("  ", " "), _number(dig(body, counted))
            except MissingFactError:
                continue
    return "", 1


def _number(counted: object) -> int:
    number = len(counted) if isinstance(counted, list) else counted
    return min(number, _LARGEST) if isinstance(number, int) and number > 0 else 1
