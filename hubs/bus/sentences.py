"""What happened, in a sentence, for the messages of today's services that no processor reads.

The shapes are those of the services' own schema packages and of the vectors of
``fedmsg_meta_fedora_infrastructure``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hubs.bus.filling import MissingFactError, fill

_FORGE = "{body.sender.login} {body.action:did}"
_IN = "{body.repository.full_name}"
_REQUEST = f"pull request #{{body.pull_request.number}} of {_IN}: “{{body.pull_request.title}}”"
_GITLAB = "{body.user.username} {body.object_attributes.action:gitlab}"
_GITLAB_IN = "{body.project.path_with_namespace}: “{body.object_attributes.title}”"
_DISCUSSION = "{webhook_headers.X-Discourse-Instance}/t"

#: Topic, sentence, link. The first one that fits and whose facts are all there is taken.
_RULES: Sequence[tuple[str, str, str]] = (
    (
        r"bodhi\.update\.comment",
        "{agent} commented on {comment.update.title} {comment.karma:karma}: “{comment.text}”",
        "{comment.update.url}",
    ),
    (
        r"bodhi\.update\.request\..*",
        "{agent} asked for {update.title} to go to {update.request}",
        "{update.url}",
    ),
    (
        r"bodhi\.update\.complete\..*",
        "{update.title} arrived in {update.status}",
        "{update.url}",
    ),
    (
        r"buildsys\.build\.state\.change",
        "{owner}'s build of {name}-{version}-{release} {new:build}",
        "https://koji.fedoraproject.org/koji/buildinfo?buildID={build_id}",
    ),
    (
        r"copr\.build\.end",
        "{owner}'s build of {pkg} {version} in the Copr {copr} {status:copr}",
        "https://copr.fedorainfracloud.org/coprs/build/{build}",
    ),
    (
        r"fedocal\.meeting\.reminder",
        "The meeting “{meeting.meeting_name}” of the calendar “{meeting.calendar_name}” is near",
        "https://calendar.fedoraproject.org/meeting/{meeting.meeting_id}/",
    ),
    (r"fas\.user\.create", "{agent} created the account {user}", ""),
    (r"fas\.group\.member\.sponsor", "{agent} sponsored {user} into the group {group}", ""),
    (r"fas\.group\.member\.removed", "{agent} removed {user} from the group {group}", ""),
    (
        r"(fed)?badges\.badge\.award",
        "{user.username} was awarded the badge “{badge.name}”",
        "https://badges.fedoraproject.org/user/{user.username}",
    ),
    (
        r"(fed)?badges\.person\.rank\.advance",
        "{person.nickname} moved up to rank {person.rank} among the badge holders",
        "https://badges.fedoraproject.org/user/{person.nickname}",
    ),
    (
        r"(forgejo|github)\.issues",
        f"{_FORGE} issue #{{body.issue.number}} of {_IN}: “{{body.issue.title}}”",
        "{body.issue.html_url}",
    ),
    (
        r"(forgejo|github)\.issue_comment",
        f"{{body.sender.login}} commented on #{{body.issue.number}} of {_IN}: "
        "“{body.issue.title}”",
        "{body.comment.html_url}",
    ),
    (
        r"(forgejo|github)\.pull_request",
        "{body.sender.login} {body.action:by merging}{body.pull_request.merged:is true} "
        f"{_REQUEST}",
        "{body.pull_request.html_url}",
    ),
    (
        r"(forgejo|github)\.pull_request",
        f"{_FORGE} {_REQUEST}",
        "{body.pull_request.html_url}",
    ),
    (
        r"forgejo\.push",
        f"{{body.sender.login}} pushed {{body.commits:count}} to {_IN}: "
        "“{body.head_commit.message:line}”",
        "{body.compare_url}",
    ),
    (
        r"github\.push",
        f"{{body.sender.login}} pushed {{body.commits:count}} to {_IN}: "
        "“{body.head_commit.message:line}”",
        "{body.compare}",
    ),
    (r"(forgejo|github)\.push", f"{{body.sender.login}} pushed to {_IN}", ""),
    (
        r"(forgejo|github)\.fork",
        f"{{body.sender.login}} forked {_IN}",
        "{body.forkee.html_url}",
    ),
    (
        r"forgejo\.action_run_.*",
        f"The run “{{body.run.title}}” of {_IN} {{body.action:run}}",
        "{body.run.html_url}",
    ),
    (
        r"gitlab\.merge_request",
        f"{_GITLAB} merge request !{{body.object_attributes.iid}} of {_GITLAB_IN}",
        "{body.object_attributes.url}",
    ),
    (
        r"gitlab\.issue",
        f"{_GITLAB} issue #{{body.object_attributes.iid}} of {_GITLAB_IN}",
        "{body.object_attributes.url}",
    ),
    (
        r"gitlab\.push",
        "{body.user_username} pushed {body.commits:count} to {body.project.path_with_namespace}",
        "{body.project.web_url}",
    ),
    (
        r"discourse\.post\.post_created",
        "{webhook_body.post.username} posted in “{webhook_body.post.topic_title}”",
        f"{_DISCUSSION}/{{webhook_body.post.topic_slug}}/{{webhook_body.post.topic_id}}"
        "/{webhook_body.post.post_number}",
    ),
    (
        r"discourse\.like\.post_liked",
        "{webhook_body.like.user.username} liked {webhook_body.like.post.username}'s post in "
        "“{webhook_body.like.post.topic_title}”",
        f"{_DISCUSSION}/{{webhook_body.like.post.topic_slug}}/{{webhook_body.like.post.topic_id}}"
        "/{webhook_body.like.post.post_number}",
    ),
    (
        r"discourse\.topic\.topic_created",
        "{webhook_body.topic.created_by.username} opened the topic “{webhook_body.topic.title}”",
        f"{_DISCUSSION}/{{webhook_body.topic.slug}}/{{webhook_body.topic.id}}",
    ),
    (
        r"bugzilla\.bug\.new",
        "{agent_name} reported bug #{bug.id}: “{bug.summary}”",
        "https://bugzilla.redhat.com/show_bug.cgi?id={bug.id}",
    ),
    (
        r"bugzilla\.bug\.update",
        "{agent_name} changed bug #{bug.id}: “{bug.summary}”",
        "https://bugzilla.redhat.com/show_bug.cgi?id={bug.id}",
    ),
    (
        r"pagure\.issue\.new",
        "{agent} opened issue #{issue.id} of {project.fullname}: “{issue.title}”",
        "{issue.full_url}",
    ),
    (
        r"pagure\.pull-request\.closed",
        "{agent} {merged:merged} pull request #{pullrequest.id} of "
        "{pullrequest.project.fullname}: “{pullrequest.title}”",
        "{pullrequest.full_url}",
    ),
    (
        r"git\.receive",
        "{commit.username} pushed to {commit.repo} ({commit.branch}): “{commit.summary}”",
        "https://src.fedoraproject.org/{commit.namespace}/{commit.repo}/c/{commit.rev}",
    ),
    (
        r"hubs\.user\.role\.requested",
        "{username} asked to join {hub_title}",
        "{hub_url}people/",
    ),
    (
        r"hubs\.user\.role\.declined",
        "{agent} declined {username}'s request to join {hub_title}",
        "{hub_url}",
    ),
    (
        r"hubs\.user\.role\.declined",
        "{username} took back the request to join {hub_title}",
        "{hub_url}",
    ),
    (
        r"hubs\.user\.role\.(added|changed)",
        "{agent} made {username} {role:as} of {hub_title}",
        "{hub_url}",
    ),
    (r"hubs\.user\.role\.added", "{username} {role:began to} {hub_title}", "{hub_url}"),
    (
        r"hubs\.user\.role\.(added|changed)",
        "{username} is {role:as} of {hub_title} now",
        "{hub_url}",
    ),
    (
        r"hubs\.user\.role\.removed",
        "{agent} took {username} off the people of {hub_title}",
        "{hub_url}",
    ),
    (r"hubs\.user\.role\.removed", "{username} {role:ceased to} {hub_title}", "{hub_url}"),
    (r"hubs\.user\.created", "{username} came to Hubs", "{hub_url}"),
    (r"hubs\.hub\.created", "{hub_title} has a hub now", "{hub_url}"),
    (r"hubs\.hub\.updated", "{agent} changed the settings of {hub_title}", "{hub_url}"),
    (
        r"hubs\.widget\.updated",
        "{agent} changed the widget “{widget_label}” of {hub_title}",
        "{hub_url}",
    ),
    (r"irc\.karma", "{agent} thanked {recipient}: “{line}”", ""),
    (r"meetbot\.meeting\.start", "{owner} opened the meeting “{meeting_topic}”", ""),
    (r"meetbot\.meeting\.start", "{start_user} opened the meeting “{meeting_name}”", ""),
    (r"meetbot\.meeting\.complete", "The meeting “{meeting_topic}” has ended", "{url}.html"),
    (r"meetbot\.meeting\.complete", "The meeting “{meeting_name}” has ended", "{logs:minutes}"),
    (r"planet\.post\.new", "{username} wrote “{post.title}”", "{post.link}"),
    (r"wiki\.article\.edit", "{user} edited the wiki page “{title}”: {summary}", "{url}"),
    (r"wiki\.article\.edit", "{user} edited the wiki page “{title}”", "{url}"),
)


def say(topic: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """Say what happened.

    Args:
        topic: Without the prefix of the bus.
        body: The message.

    Returns:
        The sentence, and where to see it; both empty if no rule fits.
    """
    for pattern, sentence, link in _RULES:
        if re.fullmatch(pattern, topic):
            try:
                said = fill(sentence, body)
            except MissingFactError:
                continue
            return said.replace("  ", " ").replace(" :", ":"), _link(link, body)
    return "", ""


def _link(link: str, body: Mapping[str, Any]) -> str:
    try:
        return fill(link, body)
    except MissingFactError:
        return ""
